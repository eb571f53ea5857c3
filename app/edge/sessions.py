"""The session cookie: signed, and in it a random secret, the forms' CSRF value, and what the next page is to tell.

The session itself is a row in the database, so that it ends when its owner signs out: a copied
cookie is dead from then on, which a cookie that proves itself would not be.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Flask, g, request, session
from flask.sessions import SecureCookieSessionInterface

COOKIE_NAME = "atelier_session"
_SECRET = "secret"  # noqa: S105 - the name of the entry
_LIFETIME = timedelta(days=30)


class _CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookie; `Secure` whenever the visitor's side of the conversation is https."""

    digest_method = staticmethod(hashlib.sha256)

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's signature
        return request.is_secure


def configure_sessions(app: Flask, secret_key: str) -> None:
    """Sign with `secret_key`, and set the cookie's flags. The cookie is also what CSRF tokens belong to."""
    app.secret_key = secret_key
    app.session_interface = _CookieSessions()
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE_NAME,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=_LIFETIME,
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def session_secret() -> str | None:
    """The secret in the visitor's cookie; it may belong to a session that ended."""
    secret = session.get(_SECRET)
    return secret if isinstance(secret, str) else None


def begin_session(secret: str) -> None:
    """Put a new session's secret into the cookie. Nothing from before survives, the CSRF value included."""
    end_session()
    session[_SECRET] = secret
    session.permanent = True


def end_session() -> None:
    """Empty the cookie."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps the value of this request there
