"""Archives of whole studios and check-ups of one: what was found, and what can be wrong."""

from __future__ import annotations

from dataclasses import dataclass

FORMAT = 1
"""Of archives. A later one is refused, never guessed at."""


class BadArchive(ValueError):
    """The archive cannot be taken in; the message is the end of a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an archive holds. `lost`: digests of files that are missing or damaged, so that it does not hold them."""

    jobs: int
    pictures: int
    files: int
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import added. `lost`: how many files were lost already where the archive was written."""

    jobs: int
    pictures: int
    lost: int


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that a row names: `where` is that row, for people ("pictures 01jd…")."""

    digest: str
    where: str


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is there; `seconds` old."""

    digest: str
    byte_size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check-up found. `orphans` are files over a day old that no row names: harmless, and pruned in time."""

    checked: int
    missing: tuple[NamedFile, ...]
    damaged: tuple[NamedFile, ...]
    orphans: int
    orphan_bytes: int

    @property
    def all_is_well(self) -> bool:
        return not self.missing and not self.damaged
