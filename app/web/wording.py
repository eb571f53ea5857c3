"""Numbers as people read them: money, durations, file sizes, picture sizes, moments."""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.costs import MicroUSD

_CENT_TENTH = 1_000
"""The least amount that is written in digits: a tenth of a cent."""


def money(amount: MicroUSD) -> str:
    """An amount rounded for reading: "$0.006", "$1.27", "less than $0.001". Exact ones: `domain.costs.dollars`."""
    if amount <= 0:
        return "$0"
    if amount < _CENT_TENTH:
        return "less than $0.001"
    decimals = 3 if amount < 100_000 else 2
    step = 10 ** (6 - decimals)
    units = (amount + step // 2) // step
    return f"${units // 10**decimals:,}.{units % 10**decimals:0{decimals}d}"


def duration(seconds: float) -> str:
    """ "0.4 s", "12 s", "2 min 5 s"."""
    if seconds < 9.95:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{whole} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def byte_size(count: int) -> str:
    """Decimal units, as file managers and the API's own limits count: "1.8 MB"."""
    if count < 1_000:
        return f"{count} bytes"
    if count < 1_000_000:
        return f"{count / 1_000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def picture_size(width: int, height: int) -> str:
    """ "1024 × 1024", in pixels."""
    return f"{width} × {height}"


def moment(seconds: float) -> str:
    """A moment (Unix seconds) in UTC: "20 Nov 2026, 19:05 UTC"."""
    when = datetime.fromtimestamp(seconds, UTC)
    return f"{when.day} {when:%b %Y, %H:%M} UTC"


def machine_moment(seconds: float) -> str:
    """The same moment for `<time datetime>`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def excerpt(text: str, limit: int = 60) -> str:
    """The beginning of a prompt on one line, for titles."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
