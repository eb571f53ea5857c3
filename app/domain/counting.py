"""How many tokens a call will use on one model: what is likely, and what is the most it could be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.costs import Usage
from app.domain.requests import AnyRequest, InputPicture
from app.domain.sizes import Size, parse_size
from app.domain.tokens import (
    PARTIAL_IMAGE_TOKENS,
    axis_tokens,
    cell_tokens,
    prompt_tokens_at_most,
    prompt_tokens_typical,
    tile_tokens,
    tile_tokens_at_most,
)

_USUAL_SIZE = Size(1024, 1024)
_USUAL_FRAMES = 9


class InputRule(StrEnum):
    """Which formula counts the pictures given to an edit."""

    CELLS = "cells"
    TILES = "tiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisRule:
    """Output tokens by formula (gpt-image-2 and later): each quality has its `axis`.

    `axis_at_most` differs from `axis` where the table is not confirmed for a model.
    """

    axis: Mapping[str, int]
    axis_at_most: Mapping[str, int]
    auto_quality: str
    auto_size_at_most: Size

    def typical(self, quality: str | None, size: str | None, n: int) -> int:
        axis = self.axis.get(quality or "", self.axis[self.auto_quality])
        return axis_tokens(axis, *(parse_size(size) or _USUAL_SIZE), n)

    def at_most(self, quality: str | None, size: str | None, n: int) -> int:
        axis = self.axis_at_most.get(quality or "", max(self.axis_at_most.values()))
        return axis_tokens(axis, *(parse_size(size) or self.auto_size_at_most), n)

    def is_settled_by(self, quality: str | None, size: str | None) -> bool:
        """Whether these two leave nothing to the model's choice."""
        return quality in self.axis and parse_size(size) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """Output tokens by table (the first generation): quality → size → tokens of one picture."""

    table: Mapping[str, Mapping[str, int]]
    auto_quality: str

    def typical(self, quality: str | None, size: str | None, n: int) -> int:
        row = self.table.get(quality or "", self.table[self.auto_quality])
        return n * row.get(size or "", row[str(_USUAL_SIZE)])

    def at_most(self, quality: str | None, size: str | None, n: int) -> int:
        row = self.table.get(quality or "")
        rows = list(self.table.values()) if row is None else [row]
        return n * max(row.get(size or "", max(row.values())) for row in rows)

    def is_settled_by(self, quality: str | None, size: str | None) -> bool:
        return size is not None and size in self.table.get(quality or "", {})


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a call will likely use, and what it could use at most. `exact`: see `costs.Quote`."""

    typical: Usage
    at_most: Usage
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The token rules of one model. `confirmed`: measured on or published for this very model.

    `text_per_input`: text tokens that each input picture adds; `text_per_input_at_most` is an
    allowance where more was seen than is documented.
    """

    output: AxisRule | TableRule
    inputs: InputRule
    text_per_input: int
    text_per_input_at_most: int
    confirmed: bool

    def forecast(self, request: AnyRequest, n: int) -> Forecast:
        """The tokens of one call that draws `n` pictures."""
        quality: str | None = getattr(request, "quality", None)
        pictures = n * frames(request)
        previews = n * PARTIAL_IMAGE_TOKENS * (getattr(request, "partial_images", None) or 0)
        prompt: str = getattr(request, "prompt", "")
        images: tuple[InputPicture, ...] = getattr(request, "images", ())
        high = getattr(request, "input_fidelity", None) == "high"
        counts = [self._input_tokens(picture, high_fidelity=high) for picture in images]
        typical = Usage(
            input_text_tokens=n * (prompt_tokens_typical(prompt) + self.text_per_input * len(images)),
            input_image_tokens=n * sum(typical for typical, _ in counts),
            output_image_tokens=self.output.typical(quality, request.size, pictures) + previews,
        )
        at_most = Usage(
            input_text_tokens=n * (prompt_tokens_at_most(prompt) + self.text_per_input_at_most * len(images)),
            input_image_tokens=n * sum(at_most for _, at_most in counts),
            output_image_tokens=self.output.at_most(quality, request.size, pictures) + previews,
        )
        exact = (
            self.confirmed
            and self.output.is_settled_by(quality, request.size)
            and pictures == n  # what an animation costs is not published
            and not previews  # fewer previews than asked may come
            and (not images or self.inputs is InputRule.CELLS)
        )
        return Forecast(typical, at_most, exact)

    def _input_tokens(self, picture: InputPicture, *, high_fidelity: bool) -> tuple[int, int]:
        """What a picture that is given counts, typically and at most."""
        width, height = picture.width, picture.height
        if self.inputs is InputRule.CELLS:
            return (cells := cell_tokens(width, height)), cells
        return (
            tile_tokens(width, height, high_fidelity=high_fidelity),
            tile_tokens_at_most(width, height, high_fidelity=high_fidelity),
        )


def frames(request: AnyRequest) -> int:
    """How many drawings one picture of the answer is counted as: an animation's price is not
    published, so each of its frames is taken for a picture."""
    if getattr(request, "output_format", None) != "gif":
        return 1
    return getattr(request, "frame_count", None) or _USUAL_FRAMES
