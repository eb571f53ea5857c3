"""What the rooms beside paid calls keep in a database or in files, as protocols; see `ports.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from app.domain.accounts import Token
from app.domain.conversations import Conversation, ConversationPage, Dialogue
from app.domain.costs import Spending
from app.domain.library import Album, Change, Family, Label, LibraryItem, Shelf
from app.domain.library_query import LibraryQuery
from app.domain.pictures import Picture, PictureFile, Upload
from app.domain.statement import LedgerLine, Statement, UnknownOutcome
from app.domain.turns import NewTurn


class CostStore(Protocol):
    """Sums over the ledger of charges and the open holds."""

    def spending(self, *, since: float, practice: bool, owner: str | None = None) -> Spending:
        """What was settled, is held, and may have been billed since a time (Unix seconds)."""

    def statement(self, *, practice: bool, days: int) -> Statement:
        """All sums of one moment; those by model and by day cover the last `days` UTC days, today included."""

    def unknown(self, owner: str, *, practice: bool, limit: int = 100) -> Sequence[UnknownOutcome]:
        """That owner's jobs whose unknown outcomes still hold money, newest first."""

    def lines(self, *, since: float, until: float, practice: bool) -> Iterator[LedgerLine]:
        """Every charge from `since` to before `until` (Unix seconds), oldest first, in constant memory."""


class PictureStore(Protocol):
    """The library: pictures that were kept, and what people made of them. Every change is one transaction.

    What lies in the bin is only found by a query that asks for the bin, or with `in_bin`.
    """

    def find(self, picture_id: str, owner: str) -> Picture | None: ...

    def find_item(self, picture_id: str, owner: str, *, in_bin: bool = False) -> LibraryItem | None:
        """The picture with its tags."""

    def select(self, owner: str, ids: Sequence[str]) -> Sequence[LibraryItem]:
        """Those of these pictures that are there, in the order of the ids."""

    def newest(self, owner: str, *, limit: int) -> Sequence[Picture]:
        """Newest first."""

    def page(self, owner: str, query: LibraryQuery, *, before: str | None = None, limit: int = 60) -> Shelf:
        """What the query finds, newest first, older than the id `before`."""

    def neighbours(self, owner: str, query: LibraryQuery, picture_id: str) -> tuple[str | None, str | None]:
        """The ids just newer and just older than a picture among what the query finds."""

    def walk(self, owner: str, query: LibraryQuery) -> Iterator[LibraryItem]:
        """All that the query finds, newest first, in constant memory. What is made meanwhile may be missing."""

    def count(self, owner: str, query: LibraryQuery, *, at_most: int) -> int:
        """How many the query finds, counted no further than `at_most`."""

    def family(self, owner: str, picture: Picture) -> Family:
        """The library's pictures that it was made from, and those that were made from it."""

    def change(self, owner: str, which: Sequence[str] | LibraryQuery, change: Change) -> tuple[str, ...]:
        """Change these pictures of that owner; the ids of all that it was about, newest first.

        Ids of nothing, or of what is not where the change needs it (the bin, to restore), are passed over.
        Raises `InvalidRequest` when a query finds more than `MOST_AT_ONCE` or the result would not be allowed
        (too many tags), and `NotFound` when there is no such album; then nothing was changed.
        """

    def undelete(self, owner: str, deleted_at: float) -> int:
        """Bring back what was moved to that owner's bin at exactly that moment; how many."""

    def empty_bin(self, owner: str) -> int:
        """Forget everything that lies in that owner's bin; how many. Charges stay."""

    def purge(self, older_than_seconds: float) -> int:
        """Forget what lies in anybody's bin for longer than that; how many."""

    def tags(self, owner: str) -> Sequence[Label]:
        """The tags in use, in alphabetical order."""

    def models(self, owner: str) -> Sequence[Label]:
        """The models that made what is there, the most used first."""

    def albums(self, owner: str) -> Sequence[Album]:
        """In alphabetical order."""

    def albums_of(self, owner: str, picture_id: str) -> Sequence[Album]:
        """Those that the picture is in, in alphabetical order."""

    def add_album(self, owner: str, name: str) -> Album:
        """Raises `InvalidRequest` (field `name`) when there is one of that name, whatever its case."""

    def rename_album(self, owner: str, album_id: str, name: str) -> Album | None:
        """`None` when there is no such album. Raises as `add_album` does."""

    def remove_album(self, owner: str, album_id: str) -> bool:
        """Forget the album, not its pictures; whether there was one."""


class ConversationStore(Protocol):
    """Conversations and where their turns stand. Turns are added by `JobStore.admit`, with their jobs."""

    def find(self, conversation_id: str, owner: str) -> Dialogue | None: ...

    def page(self, owner: str, terms: Sequence[str], *, before: str | None = None, limit: int = 30) -> ConversationPage:
        """Those in which all terms occur, with the newest turns first, after the page whose `next` was `before`."""

    def rename(self, conversation_id: str, owner: str, title: str) -> Conversation | None:
        """The conversation under its new title; `None` when there is none."""

    def delete(self, conversation_id: str, owner: str) -> bool:
        """Forget the conversation, its turns and what was answered in words; whether there was one."""

    def place_of(self, job_id: str, owner: str) -> NewTurn | None:
        """Where the turn stands that a job answers."""


class UploadStore(Protocol):
    """Pictures that were brought here to be worked on, for a day."""

    def add(self, owner: str, file: PictureFile, *, has_alpha: bool) -> Upload:
        """Record a picture whose bytes are in the blob store already."""

    def find(self, upload_id: str, owner: str) -> Upload | None: ...


class ThumbnailCache(Protocol):
    """Thumbnails by the digest of their picture. Losing any of them loses nothing."""

    def get(self, digest: str) -> bytes | None: ...

    def put(self, digest: str, data: bytes) -> None:
        """Keep it if possible; never raises because it is not."""

    def turn(self, digest: str) -> AbstractContextManager[None]:
        """Whoever is inside makes the thumbnail; whoever waited finds it made."""


class AccountStore(Protocol):
    """Tokens, sign-in sessions and failed sign-ins, shared by all processes."""

    def add_token(self, name: str, owner: str, secret_digest: str) -> Token:
        """Raises `StudioError` `invalid_value` (param `name`) when a live token has that name."""

    def tokens(self) -> Sequence[Token]:
        """All tokens, oldest first, revoked ones included."""

    def revoke_token(self, name: str) -> bool:
        """`False` when no live token has that name."""

    def find_token(self, secret_digest: str) -> Token | None:
        """The live token with this digest; its use is noted (at most once a minute)."""

    def open_session(self, secret_digest: str, owner: str, lifetime: float) -> None: ...

    def find_session(self, secret_digest: str) -> str | None:
        """The owner of a session that is neither closed nor older than its lifetime."""

    def close_session(self, secret_digest: str) -> None: ...

    def close_all_sessions(self, owner: str) -> None: ...

    def note_failed_sign_in(self, bucket: str) -> None: ...

    def failed_sign_ins(self, bucket: str, window: float) -> tuple[int, float]:
        """How many in the last `window` seconds, and seconds since the newest (0.0 if none)."""

    def forget_failed_sign_ins(self, bucket: str) -> None: ...
