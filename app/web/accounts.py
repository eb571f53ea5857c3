"""`/sign-in` and `/sign-out`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from app.domain.errors import StudioError
from app.edge.actors import SESSION, actor_or_none
from app.edge.door import is_own_path
from app.edge.rooms import Entry, Room, Speech
from app.edge.sessions import begin_session, end_session, session_secret
from app.edge.status import status_of
from app.services.accounts import Accounts
from app.web.forms.accounts import SignInForm


@dataclass(frozen=True, slots=True)
class SignInPage:
    """What `accounts/sign_in.html` shows. `next` is a path of this site; `error` a sentence, if the try failed."""

    template: ClassVar[str] = "accounts/sign_in.html"

    next: str
    error: str | None = None


def make_room(accounts: Accounts) -> Room:
    """Open to anyone, naturally."""
    room = Room("accounts", __name__, entry=Entry.ANYONE, speech=Speech.PAGES)

    @room.get("/sign-in")
    def sign_in_page() -> Response | str:
        target = _own(request.args.get("next"))
        actor = actor_or_none()
        if not accounts.has_door or (actor is not None and actor.way == SESSION):
            return redirect(target, 303)
        return _render(SignInPage(target))

    @room.post("/sign-in")
    def sign_in() -> Response:
        form = SignInForm()
        target = _own(form.next.data)
        if not accounts.has_door:
            return redirect(target, 303)
        try:
            secret = accounts.sign_in(form.password.data or "")
        except StudioError as error:
            fault = error.fault
            page = SignInPage(target, error=fault.message)
            response: Response = make_response(render_template("accounts/sign_in.html", page=page), status_of(fault))
            if fault.retry_after is not None:
                response.headers["Retry-After"] = str(max(1, math.ceil(fault.retry_after)))
            return response
        _close(session_secret())
        begin_session(secret)
        return redirect(target, 303)

    @room.post("/sign-out")
    def sign_out() -> Response:
        _close(session_secret())
        end_session()
        return redirect("/sign-in" if accounts.has_door else "/", 303)

    def _close(secret: str | None) -> None:
        if secret is not None:
            accounts.sign_out(secret)

    return room


def _render(page: SignInPage) -> str:
    return render_template(page.template, page=page)


def _own(target: str | None) -> str:
    """Where to go after signing in: only ever a path of this site."""
    return target if target and is_own_path(target) else "/"
