"""`GET /spending`: what was spent, what is held, what the caps are; `GET /spending.csv`: the ledger."""

from __future__ import annotations

import re
from datetime import date
from itertools import chain

from flask import Response, request

from app.domain.errors import InvalidRequest, Problem
from app.domain.sentences import say
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.costs import Costs, Overview
from app.web.chart import bar_chart, meter
from app.web.examples import EXAMPLES
from app.web.forms.choices import Choice
from app.web.pages import SpendingPage, render
from app.web.spreadsheet import ledger_as_csv
from app.web.wording import month_name

_MONTH = re.compile(r"([1-9][0-9]{3})-(0[1-9]|1[0-2])", re.ASCII)
_LAST_YEAR = 9998
"""The last one whose months all have a next month in Python's calendar."""


def make_room(costs: Costs) -> Room:
    """The room of money."""
    room = Room("costs", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/spending")
    def index() -> Response:
        overview = costs.overview(current_actor().owner)
        return render(
            SpendingPage(
                overview=overview,
                meters=tuple(meter(budget) for budget in overview.budgets),
                chart=bar_chart(overview.by_day),
                months=_months(overview),
                example=EXAMPLES[0],
            )
        )

    @room.get("/spending.csv")
    def ledger() -> Response:
        month = _month(request.args.get("month", ""))
        pieces = ledger_as_csv(costs.lines(month))
        first = next(pieces)  # a database that cannot be read is an error page, not a cut-off file
        response = Response(chain((first,), pieces), mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(costs.practice, month)}"'
        return response

    return room


def _months(overview: Overview) -> tuple[Choice, ...]:
    return tuple(Choice(f"{month:%Y-%m}", month_name(month)) for month in overview.months)


def _month(text: str) -> date | None:
    """The first day of a month written YYYY-MM; `None` for all time. Raises `InvalidRequest`."""
    if not text:
        return None
    found = _MONTH.fullmatch(text)
    if found is None or int(found[1]) > _LAST_YEAR:
        sentence = say("Write the month as YYYY-MM, or leave it out for everything.")
        raise InvalidRequest((Problem("month", "invalid_value", sentence),))
    return date(int(found[1]), int(found[2]), 1)


def _file_name(practice: bool, month: date | None) -> str:
    words = ["atelier", "practice" if practice else "spending", *([f"{month:%Y-%m}"] if month else [])]
    return f"{'-'.join(words)}.csv"
