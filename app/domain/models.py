"""A model of the catalogue: what it can do, what it takes, when it lived, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.domain.options import Option
from app.domain.prices import PicturePrices, TokenPrices
from app.domain.sizes import Sizes

RETIRING_WITHIN = timedelta(days=60)
"""How long before its last day a model counts as about to retire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLimits:
    """Which pictures may be given. A picture of `byte_limit` bytes is already too large."""

    mime_types: tuple[str, ...]
    byte_limit: int
    max_count: int = 1
    square: bool = False

    def as_record(self) -> dict[str, Any]:
        return {
            "mime_types": list(self.mime_types),
            "byte_limit": self.byte_limit,
            "max_count": self.max_count,
            "square": self.square,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskLimits:
    """Which masks may be given: always with an alpha channel and of the first picture's size."""

    mime_types: tuple[str, ...]
    byte_limit: int
    not_with_formats: tuple[str, ...] = ()

    def as_record(self) -> dict[str, Any]:
        return {
            "mime_types": list(self.mime_types),
            "byte_limit": self.byte_limit,
            "alpha": True,
            "same_size_as_first_picture": True,
            "not_with_output_format": list(self.not_with_formats),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model. `known` is False for the stand-in for a name that the catalogue does not list.

    `n_max` is the most pictures a request may ask for; where the model draws fewer at a time
    (`n_per_call`), the request is made as several calls. `prompt_max` counts characters.
    `retires_on` is the first day on which OpenAI refuses the model.
    """

    id: str
    title: str
    aliases: tuple[str, ...]
    known: bool
    released: date | None
    retires_on: date | None
    replacement: str | None
    endpoints: tuple[str, ...]
    prompt_max: int
    n_max: int
    n_per_call: int
    accepts_response_format: bool
    sizes: Sizes
    options: Mapping[str, Option]
    inputs: PictureLimits | None
    mask: MaskLimits | None
    pricing: TokenPrices | PicturePrices
    prices_verified_on: date

    @property
    def streams(self) -> bool:
        """Whether it can send previews while drawing."""
        return "partial_images" in self.options

    def serves(self, kind: str) -> bool:
        """Whether it takes a kind of request: "generate", "edit", "vary", or "turn", which is for "responses"."""
        return ("responses" if kind == "turn" else kind) in self.endpoints

    def options_for(self, kind: str) -> dict[str, Option]:
        """The options to offer for a kind of request ("generate", "edit", "vary", "turn"), by name."""
        return {name: option for name, option in self.options.items() if kind in option.kinds}

    def status(self, today: date) -> str:
        """ "live", "retiring" (within 60 days), "retired", or "unknown" when the catalogue does not list it."""
        if not self.known:
            return "unknown"
        if self.retires_on is None or today < self.retires_on - RETIRING_WITHIN:
            return "live"
        return "retiring" if today < self.retires_on else "retired"

    def as_record(self, today: date) -> dict[str, Any]:
        """The model as plain JSON values, for `GET /api/models`."""
        return {
            "id": self.id,
            "title": self.title,
            "aliases": list(self.aliases),
            "status": self.status(today),
            "released": _iso(self.released),
            "retires_on": _iso(self.retires_on),
            "replacement": self.replacement,
            "endpoints": list(self.endpoints),
            "prompt_max": self.prompt_max,
            "n_max": self.n_max,
            "n_per_call": self.n_per_call,
            "streams": self.streams,
            "accepts_response_format": self.accepts_response_format,
            "sizes": self.sizes.as_record(),
            "options": {name: option.as_record() for name, option in self.options.items()},
            "inputs": None if self.inputs is None else self.inputs.as_record(),
            "mask": None if self.mask is None else self.mask.as_record(),
            "prices": self.pricing.as_record(),
            "prices_verified_on": _iso(self.prices_verified_on),
        }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
