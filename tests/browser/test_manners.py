"""Pages keep still for whoever asks for that, and need no colours of their own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.web.visiting import ask, at_rest

pytestmark = pytest.mark.browser


def test_nothing_moves_for_whoever_wants_stillness(open_page: OpenPage, studio: Studio) -> None:
    coming = f"/jobs/{ask(at_rest(studio)).id}"
    page = open_page()
    page.goto(coming)
    moving = "document.getAnimations().length"
    page.locator("svg.frame").wait_for()
    assert page.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    for path in (coming, "/library", "/"):
        page.goto(path)
        assert page.evaluate(moving) == 0
        assert page.evaluate(
            "[...document.querySelectorAll('*')].every((e) => getComputedStyle(e).transitionDuration === '0s')"
        )


def test_with_forced_colours_the_focus_and_the_room_one_is_in_are_still_seen(open_page: OpenPage) -> None:
    page = open_page(forced_colors="active")
    page.goto("/")

    def line(selector: str) -> str:
        return str(page.locator(selector).evaluate("element => getComputedStyle(element).outlineStyle"))

    page.locator("#prompt").focus()
    assert line(".composer-prompt") == "solid"
    assert line(".rooms [aria-current]") == "solid"
    assert line(".rooms li:last-child a") == "none"
    page.get_by_role("button", name="Generate").focus()
    assert line(".composer-prompt") == "none"


def test_the_theme_changes_where_one_is_and_stays(open_page: OpenPage) -> None:
    page = open_page(color_scheme="light")
    page.goto("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator("#prompt").fill("A fox")
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="Dark").click()
    dark = page.evaluate(ground)
    assert dark != light
    expect(page.locator("#prompt")).to_have_value("A fox")
    page.goto("/help")
    assert page.evaluate(ground) == dark
    expect(page.get_by_role("button", name="Dark", pressed=True)).to_be_visible()
