"""Which pictures of the library are meant: the same few words in the address bar, in the API and for commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from app.domain.costs import MicroUSD, dollars, from_dollars
from app.domain.errors import InvalidRequest, Problem
from app.domain.ids import is_id
from app.domain.library import read_tags, tag_problems
from app.domain.search import terms_of
from app.domain.sentences import say

KINDS = ("generate", "edit", "vary", "turn")
SHAPES = ("portrait", "landscape", "square")

LONGEST_QUERY = 1_000
MOST_TERMS = 32
_MOST_FILTER_TAGS = 10
_LONGEST_WORD = 200

_SIZE = re.compile(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
_FLAGS = {"1": True, "true": True, "0": False, "false": False}

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryQuery:
    """Every part narrows the choice; without any it is everything that is not in the bin.

    `text`: see `search.terms_of`. `kind`: what was wished, one of `KINDS`. `tags`: all of them.
    `album`: an id. `since` and `until`: days in UTC, both included. Costs per picture, both included.
    `size`: one of `SHAPES` or "WIDTHxHEIGHT". `in_bin`: deleted pictures instead of those that are there.
    """

    text: str = ""
    model: str | None = None
    kind: str | None = None
    favourite: bool | None = None
    tags: tuple[str, ...] = ()
    album: str | None = None
    since: date | None = None
    until: date | None = None
    min_cost: MicroUSD | None = None
    max_cost: MicroUSD | None = None
    size: str | None = None
    practice: bool | None = None
    in_bin: bool = False

    @property
    def terms(self) -> tuple[str, ...]:
        """What must all occur in a picture's words."""
        return terms_of(self.text)

    @property
    def exact_size(self) -> tuple[int, int] | None:
        """Width and height in pixels; `None` when a shape or nothing is asked for."""
        found = _SIZE.fullmatch(self.size or "")
        return None if found is None else (int(found[1]), int(found[2]))

    @property
    def begins_at(self) -> float | None:
        """Unix seconds of the first moment that is meant."""
        return None if self.since is None else _moment(self.since)

    @property
    def ends_before(self) -> float | None:
        """Unix seconds of the first moment after all that are meant."""
        return None if self.until is None else _moment(self.until) + 86_400.0

    def as_values(self) -> dict[str, str]:
        """The query as the address bar has it, in a fixed order; `read_query` is its inverse."""
        values = {
            "query": self.text or None,
            "tag": ",".join(self.tags) or None,
            "favourite": _flag(self.favourite),
            "album": self.album,
            "model": self.model,
            "kind": self.kind,
            "size": self.size,
            "since": None if self.since is None else self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "min_cost": None if self.min_cost is None else _amount(self.min_cost),
            "max_cost": None if self.max_cost is None else _amount(self.max_cost),
            "practice": _flag(self.practice),
            "bin": "1" if self.in_bin else None,
        }
        return {name: value for name, value in values.items() if value is not None}


def read_query(values: Mapping[str, str]) -> LibraryQuery:
    """The query that these words of an address stand for; an empty one was not chosen.

    Raises `InvalidRequest` with every problem, words that are none of ours among them.
    """
    problems: list[Problem] = []
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        if name not in _READERS:
            shown = "".join(c if c.isprintable() else "?" for c in name)[:80]
            problems.append(Problem(shown, "unknown_parameter", say("Unknown parameter: '{name}'.", name=shown)))
        elif value:
            field, read = _READERS[name]
            try:
                chosen[field] = read(name, value)
            except InvalidRequest as error:
                problems += error.problems
    if problems:
        raise InvalidRequest(tuple(problems))
    return LibraryQuery(**chosen)


def _wrong(name: str, sentence: str) -> InvalidRequest:
    return InvalidRequest((Problem(name, "invalid_value", sentence),))


def _text(name: str, value: str) -> str:
    if len(value) > LONGEST_QUERY:
        most = f"{LONGEST_QUERY:,}"
        raise _wrong(name, say("'{name}' is longer than {most} characters.", name=name, most=most))
    if len(terms_of(value)) > MOST_TERMS:
        raise _wrong(name, say("'{name}' has more than {most} words.", name=name, most=MOST_TERMS))
    return value.strip()


def _tags(name: str, value: str) -> tuple[str, ...]:
    tags = read_tags(value)
    if problems := tag_problems(name, tags):
        raise InvalidRequest(tuple(problems))
    if len(tags) > _MOST_FILTER_TAGS:
        raise _wrong(name, say("'{name}' names more than {most} tags.", name=name, most=_MOST_FILTER_TAGS))
    return tags


def _word(name: str, value: str) -> str:
    if len(value) > _LONGEST_WORD:
        raise _wrong(name, say("'{name}' is longer than {most} characters.", name=name, most=_LONGEST_WORD))
    return value


def _one_of(words: Mapping[str, _Value]) -> Callable[[str, str], _Value]:
    def read(name: str, value: str) -> _Value:
        if value not in words:
            raise _wrong(name, say("'{name}' must be one of: {words}.", name=name, words=tuple(words)))
        return words[value]

    return read


def _album(name: str, value: str) -> str:
    if not is_id(value):
        raise _wrong(name, say("'{name}' must be the id of an album.", name=name))
    return value


def _size(name: str, value: str) -> str:
    if value not in SHAPES and not _SIZE.fullmatch(value):
        sentence = say("'{name}' must be WIDTHxHEIGHT in pixels or one of: {words}.", name=name, words=SHAPES)
        raise _wrong(name, sentence)
    return value


def _day(name: str, value: str) -> date:
    try:
        if not _DAY.fullmatch(value):
            raise ValueError(value)
        return date.fromisoformat(value)
    except ValueError:
        raise _wrong(name, say("'{name}' must be a day such as 2026-05-31.", name=name)) from None


def _cost(name: str, value: str) -> MicroUSD:
    try:
        if not _AMOUNT.fullmatch(value):
            raise InvalidOperation(value)
        return from_dollars(value)
    except InvalidOperation:
        sentence = say("'{name}' must be an amount in US dollars such as 0.05, with at most six places.", name=name)
        raise _wrong(name, sentence) from None


_READERS: dict[str, tuple[str, Callable[[str, str], object]]] = {
    "query": ("text", _text),
    "tag": ("tags", _tags),
    "favourite": ("favourite", _one_of(_FLAGS)),
    "album": ("album", _album),
    "model": ("model", _word),
    "kind": ("kind", _one_of({kind: kind for kind in KINDS})),
    "size": ("size", _size),
    "since": ("since", _day),
    "until": ("until", _day),
    "min_cost": ("min_cost", _cost),
    "max_cost": ("max_cost", _cost),
    "practice": ("practice", _one_of(_FLAGS)),
    "bin": ("in_bin", _one_of(_FLAGS)),
}

NAMES = tuple(_READERS)
"""The words of a query, in the order in which addresses have them."""


def _moment(day: date) -> float:
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH) / timedelta(seconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(int(value))


def _amount(value: MicroUSD) -> str:
    return f"{Decimal(dollars(value)).normalize():f}"
