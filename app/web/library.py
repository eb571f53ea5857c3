"""`GET /library`: every picture that was made, newest first, and what a search finds among them."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import InvalidRequest, Problem
from app.domain.library import BIN_DAYS, Shelf
from app.domain.library_query import LibraryQuery, read_query
from app.domain.sentences import say
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.thumbnails import Thumbnails
from app.web.back import found_again
from app.web.changes import counted
from app.web.coming import coming_pictures
from app.web.done import what_was_done
from app.web.examples import EXAMPLES
from app.web.library_search import search_form
from app.web.library_words import library_address, values_in, words_of
from app.web.pages import LibraryPage, render
from app.web.picture_bytes import serve_thumbnail
from app.web.suggestions import KnownSuggestions
from app.web.thumbs import thumbs_of
from app.web.wording import number

_PAGE = 60
_COUNTED = 1_000


def make_room(library: Library, jobs: Jobs, thumbnails: Thumbnails) -> Room:
    """The room of kept pictures."""
    room = Room("library", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    known = KnownSuggestions(library)

    @room.get("/library")
    def index() -> Response:
        owner, before, values = current_actor().owner, request.args.get("before"), values_in(request.args)
        problems: tuple[Problem, ...] = ()
        query, shelf = LibraryQuery(), Shelf(())
        try:
            query = read_query(values)
            shelf = library.page(owner, query, before=before, limit=_PAGE)
        except InvalidRequest as error:
            problems = error.problems
        search = search_form(values, query, known.of(owner), library.albums(owner), problems)
        done = what_was_done()
        page = LibraryPage(
            search=search,
            thumbs=thumbs_of(item.picture for item in shelf.items),
            coming=coming_pictures(jobs, owner) if not values and not before else (),
            words=words_of(query),
            before=before,
            older=library_address(query, shelf.next) if shelf.next else None,
            newest=library_address(query),
            there=library_address(replace(query, in_bin=False)),
            in_bin=query.in_bin,
            found=None if problems else _counted(library.count(owner, query, at_most=_COUNTED + 1)),
            done=done,
            bin_days=BIN_DAYS,
            example=EXAMPLES[0],
        )
        response = render(page, 400 if problems else 200)
        return response if done or problems else found_again(response)

    @room.get("/library/bin/<picture_id>/thumbnail")
    def thumbnail(picture_id: str) -> AnyResponse:
        """A deleted picture is shown nowhere but in the bin; what cannot be made small is not shown at all."""
        picture = library.item(current_actor().owner, picture_id, in_bin=True).picture
        return serve_thumbnail(thumbnails, picture, f"/library/bin/{picture.id}/file")

    return room


def _counted(count: int) -> str:
    if count > _COUNTED:
        return say("More than {count} pictures", count=number(_COUNTED))
    return counted(count)
