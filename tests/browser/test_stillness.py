"""Nothing jumps: not while a page loads, nor while a price, a preview, a picture or more of the library comes.

The figures are Chromium's own layout shifts, all of them added up, which is never less than its CLS.
"""

from __future__ import annotations

from statistics import median

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.domain.requests import Generate
from app.factory import create_app
from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.browser.every_page import EMPTY, add_pages, furnish
from tests.browser.test_previews import ask_with_previews
from tests.figures import Figure
from tests.upstream import picture
from tests.web.visiting import at_rest, drawn

pytestmark = pytest.mark.browser

MOST = 0.02
REST_MS = 2000
AT_ONCE = 8
"""Pages that rest together."""

_LISTEN = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    const what = sources.map(({ node }) => node?.className || node?.nodeName).join(", ");
    if (!hadRecentInput) shifts.push([value, what]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def app(studio: Studio) -> Flask:
    return add_pages(create_app(studio))


@pytest.fixture(scope="module")
def places(studio: Studio) -> dict[str, str]:
    """Every page, but one that asks for a size which its model lacks."""
    return {name: path for name, path in (EMPTY | furnish(studio)).items() if name != "create, every field"}


def listening(page: Page) -> Page:
    page.add_init_script(_LISTEN)
    return page


def moved(page: Page) -> tuple[float, str]:
    """How much moved on the page since it was opened, and what."""
    shifts = page.evaluate("shifts")
    return sum(value for value, _ in shifts), "; ".join(what for _, what in shifts)


def judge(found: dict[str, tuple[float, str]], figure: Figure, name: str) -> None:
    most, where = max((value, name) for name, (value, _) in found.items())
    figure(f"layout shift, {name}", f"{most:.4f} at most, on “{where}” (at most {MOST})")
    assert not {name: shift for name, shift in found.items() if shift[0] > MOST}


@pytest.mark.parametrize("width", [1280, 360])
def test_pages_keep_still_while_they_load(
    open_page: OpenPage, places: dict[str, str], figure: Figure, width: int
) -> None:
    first = open_page(expect="status of")
    found = {}
    for at in range(0, len(places), AT_ONCE):
        pages = {}
        for name, path in list(places.items())[at : at + AT_ONCE]:
            pages[name] = listening(first.context.new_page())
            pages[name].set_viewport_size({"width": width, "height": 800})
            pages[name].goto(path)
        first.wait_for_timeout(REST_MS)
        for name, page in pages.items():
            found[name] = moved(page)
            page.close()
    judge(found, figure, f"pages at {width} px")


def test_a_job_keeps_still_from_its_beginning_to_its_end(open_page: OpenPage, figure: Figure) -> None:
    page = listening(open_page())
    ask_with_previews(page, "A lighthouse in the evening [[fault:slow=2]]")
    expect(page.locator(".result img[src^='data:image/png']")).to_have_count(2, timeout=20_000)
    judge({"job": moved(page)}, figure, "a job")


def test_the_price_comes_without_moving_anything(open_page: OpenPage, figure: Figure) -> None:
    page = listening(open_page())
    page.goto("/")
    page.evaluate("document.querySelector('#quality').value = 'high'")
    page.evaluate("document.querySelector('#quality').dispatchEvent(new Event('change', { bubbles: true }))")
    expect(page.locator("output")).not_to_have_text("about $0.006")
    judge({"create": moved(page)}, figure, "the price")


def test_more_of_the_library_comes_below(open_page: OpenPage, studio: Studio, figure: Figure) -> None:
    quiet = at_rest(studio)
    shapes = [picture(size, seed=n) for n, size in enumerate([(64, 64), (96, 64), (64, 96)])]
    for n in range(70):
        drawn(quiet, shapes[n % 3], request=Generate(prompt=f"Number {n}", model="gpt-image-2"))
    page = listening(open_page())
    page.goto("/library")
    before = 60  # what the page brings
    page.mouse.move(600, 500)
    for _ in range(6):
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(100)
    page.wait_for_function("before => document.querySelectorAll('.tile').length > before", arg=before)
    judge({"library": moved(page)}, figure, "more of the library")


def test_how_soon_create_shows_something(open_page: OpenPage, figure: Figure) -> None:
    """Only measured: how fast a machine is says nothing of the code."""
    times = []
    for _ in range(5):
        page = open_page()
        page.goto("/")
        paint = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        times.append(float(page.wait_for_function(paint).json_value()))
        page.context.close()
    figure("first contentful paint of Create, cold", f"{median(times):.0f} ms, median of 5 (wanted: less than 500)")
    assert len(times) == 5


def test_on_a_slow_line_one_writes_before_the_scripts_are_there_and_nothing_jumps(
    open_page: OpenPage, figure: Figure
) -> None:
    page = listening(open_page())
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    line.send("Network.emulateNetworkConditions", slow)
    page.goto("/", wait_until="commit")
    page.locator("#prompt").click()
    page.keyboard.type("A quiet harbour")
    assert not page.evaluate("Boolean(customElements.get('prompt-counter'))")
    expect(page.locator("#prompt-count")).to_have_text("15 / 32,000")
    expect(page.get_by_label("What should the picture show?")).to_have_value("A quiet harbour")
    judge({"create": moved(page)}, figure, "a slow line")
