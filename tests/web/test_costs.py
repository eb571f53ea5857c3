"""The spending page and the ledger as a file: complete, to the micro-dollar, and safe to open."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from app.domain.accounts import STUDIO
from app.domain.costs import Spending, Usage
from app.domain.errors import Fault
from app.domain.jobs import Job, State
from app.domain.requests import Generate
from app.domain.statement import DayTotal, LedgerLine
from app.services.costs import Budget
from app.storage.engine import make_engine, writing
from app.web.chart import CHART_HEIGHT, METER_WIDTH, bar_chart, meter
from app.web.spreadsheet import COLUMNS, ledger_as_csv
from app.wiring import Studio
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, ask, at_rest, drawn, end

GATEWAY = "http://127.0.0.1:9/v1"  # nothing is ever sent
NO_ANSWER = Fault("outcome_unknown", "No answer came.", may_have_cost=True)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def paying(opened: ExitStack, folder: Path, **environ: str) -> Studio:
    """A studio where money is real."""
    return at_rest(opened.enter_context(open_studio(folder, OPENAI_BASE_URL=GATEWAY, **environ)))


def lost(studio: Studio, **wishes: str) -> Job:
    """A job that was sent and never answered."""
    return end(studio, ask(studio, **wishes), State.UNKNOWN, keep_hold=True, fault=NO_ANSWER)


def amounts(page: Document) -> list[str]:
    """Every exact amount on the page, in order."""
    return [element["value"] for element in page.all("data")]


def line(**changes: object) -> LedgerLine:
    values: dict[str, object] = {
        "at": 1_800_000_000.9,
        "job_id": "0" * 26,
        "model": "gpt-image-2",
        "kind": "generate",
        "pictures": 1,
        "amount": 5_950,
        "basis": "usage",
        "usage": Usage(input_text_tokens=14, output_image_tokens=196),
    }
    return LedgerLine(**values | changes)  # type: ignore[arg-type]  # one of each type


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8"), newline="")))


def test_the_sums_are_exact_and_told_apart(opened: ExitStack, tmp_path: Path) -> None:
    studio = paying(opened, tmp_path)
    drawn(studio, picture())
    unknown, held = lost(studio), ask(studio)
    page = Visitor(studio).open("/spending")
    assert amounts(page)[:5] == [
        "0.005950",
        "0.005950",
        "0.005950",
        f"0.{held.held:06d}",
        f"0.{unknown.held:06d}",
    ]
    for told in (
        "Today$0.006",
        "This month$0.006",
        "All time$0.006",
        "Held for open jobs$0.",
        "Outcome unknown$0.",
    ):
        assert told in page.text


def test_a_new_studio_says_that_nothing_was_spent_and_how_to_begin(studio: Studio, visitor: Visitor) -> None:
    page = visitor.open("/spending")
    assert set(amounts(page)) == {"0.000000"}
    assert "Nothing was spent yet." in page.text
    assert [link for link in page.all("a") if link.attributes["href"].startswith("/?prompt=")]
    assert not page.all("select")
    assert not page.all("svg", role="img")


def test_practice_money_and_real_money_are_never_on_one_page(opened: ExitStack, tmp_path: Path) -> None:
    practice = at_rest(opened.enter_context(open_studio(tmp_path)))
    drawn(practice, picture())
    assert "Practice money: what these pictures would have cost" in Visitor(practice).open("/spending").text
    assert amounts(Visitor(practice).open("/spending"))[0] == "0.005950"
    page = Visitor(paying(opened, tmp_path)).open("/spending")
    assert "What the provider charges" in page.text
    assert set(amounts(page)) == {"0.000000"}


def test_without_a_budget_the_page_says_how_to_set_one(visitor: Visitor) -> None:
    page = visitor.open("/spending")
    assert {code.text for code in page.all("code")} >= {"ATELIER_DAILY_BUDGET_USD", "ATELIER_MONTHLY_BUDGET_USD"}
    assert not page.all("svg", role="meter")


def test_a_budget_shows_what_is_left_and_what_fills_it(opened: ExitStack, tmp_path: Path) -> None:
    studio = paying(opened, tmp_path, ATELIER_DAILY_BUDGET_USD="1", ATELIER_MONTHLY_BUDGET_USD="2.5")
    drawn(studio, picture())
    unknown, held = lost(studio), ask(studio)
    page = Visitor(studio).open("/spending")
    daily, monthly = page.all("svg", role="meter")
    used = 5_950 + unknown.held + held.held
    assert (daily["aria-valuenow"], daily["aria-valuemax"]) == (str(used), "1000000")
    assert (monthly["aria-valuenow"], monthly["aria-valuemax"]) == (str(used), "2500000")
    left = page.all("p", class_="budget-left")
    assert "of $1.00" in left[0].text
    assert "of $2.50" in left[1].text
    assert f"0.{1_000_000 - used:06d}" in amounts(page)


def test_who_has_nothing_left_is_refused_with_402_and_what_is_left(opened: ExitStack, tmp_path: Path) -> None:
    studio = paying(opened, tmp_path, ATELIER_DAILY_BUDGET_USD="0.01")
    visitor = Visitor(studio)
    dear = {"prompt": "a cat", "model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
    answer = visitor.send(**dear)
    assert answer.status_code == 402
    assert "of the daily budget of $0.010000 only $0.010000 is left" in answer.text
    assert amounts(visitor.open("/spending"))[3] == "0.000000"


def test_outcomes_nobody_knows_are_listed_with_the_way_to_resolve_them(studio: Studio, visitor: Visitor) -> None:
    job = lost(studio, request=Generate(prompt="a <b>dog</b>", model="gpt-image-2"))
    mine = visitor.open("/spending")
    assert mine.one("a", href=f"/jobs/{job.id}").text == "a <b>dog</b>"
    studio.jobs.release_hold(STUDIO, job.id)
    after = visitor.open("/spending")
    assert not after.all("a", href=f"/jobs/{job.id}")
    assert amounts(after)[4] == "0.000000"


def test_somebody_elses_unknown_outcomes_count_but_are_not_told(studio: Studio, visitor: Visitor) -> None:
    job = lost(studio, owner="bob")
    page = visitor.open("/spending")
    assert amounts(page)[4] == f"0.{job.held:06d}"
    assert job.id not in page.response.text


def test_days_are_drawn_and_can_be_read_as_a_table(studio: Studio, visitor: Visitor) -> None:
    drawn(studio, picture())
    drawn(studio, picture())
    page = visitor.open("/spending")
    bars = page.all("rect", class_="bar-amount")
    assert [bar["height"] for bar in bars] == ["0"] * 29 + [str(CHART_HEIGHT)]
    today = datetime.now(UTC).date()
    label = f"{today.day} {today:%b}"
    assert f"{label}: $0.012, 2 calls" in [title.text for title in page.all("title")]
    assert [" ".join(row.text.split()) for row in page.all("tr")] == [
        "Day (UTC)CallsCharged",
        f"{label}2$0.012",
        "ModelPicturesCharged",
        "gpt-image-22$0.012",
    ]


def test_nothing_on_the_page_is_inline_and_every_label_and_id_fits(studio: Studio, visitor: Visitor) -> None:
    drawn(studio, picture())
    lost(studio)
    page = visitor.open("/spending")
    ids = [element["id"] for element in page.elements if "id" in element]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        assert "style" not in element
        if "aria-labelledby" in element:
            assert element["aria-labelledby"] in ids
    assert page.one("label", **{"for": "month"})
    assert len(page.all("h1")) == 1
    assert page.one("a", href="/spending")["aria-current"] == "page"


def test_the_highest_day_reaches_the_top_and_the_least_charge_can_be_seen() -> None:
    first = date(2026, 11, 1)
    amounts_of_days = (0, 1, 500, 1_000_000_000_000)
    chart = bar_chart([DayTotal(first + timedelta(days=n), a, int(a > 0)) for n, a in enumerate(amounts_of_days)])
    assert [bar.height for bar in chart.bars] == [0, 2, 2, CHART_HEIGHT]
    assert all(bar.y + bar.height == CHART_HEIGHT for bar in chart.bars)
    assert all(a.x + a.width <= b.x for a, b in zip(chart.bars, chart.bars[1:], strict=False))
    assert chart.bars[-1].x + chart.bars[-1].width <= chart.width
    assert (chart.highest, chart.total) == (1_000_000_000_000, 1_000_000_000_501)


def test_days_without_a_charge_are_an_empty_chart() -> None:
    chart = bar_chart([DayTotal(date(2026, 11, 1), 0, 0)])
    assert [bar.height for bar in chart.bars] == [0]


@pytest.mark.parametrize(
    ("limit", "spending", "widths"),
    [
        (1_000, Spending(100, 200, 300), [100, 200, 300]),
        (1_000, Spending(900, 200, 300), [900, 100, 0]),
        (1_000, Spending(0, 0, 0), [0, 0, 0]),
        (0, Spending(0, 0, 0), [METER_WIDTH, 0, 0]),
        (3, Spending(1, 1, 1), [333, 333, 334]),
    ],
)
def test_a_meter_is_filled_in_proportion_and_never_beyond_its_end(
    limit: int, spending: Spending, widths: list[int]
) -> None:
    parts = meter(Budget("daily", limit, spending)).parts
    assert [part.width for part in parts] == widths
    assert [part.x for part in parts] == [0, widths[0], widths[0] + widths[1]]


@pytest.mark.parametrize(("limit", "settled", "is_near"), [(1_000, 900, False), (1_000, 901, True), (0, 0, True)])
def test_a_budget_of_which_little_is_left_is_marked(limit: int, settled: int, is_near: bool) -> None:
    assert meter(Budget("daily", limit, Spending(settled, 0, 0))).is_near is is_near


def test_the_ledger_has_a_row_for_each_charge(studio: Studio, visitor: Visitor) -> None:
    jobs = [drawn(studio, picture()) for _ in range(3)]
    lost(studio)
    answer = visitor.client.get("/spending.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="atelier-practice.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    head, *rows = rows_of(answer.data)
    assert tuple(head) == COLUMNS
    assert [row[1:] for row in rows] == [
        [job.id, "gpt-image-2", "generate", "1", "0.005950", "usage", ""] for job in jobs
    ]
    assert all(datetime.fromisoformat(row[0]).tzinfo is UTC for row in rows)


def test_the_ledger_can_be_had_by_month(opened: ExitStack, tmp_path: Path) -> None:
    studio = paying(opened, tmp_path)
    job = drawn(studio, picture())
    visitor = Visitor(studio)
    this, *_, everything = visitor.open("/spending").options("month")
    assert this["value"] == f"{datetime.now(UTC):%Y-%m}"
    assert everything["value"] == ""
    answer = visitor.client.get("/spending.csv", query_string={"month": this["value"]})
    assert f'filename="atelier-spending-{this["value"]}.csv"' in answer.headers["Content-Disposition"]
    assert [row[1] for row in rows_of(answer.data)[1:]] == [job.id]
    assert rows_of(visitor.client.get("/spending.csv?month=").data)[1][1] == job.id
    assert len(rows_of(visitor.client.get("/spending.csv?month=2001-01").data)) == 1


@pytest.mark.parametrize(
    "month",
    ["2026", "2026-13", "2026-00", "2026-1", "26-01", "0000-01", "9999-12", "２０２６-０１", "2026-11\n", '"; x="'],
)
def test_a_month_that_is_none_is_told_so(visitor: Visitor, month: str) -> None:
    answer = visitor.client.get("/spending.csv", query_string={"month": month})
    assert answer.status_code == 400
    assert "Write the month as YYYY-MM" in answer.text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(start: str) -> None:
    formula = f"{start}HYPERLINK(0)"
    (data,) = ledger_as_csv([line(model=formula, kind=formula, basis=formula)])
    _, row = rows_of(data)
    assert (row[2], row[3], row[6]) == (f"'{formula}",) * 3


def test_cells_with_commas_quotes_and_line_breaks_stay_one_cell() -> None:
    model = 'my "best", model\r\nof all'
    (data,) = ledger_as_csv([line(model=model)])
    assert rows_of(data)[1][2] == model
    assert b'"my ""best"", model\r\nof all"' in data


def test_a_row_tells_time_amount_and_tokens_exactly() -> None:
    (data,) = ledger_as_csv([line(), line(usage=None, basis="estimate", amount=12_345_678_901_234)])
    assert data.decode().split("\r\n")[1:] == [
        f"2027-01-15T08:00:00+00:00,{'0' * 26},gpt-image-2,generate,1,0.005950,usage,210",
        f"2027-01-15T08:00:00+00:00,{'0' * 26},gpt-image-2,generate,1,12345678.901234,estimate,",
        "",
    ]


def test_any_model_name_can_be_written() -> None:
    (data,) = ledger_as_csv([line(model="模型\ud800")])
    assert rows_of(data)[1][2] == "模型\\ud800"


def test_a_long_ledger_comes_in_pieces_while_it_is_read() -> None:
    read = 0

    def endless() -> Iterator[LedgerLine]:
        nonlocal read
        while True:
            read += 1
            yield line()

    pieces = ledger_as_csv(endless())
    next(pieces)
    next(pieces)
    assert 0 < read < 1_000


def test_a_ledger_that_cannot_be_read_is_an_error_and_not_half_a_file(studio: Studio, visitor: Visitor) -> None:
    engine = make_engine(None, studio.settings.data_dir)
    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE charges RENAME TO lost")
    engine.dispose()
    assert visitor.client.get("/spending.csv").status_code >= 500
