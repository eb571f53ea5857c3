"""The whole HTTP boundary, put together in the order in which its parts depend on each other."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.edge.addresses import refuse_unreadable_addresses
from app.edge.assets import serve_assets
from app.edge.door import Doorkeeper, check_hosts, guard
from app.edge.forms import protect_forms
from app.edge.hosts import HostRule
from app.edge.languages import offer_languages
from app.edge.limits import limit_bodies
from app.edge.origins import refuse_cross_site
from app.edge.request_ids import Bind, Log, identify_requests
from app.edge.security import add_security_headers
from app.edge.sessions import configure_sessions


def install_boundary(
    app: Flask,
    *,
    keeper: Doorkeeper,
    secret_key: str,
    hosts: tuple[str, ...] = (),
    trusted_proxies: int = 0,
    log: Log,
    bind: Bind,
    clear: Callable[[], None],
) -> None:
    """Put the boundary in front of all rooms of `app`; call it before anything else is registered.

    `hosts` is `ATELIER_HOSTS`; `trusted_proxies` says how many proxies' `X-Forwarded-For`, `-Proto`
    and `-Host` are believed (none: those headers decide nothing). Refusals are raised as
    `StudioError`, so the application needs a handler for it. Templates get `asset`, `csrf_token`
    and what they need to speak the visitor's language.
    """
    if trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way to wrap itself
            app.wsgi_app, x_for=trusted_proxies, x_proto=trusted_proxies, x_host=trusted_proxies
        )
    configure_sessions(app, secret_key)
    # Work after a request runs in reverse order: the security headers see what all others did.
    add_security_headers(app)
    identify_requests(app, log=log, bind=bind, clear=clear)
    serve_assets(app)
    offer_languages(app, log=log)
    # Work before a request runs in this order: what costs nothing first, the database last.
    refuse_unreadable_addresses(app)
    check_hosts(app, HostRule(names=hosts, has_door=keeper.has_door))
    refuse_cross_site(app)
    limit_bodies(app)
    guard(app, keeper)
    protect_forms(app)
