"""The library: pictures with what people made of them, the pages they come in, and what can be done to many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.errors import InvalidRequest, Problem
from app.domain.pictures import Picture
from app.domain.search import fold
from app.domain.sentences import say

BIN_DAYS = 30
"""How long a deleted picture can be brought back."""

MOST_AT_ONCE = 5_000
"""Pictures that one change may be about when it is asked for by a query."""

MOST_ON_A_PAGE = 500

MOST_IDS = 1_000
"""Pictures that one change may name."""

MOST_TAGS = 50
LONGEST_NAME = 60
"""Characters of a tag or of an album's name."""

LONGEST_NOTE = 4_000


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """A picture as the library shows it. `tags` as they were written, in alphabetical order."""

    picture: Picture
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of the library, newest first. `next` is the id to continue after; `None` on the last page."""

    items: tuple[LibraryItem, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Album:
    """A named collection. `count`: of its pictures that are not in the bin; `cover`: the newest of them."""

    id: str
    name: str
    created_at: float
    count: int = 0
    cover: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A tag (or a model) in use, and how many pictures have it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Family:
    """How a picture came to be, and what came of it: only pictures that are still there, oldest first."""

    made_from: tuple[Picture, ...] = ()
    led_to: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be done to each of some pictures; `None` and empty leave things as they are.

    `tags` replaces all tags of each. `delete` moves them to the bin, `restore` brings them back from there.
    Albums are named by id. Raises `InvalidRequest` for names and notes that cannot be kept.
    """

    favourite: bool | None = None
    note: str | None = None
    tags: tuple[str, ...] | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    add_to_album: str | None = None
    remove_from_album: str | None = None
    delete: bool = False
    restore: bool = False

    def __post_init__(self) -> None:
        problems = []
        for field in ("tags", "add_tags"):
            problems += tag_problems(field, getattr(self, field) or ())
        if self.note is not None and len(self.note) > LONGEST_NOTE:
            sentence = say(
                "A note has at most {most} characters; this one has more. Shorten it.", most=f"{LONGEST_NOTE:,}"
            )
            problems.append(Problem("note", "invalid_value", sentence))
        if problems:
            raise InvalidRequest(tuple(problems))


def read_tags(text: str) -> tuple[str, ...]:
    """Tags as people type them: separated by commas, each once (whatever its case), in the order given."""
    by_key: dict[str, str] = {}
    for tag in filter(None, map(tidy, text.split(","))):
        by_key.setdefault(fold(tag), tag)
    return tuple(by_key.values())


def tidy(name: str) -> str:
    """A tag's or an album's name without spaces around it or double ones in it."""
    return " ".join(name.split())


def tag_problems(field: str, tags: Iterable[str]) -> list[Problem]:
    """What keeps these from being tags."""
    several = list(tags)
    problems = []
    if len(several) > MOST_TAGS:
        sentence = say("A picture has at most {most} tags. Leave some out.", most=MOST_TAGS)
        problems.append(Problem(field, "invalid_value", sentence))
    for tag in several:
        if "," in tag:
            sentence = say("A tag cannot have a comma in it: commas stand between tags.")
            problems.append(Problem(field, "invalid_value", sentence))
        else:
            problems += name_problems(field, tag)
    return list(dict.fromkeys(problems))


def name_problems(field: str, name: str) -> list[Problem]:
    """What keeps this from being the name of a tag or an album."""
    if not fold(name):
        return [Problem(field, "invalid_value", say("The name is empty. Write one."))]
    if len(tidy(name)) > LONGEST_NAME:
        sentence = say("The name is longer than {most} characters. Shorten it.", most=LONGEST_NAME)
        return [Problem(field, "invalid_value", sentence)]
    return []
