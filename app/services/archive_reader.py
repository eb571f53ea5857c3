"""Reading an archive that `exports` wrote, and noticing every byte of it that is not as it was written."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.domain.exchange import FORMAT, BadArchive
from app.services.exports import BLOBS, INDEX, TABLES

_LARGEST_INDEX = 64 * 1024 * 1024
_LARGEST_BLOB = 512 * 1024 * 1024
_BLOCK = 1024 * 1024
_ENCRYPTED = 0x1
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FOREIGN = "it is not one that Atelier's export wrote"
_DAMAGED = "it is damaged or cut short"
_BROKEN = (BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, struct.error)
"""What `zipfile` raises over files that are no archives: it looks for their parts in places that are none."""


@contextmanager
def opened(file: BinaryIO, revision: str) -> Iterator[ArchiveReader]:
    """The archive, looked through to its end. Raises `BadArchive`; `revision` is the layout of the tables here."""
    try:
        archive = ZipFile(file)
    except _BROKEN as error:
        raise BadArchive(_DAMAGED) from error
    with archive:
        reader = ArchiveReader(archive)
        try:
            reader.verify(revision)
        except BadArchive:
            raise
        except _BROKEN as error:
            raise BadArchive(_DAMAGED) from error
        yield reader


class ArchiveReader:
    """An archive's parts. Nothing is believed of it before `verify`."""

    def __init__(self, archive: ZipFile):
        self._archive = archive
        self._members = {info.filename: info for info in archive.infolist()}
        self._index: dict[str, Any] = {}

    @property
    def digests(self) -> list[str]:
        """Of all files."""
        return [name.removeprefix(BLOBS) for name in self._members if name.startswith(BLOBS)]

    @property
    def lost(self) -> int:
        """How many files were lost already where the archive was written."""
        return len(self._index["lost"])

    def byte_size(self, digest: str) -> int:
        return self._members[f"{BLOBS}{digest}"].file_size

    def blob(self, digest: str) -> bytes:
        return self._archive.read(self._members[f"{BLOBS}{digest}"])

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Raises `BadArchive` when there is no such table, or a line is no row."""
        if _path(table) not in self._members:
            raise BadArchive(_FOREIGN)
        with self._archive.open(self._members[_path(table)]) as lines:
            for line in lines:
                yield _object(line)

    def verify(self, revision: str) -> None:
        """Raises `BadArchive`, and whatever `zipfile` raises."""
        if len(self._members) != len(self._archive.infolist()) or INDEX not in self._members:
            raise BadArchive(_FOREIGN)
        for info in self._members.values():
            # Stored files cannot become larger than the archive itself.
            if info.compress_type != ZIP_STORED or info.flag_bits & _ENCRYPTED or info.file_size != info.compress_size:
                raise BadArchive(_FOREIGN)
        self._index = self._read_index(revision)
        expected = {INDEX, *map(_path, self._index["tables"]), *(f"{BLOBS}{digest}" for digest in self.digests)}
        if self._members.keys() != expected or len(self.digests) != self._index["files"]:
            raise BadArchive(_DAMAGED)
        for name, table in self._index["tables"].items():
            if self._digest(self._members[_path(name)]) != table["sha256"]:
                raise BadArchive(_DAMAGED)
        for digest in self.digests:
            info = self._members[f"{BLOBS}{digest}"]
            if not _DIGEST.fullmatch(digest) or info.file_size > _LARGEST_BLOB or self._digest(info) != digest:
                raise BadArchive(_DAMAGED)

    def _read_index(self, revision: str) -> dict[str, Any]:
        if self._members[INDEX].file_size > _LARGEST_INDEX:
            raise BadArchive(_FOREIGN)
        index = _object(self._archive.read(self._members[INDEX]))
        if index.get("format") != FORMAT or index.get("revision") != revision:
            raise BadArchive(
                f"it was written by another release (tables '{index.get('revision')}', here '{revision}'); bring both "
                "studios to the same release first"
            )
        tables, files, lost = index.get("tables"), index.get("files"), index.get("lost")
        if not isinstance(tables, dict) or not isinstance(files, int) or not isinstance(lost, list):
            raise BadArchive(_FOREIGN)
        if not all(isinstance(table, dict) and "sha256" in table for table in tables.values()):
            raise BadArchive(_FOREIGN)
        return index

    def _digest(self, info: ZipInfo) -> str:
        digest = hashlib.sha256()
        with self._archive.open(info) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()


def _path(table: str) -> str:
    return f"{TABLES}{table}.jsonl"


def _object(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadArchive(_FOREIGN) from error
    if not isinstance(value, dict):
        raise BadArchive(_FOREIGN)
    return cast(dict[str, Any], value)
