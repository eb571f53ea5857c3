"""Figures that tests measure and that people want to see: `figure(name, value)`, printed at the end of the run.

Each travels as a property of its test's report, which is how the processes of xdist hand it over.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

Figure = Callable[[str, str], None]
_KIND = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Keeps a figure for the table: what was measured, and the value with its unit and bound."""

    def keep(name: str, value: str) -> None:
        record_property(_KIND, [name, value])

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    properties = [kept for report in reports for kept in getattr(report, "user_properties", [])]
    figures = sorted({tuple(value) for kind, value in properties if kind == _KIND})
    if not figures:
        return
    terminalreporter.section("figures")
    for name, value in figures:
        terminalreporter.line(f"{name:<48} {value}")
