"""What is said of text that a client made up."""

from __future__ import annotations


def printable(name: str) -> str:
    """A made-up name, short and harmless enough to be repeated to who sent it."""
    return "".join(c if c.isprintable() else "?" for c in name[:80])


def unusable(value: str) -> str | None:
    """Why this is not text, as the end of a sentence; `None` when it is."""
    if "\0" in value:
        return "contains a NUL character"
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return "contains half of a surrogate pair, which is not text"
    return None
