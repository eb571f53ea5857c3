"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.factory import create_app
from app.web.wording import byte_size, duration, excerpt, machine_moment, moment, money
from app.wiring import Studio


@pytest.mark.parametrize(
    ("micro", "shown"),
    [
        (0, "$0"),
        (1, "less than $0.001"),
        (999, "less than $0.001"),
        (1_000, "$0.001"),
        (5_880, "$0.006"),
        (5_499, "$0.005"),
        (99_499, "$0.099"),
        (100_000, "$0.10"),
        (210_920, "$0.21"),
        (1_265_000, "$1.27"),
        (1_234_567_890, "$1,234.57"),
    ],
)
def test_money_is_rounded_for_reading(micro: int, shown: str) -> None:
    assert money(micro) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-1, "0.0 s"),
        (0.44, "0.4 s"),
        (9.94, "9.9 s"),
        (9.95, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
    ],
)
def test_a_duration_is_as_fine_as_it_matters(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(("count", "shown"), [(999, "999 bytes"), (1_500, "2 kB"), (1_849_999, "1.8 MB")])
def test_sizes_of_files_are_decimal(count: int, shown: str) -> None:
    assert byte_size(count) == shown


def test_a_moment_is_told_in_utc() -> None:
    assert moment(1_795_201_500) == "20 Nov 2026, 19:05 UTC"
    assert machine_moment(1_795_201_500) == "2026-11-20T19:05:00+00:00"


def test_an_excerpt_is_one_short_line() -> None:
    assert excerpt("a cat\n and  a dog") == "a cat and a dog"
    assert excerpt("word " * 40) == ("word " * 40)[:59].rstrip() + "…"


@pytest.fixture
def in_chinese(studio: Studio) -> Iterator[None]:
    with create_app(studio).test_request_context(headers={"Accept-Language": "zh-CN"}):
        yield


@pytest.mark.usefixtures("in_chinese")
def test_in_chinese_money_is_us_dollars_and_everything_is_written_as_is_usual_there() -> None:
    assert [money(amount) for amount in (0, 1, 5_880, 1_234_567_890)] == [
        "US$0",
        "不到 US$0.001",
        "US$0.006",
        "US$1,234.57",
    ]
    assert [duration(seconds) for seconds in (0.44, 59.4, 59.6, 125)] == ["0.4 秒", "59 秒", "1 分钟", "2 分 5 秒"]
    assert byte_size(999) == "999 字节"
    assert moment(1_795_201_500) == "2026年11月20日 19:05 UTC"
