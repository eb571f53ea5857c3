"""Identifiers: 26 lower-case characters that sort by time and cannot be guessed.

48 bits of milliseconds, then 80 bits from the system's random source, in Crockford's base 32 (the
ULID layout, lower case so that they are pleasant in URLs). Sorting by id is sorting by creation,
which is what the library's keyset pages rely on.
"""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(now: float | None = None) -> str:
    """A fresh identifier; `now` is Unix time in seconds, given only by tests and imports."""
    milliseconds = int((time.time() if now is None else now) * 1000)
    number = (milliseconds << 80) | secrets.randbits(80)
    return id_of(number)


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an identifier (it may still name nothing)."""
    return len(text) == 26 and all(character in _ALPHABET for character in text)


def number_of(name: str) -> int:
    """An identifier as the number it writes, in the same order: below 2**128. Raises `ValueError` for anything else."""
    number = 0
    for character in name:
        number = number << 5 | _ALPHABET.index(character)
    return number


def id_of(number: int) -> str:
    """The inverse of `number_of`."""
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def first_id(moment: float) -> str:
    """The lowest identifier of a moment (Unix seconds); times before 1970 count as its beginning."""
    return id_of(max(0, int(moment * 1000)) << 80)
