"""What every page knows about the place it is in: the `site` of the base template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.domain.errors import Fault
from app.domain.release import VERSION
from app.domain.sentences import Sentence, say
from app.edge.actors import SESSION, actor_or_none
from app.edge.languages import Language, current_language, offered_languages
from app.edge.origins import SAFE_METHODS
from app.web import wording
from app.web.explanations import Explanation, explain_fault
from app.web.script_words import script_words
from app.web.themes import THEMES, chosen_theme

_ROOMS = (
    (say("Create"), "/", ("/generate",)),
    (say("Edit"), "/edit", ("/vary",)),
    (say("Conversations"), "/conversations", ()),
    (say("Library"), "/library", ("/pictures",)),
    (say("Spending"), "/spending", ()),
)
"""The header's entries in order: label, address, other addresses of the same room.

A capability adds its page here when it arrives.
"""

_KEYS = {"/": "c", "/edit": "e", "/conversations": "v", "/library": "l", "/spending": "s"}
"""The letter that leads to an entry of the header, after g."""

_FILTERS = (
    wording.money,
    wording.duration,
    wording.byte_size,
    wording.moment,
    wording.machine_moment,
    wording.number,
    wording.paragraph,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the header; `current` marks the room that the visitor is in, g and `key` lead there."""

    path: str
    label: str
    key: str
    current: bool


@dataclass(frozen=True, slots=True)
class Site:
    """`practice`: the emulator answers. `navigation` is empty for strangers. `can_sign_out`: there is a session.

    `notice` says why nothing is sent to the provider at present, if that is so. `here`: the address to come back to
    after choosing one of the other `languages`. `words`: the scripts' sentences, where they are not English.
    `theme`: the chosen one of the `themes`.
    """

    practice: bool
    navigation: tuple[Entry, ...]
    can_sign_out: bool
    here: str
    language: Language
    languages: tuple[Language, ...]
    words: Mapping[str, str]
    theme: str
    themes: Mapping[str, Sentence]
    version: str = VERSION
    notice: Explanation | None = None


def describe_site(app: Flask, *, practice: bool, find_notice: Callable[[], Fault | None] = lambda: None) -> None:
    """Give every template its `site`, and filters for numbers. Beside its own `page` it gets nothing else.

    `find_notice` says why calls are paused; it may fail, as everything does while the database is away.
    """
    for form in _FILTERS:
        app.jinja_env.filters[form.__name__] = form

    @app.context_processor
    def site() -> dict[str, Site]:
        actor = actor_or_none()
        language = current_language()
        return {
            "site": Site(
                practice=practice,
                navigation=_navigation(request.path) if actor is not None else (),
                can_sign_out=actor is not None and actor.way == SESSION,
                here=_here(),
                language=language,
                languages=tuple(other for other in offered_languages() if other != language),
                words=script_words(language),
                theme=chosen_theme(),
                themes=THEMES,
                notice=_explained(find_notice) if actor is not None else None,
            )
        }


def _explained(find_notice: Callable[[], Fault | None]) -> Explanation | None:
    try:
        fault = find_notice()
    except Exception:  # error pages have to be shown also when the database is what failed
        return None
    return explain_fault(fault) if fault else None


def _navigation(path: str) -> tuple[Entry, ...]:
    return tuple(
        Entry(target, label, _KEYS[target], current=any(_is_within(path, room) for room in (target, *others)))
        for label, target, others in _ROOMS
    )


def _is_within(path: str, room: str) -> bool:
    return path == room or (room != "/" and path.startswith(f"{room}/"))


def _here() -> str:
    """The address of this page; of one that answered a form, the nearest above that can be opened."""
    if request.method in SAFE_METHODS:
        # Not `full_path`: this is also said on the page that refuses a query of raw bytes.
        query = request.query_string.decode("utf-8", "replace")
        return f"{request.path}?{query}" if query else request.path
    path = request.path
    while path != "/" and not _can_be_opened(path):
        path = path.rpartition("/")[0] or "/"
    return path


def _can_be_opened(path: str) -> bool:
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]  # of a request
    except (HTTPException, RequestRedirect):
        return False
    return True
