"""Money: whole micro-dollars (millionths of a US dollar), never floats.

`Usage` is what a provider reported, `Quote` what a request will cost, `Caps` what may be spent.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from decimal import ROUND_CEILING, Decimal
from typing import Any

MicroUSD = int
"""One millionth of a US dollar; 1 USD = 1_000_000."""


def dollars(amount: MicroUSD) -> str:
    """The exact amount as a decimal string with six places: 5880 → "0.005880"."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 1_000_000}.{abs(amount) % 1_000_000:06d}"


def from_dollars(text: str) -> MicroUSD:
    """A decimal string in dollars as micro-dollars, rounded up. Raises `decimal.InvalidOperation`."""
    return int((Decimal(text) * 1_000_000).to_integral_value(rounding=ROUND_CEILING))


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer, as the provider counted them (zero where it says nothing).

    The first four are the image model's. Those of the text model, in a conversation, are apart: it has its own
    prices. Of its input some were cached, at a discount, and some written to that cache, at a surcharge.
    """

    input_text_tokens: int = 0
    input_image_tokens: int = 0
    output_image_tokens: int = 0
    output_text_tokens: int = 0
    text_model_input_tokens: int = 0
    text_model_cached_tokens: int = 0
    text_model_written_tokens: int = 0
    text_model_output_tokens: int = 0

    @property
    def input_tokens(self) -> int:
        return self.input_text_tokens + self.input_image_tokens + self.text_model_input_tokens

    @property
    def output_tokens(self) -> int:
        return self.output_image_tokens + self.output_text_tokens + self.text_model_output_tokens

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def as_record(self) -> dict[str, int]:
        """The counts by name; those of the text model only where there was one."""
        return {name: count for name, count in asdict(self).items() if count or not name.startswith("text_model_")}


@dataclass(frozen=True, slots=True)
class Quote:
    """What a request will cost: `estimate` is shown, `at_most` is held until the call is settled.

    `exact`: the estimate follows a published formula for chosen options; only the count of prompt
    tokens and what `auto` resolves to can move it. `tokens` breaks the estimate down by kind, for
    `POST /api/quote`; empty where a model is priced per picture.
    """

    estimate: MicroUSD
    at_most: MicroUSD
    exact: bool
    tokens: dict[str, int] = field(default_factory=dict)
    note: str | None = None

    def as_record(self) -> dict[str, Any]:
        return {
            "estimate_usd": dollars(self.estimate),
            "at_most_usd": dollars(self.at_most),
            "tokens": self.tokens,
            "exact": self.exact,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Caps:
    """Hard limits on spending per UTC day and UTC month; `None` is no limit."""

    daily: MicroUSD | None = None
    monthly: MicroUSD | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """What one window holds: `settled` was charged, `held` belongs to open jobs, `unknown` may have been billed."""

    settled: MicroUSD
    held: MicroUSD
    unknown: MicroUSD

    @property
    def committed(self) -> MicroUSD:
        """What counts against a cap."""
        return self.settled + self.held + self.unknown
