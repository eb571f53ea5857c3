"""The result as a Markdown table, which reads as plain text too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measure. `met`: whether its goal was; `None` when there is none, or nothing to compare with."""

    measure: str
    goal: str
    atelier: str
    naive: str = "–"
    litellm: str = "–"
    met: bool | None = None


_HEAD = ("", "goal", "Atelier", "Flask + SDK", "LiteLLM", "")
_VERDICT = {True: "met", False: "missed", None: ""}


def as_markdown(lines: Sequence[Line]) -> str:
    """All lines, columns aligned."""
    rows = [
        _HEAD,
        *((line.measure, line.goal, line.atelier, line.naive, line.litellm, _VERDICT[line.met]) for line in lines),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    texts = [_row(row, widths) for row in rows]
    texts.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(texts)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
