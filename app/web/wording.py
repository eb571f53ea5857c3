"""Numbers as people read them, in the language of the request: money, durations, file sizes, picture sizes, moments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from app.domain.costs import MicroUSD
from app.domain.sentences import joined, say
from app.edge.languages import current_language, told

_CENT_TENTH = 1_000
"""The least amount that is written in digits: a tenth of a cent."""

_DAYS = {"en": "d MMM yyyy", "zh_Hans": "yyyy年M月d日"}
"""CLDR's patterns for a day by locale; English ones in the order that both sides of the Atlantic read alike."""

_SHORT_DAYS = {"en": "d MMM", "zh_Hans": "M月d日"}
_MONTHS = {"en": "MMMM yyyy", "zh_Hans": "yyyy年M月"}
_BETWEEN = {"en": "', '", "zh_Hans": " "}
"""CLDR's patterns for what stands between a day and a time."""


def money(amount: MicroUSD) -> str:
    """An amount rounded for reading: "$0.006", "$1.27", "less than $0.001". Exact ones: `domain.costs.dollars`."""
    if amount <= 0:
        return _currency(0, 0)
    if amount < _CENT_TENTH:
        return told(say("less than {amount}", amount=_currency(_CENT_TENTH, 3)))
    return _currency(amount, 3 if amount < 100_000 else 2)


def _currency(amount: MicroUSD, decimals: int) -> str:
    step = 10 ** (6 - decimals)
    rounded = Decimal((amount + step // 2) // step).scaleb(-decimals)
    pattern = "¤#,##0" + ("." + "0" * decimals if decimals else "")
    return format_currency(rounded, "USD", pattern, locale=current_language().locale, currency_digits=False)


def duration(seconds: float) -> str:
    """ "0.4 s", "12 s", "2 min 5 s"."""
    if seconds < 9.95:
        return told(say("{seconds} s", seconds=f"{max(seconds, 0):.1f}"))
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return told(say("{seconds} s", seconds=whole))
    if not rest:
        return told(say("{minutes} min", minutes=minutes))
    return told(say("{minutes} min {seconds} s", minutes=minutes, seconds=rest))


def byte_size(count: int) -> str:
    """Decimal units, as file managers and the API's own limits count: "1.8 MB"."""
    if count < 1_000:
        return told(say("{count} bytes", count=count))
    if count < 1_000_000:
        return f"{count / 1_000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def picture_size(width: int, height: int) -> str:
    """ "1024 × 1024", in pixels."""
    return f"{width} × {height}"


def moment(seconds: float) -> str:
    """A moment (Unix seconds) in UTC: "20 Nov 2026, 19:05 UTC"."""
    locale = current_language().locale
    when = datetime.fromtimestamp(seconds, UTC)
    pattern = f"{_DAYS[locale]}{_BETWEEN[locale]}HH:mm"
    return f"{format_datetime(when, pattern, locale=locale)} UTC"


def day(when: date) -> str:
    """ "20 Nov 2026"."""
    locale = current_language().locale
    return format_date(when, _DAYS[locale], locale=locale)


def short_day(when: date) -> str:
    """ "20 Nov"."""
    locale = current_language().locale
    return format_date(when, _SHORT_DAYS[locale], locale=locale)


def month_name(when: date) -> str:
    """ "November 2026"."""
    locale = current_language().locale
    return format_date(when, _MONTHS[locale], locale=locale)


def number(count: int) -> str:
    """ "1,234"."""
    return format_decimal(count, locale=current_language().locale)


def machine_moment(seconds: float) -> str:
    """The same moment for `<time datetime>`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def paragraph(sentences: Iterable[str]) -> str:
    """The sentences after each other."""
    return told(joined(*sentences))


def excerpt(text: str, limit: int = 60) -> str:
    """The beginning of a prompt on one line, for titles."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
