"""A menu opens without scripts; with them it closes by itself when one is done with it."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.factory import create_app
from app.wiring import Studio
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(studio: Studio) -> Flask:
    """In development, where there is the style guide."""
    app = create_app(studio)
    app.debug = True
    return app


def opened(page: Page) -> Locator:
    """What is in the first menu of the style guide, once that is open."""
    page.goto("/styleguide")
    page.locator(".menu summary").first.click()
    inside = page.locator(".menu-list").first
    expect(inside).to_be_visible()
    return inside


def test_a_menu_closes_on_escape_and_gives_the_focus_back(open_page: OpenPage) -> None:
    page = open_page(expect="status of")
    inside = opened(page)
    page.keyboard.press("Tab")
    expect(inside.locator("a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(inside).to_be_hidden()
    expect(page.locator(".menu summary").first).to_be_focused()


def test_a_menu_closes_when_one_goes_on_elsewhere(open_page: OpenPage) -> None:
    page = open_page(expect="status of")
    inside = opened(page)
    page.get_by_role("heading", level=1).click()
    expect(inside).to_be_hidden()


def test_on_a_phone_and_without_scripts_a_menu_lies_inside_the_window(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False, expect="status of")
    page.set_viewport_size({"width": 320, "height": 640})
    box = opened(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
