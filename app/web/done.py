"""What was just done to pictures, told once, on the page that the visitor is led to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import flash, get_flashed_messages

from app.domain.errors import InvalidRequest
from app.domain.sentences import joined
from app.edge.languages import told

_TROUBLE = "trouble"
_DONE = "done"
_UNDO = "undo "


@dataclass(frozen=True, slots=True)
class Done:
    """A sentence. `undo`: the moment of a deletion that can be taken back. `is_trouble`: nothing was done."""

    sentence: str
    undo: str | None = None
    is_trouble: bool = False


def tell(sentence: str, *, undo: str | None = None) -> None:
    """Keep the sentence, in the visitor's cookie, for the next page."""
    flash(told(sentence), _DONE if undo is None else _UNDO + undo)


def tell_problems(error: InvalidRequest) -> None:
    """Keep for the next page why nothing was done."""
    flash(told(joined(*(problem.message for problem in error.problems))), _TROUBLE)


def what_was_done() -> Done | None:
    """What is to be told, which is then forgotten."""
    kept = cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))
    if not kept:
        return None
    category, sentence = kept[-1]
    return Done(
        sentence,
        undo=category.removeprefix(_UNDO) if category.startswith(_UNDO) else None,
        is_trouble=category == _TROUBLE,
    )
