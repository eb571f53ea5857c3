"""What the buttons beside pictures do: a posted form as a change of many pictures, and the sentence that tells it."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.errors import InvalidRequest, NotFound, Problem
from app.domain.library import Album, Change, read_tags
from app.domain.search import fold
from app.domain.sentences import say
from app.services.library import Library
from app.web.wording import excerpt


def read_change(library: Library, owner: str, form: Mapping[str, str]) -> tuple[Change, str]:
    """The change that the button `do` asks for, and what to say of the pictures once it is made.

    "apply" is what Enter in one of the fields means. An album that is only named is made first. Raises
    `InvalidRequest` and, for an album that is gone, `NotFound`.
    """
    do = form.get("do", "")
    if do == "apply":
        do = "tag" if form.get("tags", "").strip() else "album"
    match do:
        case "favourite":
            return Change(favourite=True), "added to the favourites"
        case "unfavourite":
            return Change(favourite=False), "taken out of the favourites"
        case "tag":
            tags = _tags(form)
            return Change(add_tags=tags), f"tagged {_listed(tags)}"
        case "untag":
            tags = _tags(form)
            return Change(remove_tags=tags), f"no longer tagged {_listed(tags)}"
        case "album":
            album = _album(library, owner, form)
            return Change(add_to_album=album.id), f"put into the album {album.name}"
        case "unalbum":
            album = _chosen(library, owner, form.get("album", ""))
            return Change(remove_from_album=album.id), f"taken out of the album {album.name}"
        case "delete":
            return Change(delete=True), "moved to the bin"
        case "restore":
            return Change(restore=True), "brought back from the bin"
    raise _refused("do", "That button is not known here. Nothing was changed.")


def counted(count: int) -> str:
    """ "One picture", "3 pictures"."""
    return "One picture" if count == 1 else f"{count:,} pictures"


def _tags(form: Mapping[str, str]) -> tuple[str, ...]:
    tags = read_tags(form.get("tags", ""))
    if not tags:
        raise _refused("tags", "Write the tag first.")
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
        raise _refused("album", "Choose an album first, or write the name of a new one.")
    for album in library.albums(owner):
        if album.id == album_id:
            return album
    raise NotFound(say("There is no such album."))


def _refused(field: str, sentence: str) -> InvalidRequest:
    return InvalidRequest((Problem(field, "invalid_value", sentence),))
