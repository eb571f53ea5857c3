"""The library: every picture that was kept, what people made of it, and its bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.domain.errors import InvalidRequest, NotFound, Problem
from app.domain.ids import is_id
from app.domain.library import MOST_IDS, Album, Change, Family, Label, LibraryItem, Shelf, name_problems, tidy
from app.domain.library_query import LibraryQuery
from app.domain.pictures import Picture, PictureFile
from app.domain.sentences import say
from app.services.ports import BlobStore
from app.services.store_ports import PictureStore


@dataclass(frozen=True, slots=True)
class Library:
    """Pictures as their owner sees them; somebody else's do not exist, and deleted ones only in the bin.

    Every method that names one picture or album raises `NotFound` when there is no such thing.
    """

    pictures: PictureStore
    blobs: BlobStore

    def find(self, owner: str, picture_id: str) -> Picture:
        """Raises `NotFound`."""
        picture = self.pictures.find(picture_id, owner) if is_id(picture_id) else None
        if picture is None:
            raise NotFound(say("There is no such picture."))
        return picture

    def item(self, owner: str, picture_id: str, *, in_bin: bool = False) -> LibraryItem:
        """The picture with its tags; with `in_bin` only if it lies there."""
        item = self.pictures.find_item(picture_id, owner, in_bin=in_bin) if is_id(picture_id) else None
        if item is None:
            raise NotFound(say("There is no such picture."))
        return item

    def select(self, owner: str, ids: Sequence[str]) -> Sequence[LibraryItem]:
        """Those of these pictures that are there, in the order given. Raises `InvalidRequest` for too many."""
        return self.pictures.select(owner, _checked(ids))

    def newest(self, owner: str, *, limit: int) -> Sequence[Picture]:
        """Newest first, without their tags."""
        return self.pictures.newest(owner, limit=limit)

    def page(self, owner: str, query: LibraryQuery, *, before: str | None = None, limit: int = 60) -> Shelf:
        """What the query finds, newest first; `before` is the id to continue after."""
        return self.pictures.page(owner, query, before=before if before and is_id(before) else None, limit=limit)

    def neighbours(self, owner: str, query: LibraryQuery, picture_id: str) -> tuple[str | None, str | None]:
        """The ids just newer and just older than a picture among what the query finds."""
        return self.pictures.neighbours(owner, query, picture_id)

    def walk(self, owner: str, query: LibraryQuery) -> Iterator[LibraryItem]:
        """All that the query finds, newest first, in constant memory."""
        return self.pictures.walk(owner, query)

    def count(self, owner: str, query: LibraryQuery, *, at_most: int = 1_000) -> int:
        """How many the query finds, counted no further than `at_most`, so that asking stays cheap."""
        return self.pictures.count(owner, query, at_most=at_most)

    def family(self, owner: str, picture_id: str) -> Family:
        """What the picture was made from, and what was made from it."""
        return self.pictures.family(owner, self.find(owner, picture_id))

    def change(self, owner: str, which: Sequence[str] | LibraryQuery, change: Change) -> tuple[str, ...]:
        """Change these pictures, all or none; the ids of those it was about (to be undone with).

        Ids that name nothing are passed over. Raises `InvalidRequest` for too many, `NotFound` for an album.
        """
        return self.pictures.change(owner, which if isinstance(which, LibraryQuery) else _checked(which), change)

    def change_one(self, owner: str, picture_id: str, change: Change) -> None:
        """The same to one picture. Raises `NotFound` when it is not there (or, to be restored, not in the bin)."""
        if not is_id(picture_id) or not self.pictures.change(owner, [picture_id], change):
            raise NotFound(say("There is no such picture."))

    def deletion_of(self, owner: str, ids: Sequence[str]) -> str | None:
        """What stands for the change that moved these to the bin, for `undo_delete`; `None` when none lies there."""
        item = self.pictures.find_item(ids[0], owner, in_bin=True) if ids else None
        return None if item is None else repr(item.picture.deleted_at)

    def undo_delete(self, owner: str, deletion: str) -> int:
        """Bring back whatever one change moved to the bin; how many."""
        try:
            deleted_at = float(deletion)
        except ValueError:
            return 0
        return self.pictures.undelete(owner, deleted_at)

    def empty_bin(self, owner: str) -> int:
        """Forget everything in the bin, for good; how many. What they cost stays in the ledger."""
        return self.pictures.empty_bin(owner)

    def tags(self, owner: str) -> Sequence[Label]:
        """The tags in use, in alphabetical order."""
        return self.pictures.tags(owner)

    def models(self, owner: str) -> Sequence[Label]:
        """The models that made what is there, the most used first."""
        return self.pictures.models(owner)

    def albums(self, owner: str) -> Sequence[Album]:
        """In alphabetical order."""
        return self.pictures.albums(owner)

    def albums_of(self, owner: str, picture_id: str) -> Sequence[Album]:
        """Those that the picture is in, in alphabetical order."""
        return self.pictures.albums_of(owner, picture_id)

    def add_album(self, owner: str, name: str) -> Album:
        """A new, empty album. Raises `InvalidRequest` for a name that cannot be or is taken."""
        return self.pictures.add_album(owner, _album_name(name))

    def rename_album(self, owner: str, album_id: str, name: str) -> Album:
        """Raises as `add_album` does, and `NotFound`."""
        album = self.pictures.rename_album(owner, album_id, _album_name(name))
        if album is None:
            raise NotFound(say("There is no such album."))
        return album

    def remove_album(self, owner: str, album_id: str) -> None:
        """Forget the album; its pictures stay."""
        if not self.pictures.remove_album(owner, album_id):
            raise NotFound(say("There is no such album."))

    def read(self, picture: PictureFile) -> bytes:
        """The picture's bytes exactly as they were kept. Raises `NotFound` when the file is gone."""
        try:
            return self.blobs.get(picture.digest)
        except FileNotFoundError:
            raise NotFound(say("There is no such picture.")) from None

    def open(self, picture: PictureFile) -> BinaryIO:
        """The same bytes as an open file, for serving them without holding them in memory."""
        try:
            return self.blobs.open(picture.digest)
        except FileNotFoundError:
            raise NotFound(say("There is no such picture.")) from None


def _checked(ids: Sequence[str]) -> list[str]:
    """Each id once, without what cannot be one."""
    several = [one for one in dict.fromkeys(ids) if is_id(one)]
    if len(several) > MOST_IDS:
        sentence = say("At most {most} pictures can be chosen at once. Choose fewer.", most=f"{MOST_IDS:,}")
        raise InvalidRequest((Problem("ids", "invalid_value", sentence),))
    return several


def _album_name(name: str) -> str:
    if problems := name_problems("name", name):
        raise InvalidRequest(tuple(problems))
    return tidy(name)
