"""The door: lets the right requests into the rooms and says who is acting.

Secure by default: whatever is neither a static file nor in a room that declares itself open to
anyone needs an actor, also a view that somebody forgot to put into a room.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote

from flask import Flask, Response, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.accounts import STUDIO
from app.domain.errors import Fault, StudioError
from app.domain.sentences import say
from app.edge.actors import SESSION, THIS_MACHINE, TOKEN, Actor
from app.edge.hosts import HostRule, is_loopback_address
from app.edge.origins import SAFE_METHODS
from app.edge.rooms import Entry, Room, Speech
from app.edge.sessions import session_secret

SIGN_IN = "/sign-in"


class Doorkeeper(Protocol):
    """What the door asks; `services.accounts.Accounts` answers."""

    @property
    def has_door(self) -> bool: ...

    def session_owner(self, secret: str) -> str | None: ...

    def token_owner(self, bearer: str) -> str | None: ...


def current_room() -> Room | None:
    """The room of the current request, if its URL leads into one."""
    blueprint = current_app.blueprints.get(request.blueprint or "")
    return blueprint if isinstance(blueprint, Room) else None


def check_hosts(app: Flask, rule: HostRule) -> None:
    """Refuse requests under names that are not the studio's: `StudioError` `bad_request`."""

    @app.before_request
    def check_host() -> None:
        # Probes call by address; health says nothing worth hiding and makes no links.
        if _is_open_json(current_room()) and request.method in SAFE_METHODS:
            return
        sentence = rule.refusal(request.host)
        if sentence is not None:
            raise StudioError(Fault("bad_request", sentence))


def guard(app: Flask, keeper: Doorkeeper) -> None:
    """Find the actor of every request; without one, refuse (`StudioError` 401, 403) or lead to the sign-in page."""

    @app.before_request
    def enter() -> AnyResponse | None:
        g.actor = None
        room = current_room()
        if request.endpoint == "static" or _is_open_json(room):
            return None
        g.actor = _actor(keeper)
        if g.actor is not None or request.endpoint is None or (room is not None and room.entry is Entry.ANYONE):
            return None
        if not keeper.has_door:
            raise StudioError(
                Fault("forbidden", say("Without ATELIER_PASSWORD, Atelier serves only the machine that it runs on."))
            )
        if room is not None and room.speech is Speech.JSON:
            raise StudioError(
                Fault(
                    "unauthorized",
                    say(
                        "Send a token, as the header Authorization: Bearer <token>; "
                        "the command flask --app wsgi tokens create NAME makes one."
                    ),
                )
            )
        return redirect(_sign_in_url(), 303)

    @app.after_request
    def name_the_scheme(response: Response) -> Response:
        if response.status_code == 401:
            response.headers.setdefault("WWW-Authenticate", 'Bearer realm="Atelier"')
        return response


def is_own_path(target: str) -> bool:
    """Whether `target` is a path on this site, whichever way a browser reads it.

    Browsers take a backslash for a slash and drop control characters, so `/\\evil.example` and a
    slash, a tab and a slash lead elsewhere.
    """
    return (
        target.startswith("/")
        and not target.startswith("//")
        and "\\" not in target
        and all(character > " " and character != "\x7f" for character in target)
    )


def _actor(keeper: Doorkeeper) -> Actor | None:
    if not keeper.has_door:
        return Actor(STUDIO, THIS_MACHINE) if is_loopback_address(request.remote_addr or "") else None
    bearer = _bearer()
    if bearer is not None:
        owner = keeper.token_owner(bearer)
        if owner is None:
            # A wrong token is told, even beside a good session: its sender meant it.
            raise StudioError(Fault("unauthorized", say("This token is unknown, or it was revoked.")))
        return Actor(owner, TOKEN)
    secret = session_secret()
    owner = None if secret is None else keeper.session_owner(secret)
    return None if owner is None else Actor(owner, SESSION)


def _bearer() -> str | None:
    """The bearer token; other schemes belong to a proxy in front."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def _sign_in_url() -> str:
    """The sign-in page, leading back afterwards; a refused post leads to the start, for it cannot be repeated."""
    target = request.full_path.removesuffix("?") if request.method in SAFE_METHODS else "/"
    if target == "/" or not is_own_path(target):
        return SIGN_IN
    return f"{SIGN_IN}?next={quote(target, safe='/')}"


def _is_open_json(room: Room | None) -> bool:
    return room is not None and room.entry is Entry.ANYONE and room.speech is Speech.JSON
