"""What exports, imports and check-ups need from database and files, as protocols; see `ports.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from app.domain.exchange import KeptFile, NamedFile
from app.services.ports import BlobStore


class Snapshot(Protocol):
    """The rows of one moment, those of ended jobs and of no job."""

    @property
    def revision(self) -> str:
        """The layout of the tables."""

    def tables(self) -> Sequence[str]:
        """Each after those it refers to."""

    def rows(self, table_name: str) -> Iterator[dict[str, Any]]:
        """Plain JSON values by column."""


class ExportStore(Protocol):
    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Keeps nobody waiting."""


class ImportStore(Protocol):
    def revision(self) -> str:
        """The layout of the tables here."""

    def take_in(self, read: Callable[[str], Iterator[dict[str, Any]]]) -> dict[str, int]:
        """Add what is new of the tables that `read` gives, all or nothing; how many rows of each.

        Raises `BadArchive`.
        """


class Census(Protocol):
    """Which files the database names."""

    def named(self) -> Iterator[NamedFile]:
        """Every lasting file, as often as a row names it."""

    def in_use(self) -> frozenset[str]:
        """The digests of all files that must stay, previews included."""


class CheckedBlobs(BlobStore, Protocol):
    """Files that can be looked through."""

    def is_intact(self, digest: str) -> bool:
        """Whether the blob is there and still holds what its name says."""

    def kept(self) -> Iterator[KeptFile]:
        """Every file there is, previews aside."""
