"""What the buttons beside pictures do: a posted form as a change of many pictures, and the sentence that tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.domain.errors import InvalidRequest, NotFound, Problem
from app.domain.library import Album, Change, read_tags
from app.domain.search import fold
from app.domain.sentences import say, say_counted
from app.services.library import Library
from app.web.wording import excerpt, number

Told = Callable[[int], str]
"""The sentence about so many pictures."""


def read_change(library: Library, owner: str, form: Mapping[str, str]) -> tuple[Change, Told]:
    """The change that the button `do` asks for, and what to say of the pictures once it is made.

    "apply" is what Enter in one of the fields means. An album that is only named is made first. Raises
    `InvalidRequest` and, for an album that is gone, `NotFound`.
    """
    do = form.get("do", "")
    if do == "apply":
        do = "tag" if form.get("tags", "").strip() else "album"
    match do:
        case "favourite":
            return Change(favourite=True), lambda n: say_counted(
                n, "Added to the favourites.", "{count} pictures added to the favourites.", count=number(n)
            )
        case "unfavourite":
            return Change(favourite=False), lambda n: say_counted(
                n, "Taken out of the favourites.", "{count} pictures taken out of the favourites.", count=number(n)
            )
        case "tag":
            tags = _tags(form)
            return Change(add_tags=tags), lambda n: say_counted(
                n, "Tagged {tags}.", "{count} pictures tagged {tags}.", tags=_listed(tags), count=number(n)
            )
        case "untag":
            tags = _tags(form)
            return Change(remove_tags=tags), lambda n: say_counted(
                n,
                "No longer tagged {tags}.",
                "{count} pictures no longer tagged {tags}.",
                tags=_listed(tags),
                count=number(n),
            )
        case "album":
            album = _album(library, owner, form)
            return Change(add_to_album=album.id), lambda n: say_counted(
                n,
                "Put into the album {name}.",
                "{count} pictures put into the album {name}.",
                name=album.name,
                count=number(n),
            )
        case "unalbum":
            album = _chosen(library, owner, form.get("album", ""))
            return Change(remove_from_album=album.id), lambda n: say_counted(
                n,
                "Taken out of the album {name}.",
                "{count} pictures taken out of the album {name}.",
                name=album.name,
                count=number(n),
            )
        case "delete":
            return Change(delete=True), lambda n: say_counted(
                n, "Moved to the bin.", "{count} pictures moved to the bin.", count=number(n)
            )
        case "restore":
            return Change(restore=True), lambda n: say_counted(
                n, "Brought back from the bin.", "{count} pictures brought back from the bin.", count=number(n)
            )
    raise _refused("do", say("That button is not known here. Nothing was changed."))


def read_words(library: Library, owner: str, form: Mapping[str, str]) -> Change:
    """What the form beside a picture says of it, whichever of its buttons was pressed: nothing typed is left out.

    Fields: `tags` to be added, the `note`, `album_name`. Buttons: `untag` (a tag), `album` and `unalbum` (an id).
    Raises as `read_change`.
    """
    said = Change(
        note=form["note"].replace("\r\n", "\n").strip() if "note" in form else None,  # forms end lines as telegrams did
        add_tags=read_tags(form.get("tags", "")),
        remove_tags=tuple(filter(None, (form.get("untag"),))),
        remove_from_album=form.get("unalbum"),
    )
    if form.get("album") or fold(form.get("album_name", "")):
        return replace(said, add_to_album=_album(library, owner, form).id)
    return said


def counted(count: int) -> str:
    """ "No pictures", "One picture", "3 pictures"."""
    return say_counted(count, "One picture", "{count} pictures", count=number(count)) if count else say("No pictures")


def _tags(form: Mapping[str, str]) -> tuple[str, ...]:
    tags = read_tags(form.get("tags", ""))
    if not tags:
        raise _refused("tags", say("Write the tag first."))
    return tags


def _listed(tags: tuple[str, ...]) -> str:
    """As many as a sentence holds that goes along in a cookie."""
    return excerpt(", ".join(tags), 200)


def _album(library: Library, owner: str, form: Mapping[str, str]) -> Album:
    """The album that is named, made if need be, or else the one that is chosen."""
    name = form.get("album_name", "")
    if not fold(name):
        return _chosen(library, owner, form.get("album", ""))
    same = (album for album in library.albums(owner) if fold(album.name) == fold(name))
    return next(same, None) or library.add_album(owner, name)


def _chosen(library: Library, owner: str, album_id: str) -> Album:
    if not album_id:
        raise _refused("album", say("Choose an album first, or write the name of a new one."))
    for album in library.albums(owner):
        if album.id == album_id:
            return album
    raise NotFound(say("There is no such album."))


def _refused(field: str, sentence: str) -> InvalidRequest:
    return InvalidRequest((Problem(field, "invalid_value", sentence),))
