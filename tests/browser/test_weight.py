"""What each page brings: little JavaScript and CSS, all of it fetched from here, asked for at once, and of use."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.factory import create_app
from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.browser.every_page import EMPTY, add_pages, furnish
from tests.figures import Figure

pytestmark = pytest.mark.browser

MOST = {"js": 60_000, "css": 40_000}
"""Bytes of JavaScript and of CSS on one page, as they are when nothing is compressed."""

_BROUGHT = """() => performance.getEntriesByType("resource")
  .map(({ name, decodedBodySize }) => [new URL(name).pathname, decodedBodySize])
  .filter(([path]) => /\\.(js|css)$/.test(path))"""


@pytest.fixture(scope="module")
def app(studio: Studio) -> Flask:
    return add_pages(create_app(studio))


def brought(page: Page, path: str) -> dict[str, int]:
    """The scripts and stylesheets that a page loads, and their bytes."""
    page.goto(path)
    return dict(page.evaluate(_BROUGHT))


def asked_for_at_once(page: Page) -> set[str]:
    """The scripts that the page's head names."""
    links = "[...document.querySelectorAll('link[rel=modulepreload], script[src]')]"
    return set(page.evaluate(f"() => {links}.map((one) => new URL(one.href || one.src).pathname)"))


def test_every_page_is_light_and_brings_only_what_it_needs(open_page: OpenPage, studio: Studio, figure: Figure) -> None:
    page = open_page(expect="status of")
    heaviest = dict.fromkeys(MOST, (0, ""))
    wrong = []

    def weigh(name: str, path: str) -> None:
        files = brought(page, path)
        scripts = {file for file in files if file.endswith(".js")}
        if scripts != asked_for_at_once(page):
            wrong.append(f"{name}: loads and names differ by {scripts ^ asked_for_at_once(page)}")
        for kind, most in MOST.items():
            weight = sum(size for file, size in files.items() if file.endswith(f".{kind}"))
            heaviest[kind] = max(heaviest[kind], (weight, name))
            if not 0 < weight < most:
                wrong.append(f"{name}: {weight:,} bytes of {kind}")

    for pages in (lambda: EMPTY, lambda: furnish(studio)):  # one after the other: what is empty is no more then
        for name, path in pages().items():
            weigh(name, path)
    for kind, (weight, name) in heaviest.items():
        figure(f"heaviest {kind}", f"{weight / 1000:.1f} kB on “{name}” (less than {MOST[kind] // 1000})")
    assert not wrong, "\n".join(wrong)
