"""Picture sizes: their text form, the lists some models have and the rule the newer ones follow.

All lengths are pixels. The free-size rule and its edge cases are published for gpt-image-2 and 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from math import sqrt
from typing import Any, NamedTuple

from app.domain.sentences import Sentence, choose, joined, one_of, say, shortened

AUTO = "auto"
_TEXT = re.compile(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,4})", re.ASCII)


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def parse_size(text: object) -> Size | None:
    """The size that "1024x1024" means; `None` for `auto` and for anything else."""
    match = _TEXT.fullmatch(text) if isinstance(text, str) else None
    return Size(int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSizeRule:
    """Any size is taken whose edges are multiples of `multiple` and that keeps these bounds, ends included."""

    multiple: int
    longest_edge: int
    max_ratio: int
    min_pixels: int
    max_pixels: int
    experimental_above: int

    def breaches(self, size: Size) -> tuple[Sentence, ...]:
        """What the size breaks, each as the requirement it fails; empty when it is legal."""
        return tuple(self._breaches(size))

    def _breaches(self, size: Size) -> Iterator[Sentence]:
        if size.width % self.multiple or size.height % self.multiple:
            yield say("both edges must be multiples of {multiple}", multiple=self.multiple)
        if max(size) > self.longest_edge:
            yield say("the longest edge may be {most} pixels", most=self.longest_edge)
        if max(size) > self.max_ratio * min(size):
            yield say("the shape must lie between 1:{most} and {most}:1", most=self.max_ratio)
        if size.pixels < self.min_pixels:
            yield say("it must have at least {least} pixels in all", least=self.min_pixels)
        if size.pixels > self.max_pixels:
            yield say("it may have at most {most} pixels in all", most=self.max_pixels)

    def is_experimental(self, size: Size) -> bool:
        return size.pixels > self.experimental_above

    def nearest(self, size: Size) -> Size:
        """A legal size of nearly the same shape, to suggest instead."""
        width, height = float(size.width), float(size.height)
        width, height = min(width, self.max_ratio * height), min(height, self.max_ratio * width)
        scale = min(1.0, self.longest_edge / max(width, height), sqrt(self.max_pixels / (width * height)))
        scale = max(scale, sqrt(self.min_pixels / (width * height)))
        width, height = width * scale, height * scale
        candidates = (
            Size(across, down)
            for across in self._steps_around(width)
            for down in self._steps_around(height)
            if not self.breaches(Size(across, down))
        )
        return min(candidates, key=lambda near: abs(near.width - width) + abs(near.height - height))

    def _steps_around(self, length: float) -> range:
        middle = round(length / self.multiple) * self.multiple
        # Two steps either way always reach a legal size: rounding moves an edge by half a step at most.
        return range(max(self.multiple, middle - 2 * self.multiple), middle + 2 * self.multiple + 1, self.multiple)

    def as_record(self) -> dict[str, int]:
        return {
            "multiple": self.multiple,
            "longest_edge": self.longest_edge,
            "max_ratio": self.max_ratio,
            "min_pixels": self.min_pixels,
            "max_pixels": self.max_pixels,
            "experimental_above_pixels": self.experimental_above,
        }


@dataclass(frozen=True, slots=True)
class CommonSize:
    """A size to offer, with the word people know it by."""

    size: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What a model takes as `size`.

    `common` is what to offer. Without a `rule` it is also all there is, unless `any` is set (names
    unknown to the catalogue). `auto` leaves the size to the model.
    """

    common: tuple[CommonSize, ...]
    auto: bool = False
    rule: FreeSizeRule | None = None
    any: bool = False

    @property
    def offered(self) -> tuple[str, ...]:
        """The texts to put into a list of choices."""
        return tuple(common.size for common in self.common) + ((AUTO,) if self.auto else ())

    def problem(self, text: str, model: str) -> str | None:
        """A sentence saying why this size is refused and what to take instead; `None` when it is fine."""
        if text == AUTO and self.auto:
            return None
        size = parse_size(text)
        if size is None:
            wrong = say("The size '{size}' is not understood.", size=shortened(text))
            return joined(wrong, self._remedy)
        if self.any:
            return None
        if self.rule is None:
            if text in self.offered:
                return None
            return joined(say("The model {model} does not draw {size}.", model=model, size=text), choose(self.offered))
        breaches = self.rule.breaches(size)
        if not breaches:
            return None
        return say(
            "The model {model} does not draw {size}: {reasons}. The nearest size it draws is {nearest}.",
            model=model,
            size=text,
            reasons=reduce(_and, breaches),
            nearest=str(self.rule.nearest(size)),
        )

    def is_experimental(self, text: str | None) -> bool:
        size = parse_size(text)
        return size is not None and self.rule is not None and self.rule.is_experimental(size)

    @property
    def _remedy(self) -> Sentence:
        sizes = one_of(self.offered)
        if self.rule or self.any:
            return say("Choose one of {sizes}, or write WIDTHxHEIGHT in pixels.", sizes=sizes)
        return say("Choose one of {sizes}.", sizes=sizes)

    def as_record(self) -> dict[str, Any]:
        return {
            "auto": self.auto,
            "any": self.any,
            "common": [{"size": common.size, "label": common.label} for common in self.common],
            "rule": None if self.rule is None else self.rule.as_record(),
        }


def _and(reason: Sentence, next_reason: Sentence) -> Sentence:
    return say("{reason}, and {next_reason}", reason=reason, next_reason=next_reason)
