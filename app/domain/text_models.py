"""Text models: who reads the words of a conversation and has a picture drawn. Their tokens have prices of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from app.domain.costs import MicroUSD, Usage

_LONG_INPUT, _LONG_OUTPUT = Fraction(2), Fraction(3, 2)
"""What a long input multiplies the rates by, for the whole request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRates:
    """US dollars per million tokens, which is micro-dollars per token.

    `cached`: input that the provider still remembers; `written`: input that it commits to memory. An input of
    more than `long_after` tokens makes the whole request dearer; `None` where it does not.
    """

    input: Decimal
    cached: Decimal
    written: Decimal
    output: Decimal
    long_after: int | None = None

    def cost(self, usage: Usage) -> MicroUSD:
        """What the text model's tokens cost, rounded up to a whole micro-dollar."""
        is_long = self.long_after is not None and usage.text_model_input_tokens > self.long_after
        cached, written = usage.text_model_cached_tokens, usage.text_model_written_tokens
        read = (
            Fraction(self.input) * (usage.text_model_input_tokens - cached - written)
            + Fraction(self.cached) * cached
            + Fraction(self.written) * written
        )
        said = Fraction(self.output) * usage.text_model_output_tokens
        return ceil(read * _LONG_INPUT + said * _LONG_OUTPUT if is_long else read + said)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextModel:
    """One text model. `known` is False for the stand-in for a name that the catalogue does not list."""

    id: str
    title: str
    aliases: tuple[str, ...]
    known: bool
    rates: TextRates
    prices_verified_on: date

    def as_record(self) -> dict[str, Any]:
        """The model as plain JSON values."""
        return {
            "id": self.id,
            "title": self.title,
            "aliases": list(self.aliases),
            "prices": {
                "per": "million_tokens",
                "currency": "USD",
                "input": str(self.rates.input),
                "cached_input": str(self.rates.cached),
                "output": str(self.rates.output),
            },
            "prices_verified_on": self.prices_verified_on.isoformat(),
        }


def read_text_models(kits: Mapping[str, Any]) -> tuple[TextModel, ...]:
    """The text models of the catalogue's file. A wrong name there is a `KeyError`."""
    return tuple(
        TextModel(
            id=entry["id"],
            title=entry["title"],
            aliases=tuple(entry.get("aliases", ())),
            known=True,
            rates=TextRates(
                **{name: Decimal(entry[name]) for name in ("input", "cached", "written", "output")},
                long_after=entry.get("long_after"),
            ),
            prices_verified_on=kits["text_prices_verified_on"],
        )
        for entry in kits["text_models"]
    )


def dearest_text_model(models: tuple[TextModel, ...]) -> TextModel:
    """The stand-in for names that are not listed: the dearest of each rate. Its id is empty."""
    rates = {
        field.name: max(getattr(model.rates, field.name) for model in models)
        for field in fields(TextRates)
        if field.name != "long_after"
    }
    thresholds = [model.rates.long_after for model in models if model.rates.long_after is not None]
    return TextModel(
        id="",
        title="",
        aliases=(),
        known=False,
        rates=TextRates(**rates, long_after=min(thresholds, default=None)),
        prices_verified_on=models[0].prices_verified_on,
    )
