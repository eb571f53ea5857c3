"""Wording shared by everything that tells people what they may choose."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def one_of(choices: Iterable[object]) -> str:
    """ "a", "a or b", "a, b or c"."""
    *head, last = [str(choice) for choice in choices]
    return f"{', '.join(head)} or {last}" if head else last


def choose(choices: Collection[object]) -> str:
    """The remedy for a wrong choice: "Choose a.", "Choose a or b.", "Choose one of a, b or c." """
    return f"Choose {'one of ' if len(choices) > 2 else ''}{one_of(choices)}."


def shortened(text: object, limit: int = 60) -> str:
    """What somebody sent, safe and short enough to quote inside a sentence."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text)[: limit + 1])
    return shown if len(shown) <= limit else shown[:limit] + "…"
