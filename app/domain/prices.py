"""What a model charges: per token or per picture. Exact decimals inside, rounded up once at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Any

from app.domain.costs import MicroUSD, Usage, from_dollars
from app.domain.counting import Counting
from app.domain.requests import AnyRequest

_ABSURD = 10
"""A provider that reports more than this many times the most we can explain is not believed."""


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one call. `usage` is what the estimate stands for; `None` where priced per picture."""

    estimate: MicroUSD
    at_most: MicroUSD
    exact: bool
    usage: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRates:
    """US dollars per million tokens, which is micro-dollars per token."""

    text_in: Decimal
    image_in: Decimal
    image_out: Decimal
    text_out: Decimal

    def cost(self, usage: Usage) -> MicroUSD:
        """What these tokens cost, rounded up to a whole micro-dollar.

        Exact: rates of a few digits times counts below 2⁶³ fit into the 28 digits of decimal arithmetic.
        """
        return ceil(
            self.text_in * usage.input_text_tokens
            + self.image_in * usage.input_image_tokens
            + self.image_out * usage.output_image_tokens
            + self.text_out * usage.output_text_tokens
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPrices:
    """Priced by tokens. `published`: per-picture figures that exceed them, quality → size → US dollars."""

    rates: TokenRates
    counting: Counting
    published: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)

    def price(self, request: AnyRequest, n: int) -> Price:
        """The price of one call that draws `n` pictures."""
        forecast = self.counting.forecast(request, n)
        estimate = self.rates.cost(forecast.typical)
        bound = self.rates.cost(forecast.at_most) + n * max(self._beyond_tokens(request), default=0)
        return Price(estimate, max(estimate, bound), forecast.exact, forecast.typical)

    def is_plausible(self, request: AnyRequest, n: int, usage: Usage) -> bool:
        """False for nothing drawn, for negative counts, and for far more than can be explained."""
        if min(usage.as_record().values()) < 0 or usage.output_image_tokens <= 0:
            return False
        most = self.counting.forecast(request, n).at_most
        return (
            usage.total_tokens <= _ABSURD * most.total_tokens
            and self.rates.cost(usage) <= _ABSURD * self.price(request, n).at_most
        )

    def _beyond_tokens(self, request: AnyRequest) -> Iterator[MicroUSD]:
        """By how much the published figures exceed the tokens, for what the request may resolve to."""
        for quality, row in self.published.items():
            if getattr(request, "quality", None) not in (quality, None, "auto"):
                continue
            for size, dollars in row.items():
                if request.size in (size, None, "auto"):
                    tokens = self.counting.output.typical(quality, size, 1)
                    drawn = self.rates.cost(Usage(output_image_tokens=tokens))
                    yield max(0, from_dollars(str(dollars)) - drawn)

    def as_record(self) -> dict[str, Any]:
        return {
            "per": "million_tokens",
            "currency": "USD",
            "text_input": str(self.rates.text_in),
            "image_input": str(self.rates.image_in),
            "image_output": str(self.rates.image_out),
            "text_output": str(self.rates.text_out),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePrices:
    """Priced by picture: quality → size → US dollars. The first of each is what is drawn when none is chosen."""

    table: Mapping[str, Mapping[str, Decimal]]

    def price(self, request: AnyRequest, n: int) -> Price:
        """The price of one call that draws `n` pictures; what is not in the table costs the dearest."""
        usual = next(iter(self.table))
        quality: str = getattr(request, "quality", None) or usual
        rows = [self.table[quality]] if quality in self.table else list(self.table.values())
        size = request.size or next(iter(self.table[usual]))
        possible = [row[size] for row in rows if size in row] or [d for row in rows for d in row.values()]
        estimate, at_most = (n * from_dollars(str(dollars)) for dollars in (possible[0], max(possible)))
        return Price(estimate, at_most, exact=estimate == at_most)

    def as_record(self) -> dict[str, Any]:
        return {
            "per": "picture",
            "currency": "USD",
            "table": {q: {s: str(d) for s, d in row.items()} for q, row in self.table.items()},
        }


def dearest(rates: list[TokenRates]) -> TokenRates:
    """The dearest of each rate: what is charged for models whose price is not known."""
    return TokenRates(
        text_in=max(rate.text_in for rate in rates),
        image_in=max(rate.image_in for rate in rates),
        image_out=max(rate.image_out for rate in rates),
        text_out=max(rate.text_out for rate in rates),
    )
