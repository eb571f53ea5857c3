"""What is said of text that a client made up."""

from __future__ import annotations

from app.domain.errors import Problem
from app.domain.sentences import Sentence, say


def printable(name: str) -> str:
    """A made-up name, short and harmless enough to be repeated to who sent it."""
    return "".join(c if c.isprintable() else "?" for c in name[:80])


def unusable(name: str, value: str) -> Sentence | None:
    """Why the value of that field is not text; `None` when it is."""
    if "\0" in value:
        return say("'{name}' contains a NUL character.", name=name)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return say("'{name}' contains half of a surrogate pair, which is not text.", name=name)
    return None


def unknown_parameter(name: str) -> Problem:
    """What to say of a name that means nothing here."""
    shown = printable(name)
    return Problem(shown, "unknown_parameter", say("Unknown parameter: '{name}'.", name=shown))


def more_than_once(name: str, code: str) -> Problem:
    """What to say of a name that stands there twice."""
    shown = printable(name)
    return Problem(shown, code, say("'{name}' is given more than once.", name=shown))
