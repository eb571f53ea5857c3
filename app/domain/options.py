"""Options of a model: what each takes, in which kinds of request, with which output formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.sentences import choose, say

TEXT_LIMIT = 64
"""Characters allowed where any text passes (names unknown to the catalogue)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option as one model has it: a list of `values`, a `range` (ends included) or any short text.

    `default` is what the provider takes when the option is left out (`None`: not published).
    `formats`: the option is taken only with these output formats (empty: with all).
    `value_formats`: the same for single values. `preview`: values that need preview access.
    """

    name: str
    kinds: tuple[str, ...]
    values: tuple[str, ...] | None = None
    range: tuple[int, int] | None = None
    default: str | int | None = None
    formats: tuple[str, ...] = ()
    value_formats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    preview: tuple[str, ...] = ()

    def has_type_of(self, value: object) -> bool:
        if self.range is not None:
            return isinstance(value, int) and not isinstance(value, bool)
        return isinstance(value, str)

    def takes(self, value: object) -> bool:
        """Whether the value (of the right type) is one that the model takes."""
        if self.range is not None:
            return isinstance(value, int) and self.range[0] <= value <= self.range[1]
        if self.values is not None:
            return value in self.values
        return isinstance(value, str) and 0 < len(value) <= TEXT_LIMIT and value.isprintable()

    @property
    def remedy(self) -> str:
        """What to choose instead, as a sentence."""
        if self.range is not None:
            return say("Choose a whole number from {least} to {most}.", least=self.range[0], most=self.range[1])
        if self.values is None:
            return say("Use at most {most} printable characters.", most=TEXT_LIMIT)
        return choose(self.values)

    def as_record(self) -> dict[str, Any]:
        record: dict[str, Any] = {"kinds": list(self.kinds), "default": self.default}
        if self.range is not None:
            record |= {"minimum": self.range[0], "maximum": self.range[1]}
        else:
            record["values"] = None if self.values is None else list(self.values)
        if self.formats:
            record["only_with_output_format"] = list(self.formats)
        if self.value_formats:
            record["values_only_with_output_format"] = {k: list(v) for k, v in self.value_formats.items()}
        if self.preview:
            record["preview_values"] = list(self.preview)
        return record
