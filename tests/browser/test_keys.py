"""Keys that work on every page, and never while something is being written."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from app.domain.accounts import STUDIO
from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.upstream import picture
from tests.web.visiting import at_rest, drawn

pytestmark = pytest.mark.browser


def test_g_and_a_letter_lead_to_every_room_and_question_mark_lists_them(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/spending")
    rooms = page.locator("nav[aria-label=Rooms] a")
    keys = {str(link.get_attribute("data-go")): str(link.get_attribute("href")) for link in rooms.all()}
    assert {"c": "/", "e": "/edit", "l": "/library", "s": "/spending"}.items() <= keys.items()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    for label in rooms.all_text_contents():
        expect(sheet.get_by_text(label, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    for key, path in keys.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{path}")
        page.evaluate("document.activeElement.blur()")  # Create begins with its prompt


def test_what_is_typed_into_a_field_goes_nowhere(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    page.keyboard.type("gl g s ? / e")
    expect(page.get_by_label("What should the picture show?")).to_have_value("gl g s ? / e")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_slash_searches_the_library_from_anywhere(open_page: OpenPage, studio: Studio) -> None:
    drawn(at_rest(studio), picture())
    page = open_page()
    page.goto("/spending")
    page.keyboard.press("/")
    page.wait_for_url("**/library#query")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_control_enter_sends_the_form_one_writes_in_or_the_one_for_pictures(
    open_page: OpenPage, studio: Studio
) -> None:
    kept = drawn(at_rest(studio), picture()).pictures[0].id
    page = open_page()
    page.goto(f"/pictures/{kept}")
    page.get_by_role("textbox", name="Note").fill("Two lines,\nkept")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#done")).to_contain_text("Saved.")
    assert studio.library.find(STUDIO, kept).note == "Two lines,\nkept"

    page.goto("/?prompt=A+kite")
    page.get_by_label("Shape").focus()
    page.keyboard.press("Meta+Enter")
    page.wait_for_url(re.compile(r"/jobs/"))
