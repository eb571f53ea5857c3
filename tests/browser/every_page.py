"""Every page and state there is, as addresses, over a studio whose jobs nobody runs."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, render_template

from app.domain.accounts import STUDIO
from app.domain.errors import Fault
from app.domain.jobs import Job, State
from app.domain.library import Change
from app.domain.requests import Generate
from app.web.accounts import SignInPage
from app.web.errors import render_error
from app.wiring import Studio
from tests.upstream import picture
from tests.web.test_conversations import said
from tests.web.test_made_from import done, edit
from tests.web.visiting import ask, at_rest, drawn, end

EMPTY = {
    "create, empty": "/",
    "create, every field": "/?model=dall-e-3&size=custom&style=vivid",
    "edit, empty": "/edit",
    "vary, empty": "/vary",
    "library, empty": "/library",
    "library, nothing found": "/library?query=nothing",
    "bin, empty": "/library?bin=1",
    "albums, empty": "/library/albums",
    "conversations, empty": "/conversations",
    "conversation, not begun": "/conversations/new",
    "spending, empty": "/spending",
    "help": "/help",
    "sign in, refused": "/tests/sign-in",
    "error 404": "/nowhere",
    "error 503": "/tests/not-ready",
}
"""In a studio where nothing was made."""


def add_pages(app: Flask) -> Flask:
    """Pages that need another studio than the one at hand, or one in trouble."""
    sign_in = SignInPage("/library", error="This is not the password.")
    not_ready = Fault("not_ready", "The database is busy.", retryable=True, retry_after=2.0)
    views = {
        "sign-in": lambda: Response(render_template(sign_in.template, page=sign_in)),
        "not-ready": lambda: render_error(not_ready, 503),
    }
    for name, view in views.items():
        app.add_url_rule(f"/tests/{name}", f"tests_{name}", view)
    return app


def furnish(studio: Studio) -> dict[str, str]:
    """Something of everything; the addresses where it is seen."""
    studio = at_rest(studio)
    library = studio.library
    album = library.add_album(STUDIO, "Harbours")
    jobs = [drawn(studio, picture((640, 480), seed=n), request=_asked(f"A harbour, number {n}")) for n in range(4)]
    kept, tagged, binned = (job.pictures[0].id for job in jobs[:3])
    library.change(
        STUDIO, [tagged], Change(add_tags=("sea", "night"), favourite=True, note="The best", add_to_album=album.id)
    )
    library.change(STUDIO, [binned], Change(delete=True))
    several = drawn(studio, picture((64, 64)), picture((64, 96), seed=1), request=_asked("Two cats", n=2))
    edited = done(studio, edit(studio), picture((640, 480), seed=7))
    running = _sent(studio, ask(studio, _asked("A fog")))
    lost = end(
        studio,
        ask(studio),
        State.UNKNOWN,
        fault=Fault("outcome_unknown", "No answer came.", may_have_cost=True),
        keep_hold=True,
    )
    failed = end(
        studio, ask(studio), State.FAILED, fault=Fault("upstream_bad_response", "It is text.", may_have_cost=True)
    )
    refused = end(studio, ask(studio), State.REJECTED, fault=Fault("content_rejected", "It is not allowed."))
    talk = said(studio, "Draw a harbour")
    said(studio, "now at night", talk.conversation_id, talk.id)
    said(studio, "in the rain", talk.conversation_id, talk.id, state=State.REJECTED)
    coming = said(studio, "in the snow", talk.conversation_id, talk.id, state=State.QUEUED)
    place = f"/conversations/{talk.conversation_id}"
    return {
        "conversations": "/conversations",
        "conversation, a picture": f"{place}?at={talk.id}",
        "conversation, being drawn": f"{place}?at={coming.id}",
        "conversation, to be said again": f"{place}?at=start&again={talk.id}",
        "create, filled in": "/?prompt=A+quiet+harbour&restored=picture:" + kept,
        "edit, with pictures": f"/edit?from={kept}&from={tagged}",
        "edit, again": f"/edit?job={edited.id}",
        "vary": f"/vary?from={kept}",
        "job, queued": f"/jobs/{ask(studio).id}",
        "job, running": f"/jobs/{running.id}",
        "job, done": f"/jobs/{jobs[0].id}",
        "job, several": f"/jobs/{several.id}",
        "job, an edit": f"/jobs/{edited.id}",
        "job, refused": f"/jobs/{refused.id}",
        "job, failed": f"/jobs/{failed.id}",
        "job, unknown": f"/jobs/{lost.id}",
        "library": "/library",
        "library, searched": "/library?query=harbour&favourite=1",
        "bin": "/library?bin=1",
        "albums": "/library/albums",
        "picture": f"/pictures/{tagged}",
        "picture of an edit": f"/pictures/{edited.pictures[0].id}",
        "spending": "/spending",
    }


def _asked(prompt: str, **options: Any) -> Generate:
    return Generate(prompt=prompt, model="gpt-image-2", **options)


def _sent(studio: Studio, job: Job) -> Job:
    studio.jobs.store.claim(job.attempts[0].id, "tests", 600.0)
    return job
