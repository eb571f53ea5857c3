"""axe-core finds nothing on any page, in any state, light or dark, in either language; and every page fits every width
and size of letters.

One journey sees all of it, because most of its time is the way from page to page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Page, expect

from app.factory import create_app
from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.browser.every_page import EMPTY, add_pages, furnish
from tests.studios import open_studio

pytestmark = pytest.mark.browser

_RUN = """async only => {
  const rules = only ? { runOnly: { type: "rule", values: only } } : {};
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...rules });
  return violations.flatMap((broken) => broken.nodes.map((node) => `${broken.id}: ${node.html.slice(0, 160)}`));
}"""
_OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules whose verdict another theme can change."""


VIEWS = {"a small phone": (320, 1), "200 % zoom": (640, 1), "letters of twice the size": (1280, 2), "wide": (2560, 1)}
"""Width in CSS pixels (1280 at 200 % are 640), and how large the letters are."""


@pytest.fixture(scope="module", params=["en-GB", "zh-CN"])
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def studio(locale: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One for each language, as each begins with an empty one."""
    with open_studio(tmp_path_factory.mktemp(locale)) as studio:
        yield studio


@pytest.fixture(scope="module")
def app(studio: Studio) -> Flask:
    return add_pages(create_app(studio))


def violations(page: Page) -> Iterator[str]:
    """What is wrong with the page as it stands: everything in the light, colours again in the dark."""
    page.evaluate(AXE_SCRIPT)
    for scheme, only in (("light", None), ("dark", _OF_COLOURS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # light or dark
        yield from (f"{scheme}: {broken}" for broken in page.evaluate(_RUN, only))


def too_wide(page: Page) -> Iterator[str]:
    """Where the page, with everything on it unfolded, is wider than its window."""
    page.evaluate("document.querySelectorAll('main details').forEach((e) => { e.open = true })")
    for name, (width, letters) in VIEWS.items():
        page.set_viewport_size({"width": width, "height": 700})
        page.evaluate("size => { document.documentElement.style.fontSize = size }", f"{100 * letters}%")
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            yield f"{name}: {needed} pixels of {width}"
    page.set_viewport_size({"width": 1280, "height": 900})


def refuse(page: Page) -> None:
    page.goto("/?prompt=A+leaf&size=1000x1000&background=transparent")
    page.locator("textarea[name=prompt]").press("Control+Enter")
    page.get_by_role("alert").wait_for()


def open_everything(page: Page) -> None:
    page.goto("/")
    page.locator("main details > summary").first.click()


def paint(page: Page) -> None:
    page.locator(".painter-stage").focus()
    page.keyboard.press("Space")
    expect(page.locator(".painter-status")).to_contain_text("%")


def select(page: Page) -> None:
    page.goto("/library")
    page.locator(".tile:has(.pick) .thumb").first.focus()
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_contain_text("1")


def ask_for_keys(page: Page) -> None:
    page.goto("/library")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


ACTS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "create, refused": ("", refuse),
    "create, more options": ("", open_everything),
    "edit, painted": ("edit, with pictures", paint),
    "library, selected": ("", select),
    "keys": ("", ask_for_keys),
}
"""States that somebody brings about: the page to begin from, and what is done there."""


def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, studio: Studio, locale: str) -> None:
    page = open_page(expect="status of", locale=locale)
    found: list[str] = []

    def judge(name: str) -> None:
        found.extend(f"{name}: {broken}" for broken in (*violations(page), *too_wide(page)))

    def look_at(pages: dict[str, str]) -> None:
        for name, path in pages.items():
            page.goto(path)
            judge(name)

    look_at(EMPTY)
    pages = furnish(studio)
    look_at(pages)
    for name, (start, act) in ACTS.items():
        if start:
            page.goto(pages[start])
        act(page)
        judge(name)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_in_the_style_guide(
    open_page: OpenPage, app: Flask, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setattr(app, "debug", True)
    page = open_page(expect="status of", locale=locale)  # its pictures are not there
    page.goto("/styleguide")
    page.locator("details.menu > summary").first.click()
    found = [*violations(page), *too_wide(page)]
    assert not found, "\n".join(found)
