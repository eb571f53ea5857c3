"""Whole journeys with a thumb, on a small phone: a picture is made, a part of it painted over, another one chosen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 360, 740
THUMB = 44
"""Pixels across, at least, of what a thumb presses."""


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    page = open_page(has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return page


def swipe(fingers: CDPSession, *points: tuple[float, float]) -> None:
    for at, (x, y) in enumerate(points):
        kind = "touchMove" if at else "touchStart"
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def is_at_the_thumb(control: Locator) -> bool:
    """Whether it is in the lower half of the window, whole, and large enough."""
    box = control.bounding_box()
    assert box is not None
    return box["y"] > HEIGHT / 2 and box["y"] + box["height"] <= HEIGHT and min(box["width"], box["height"]) >= THUMB


def see_the_picture(page: Page) -> None:
    page.wait_for_url(re.compile(r"/jobs/[0-9a-z]{26}$"))
    expect(page.locator(".result img[src^='data:']").last).to_be_visible(timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH


def test_a_thumb_makes_a_picture_and_paints_over_a_part_of_it(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_label("What should the picture show?").tap()
    phone.keyboard.insert_text("A fox in the snow")
    generate = phone.get_by_role("button", name="Generate")
    assert is_at_the_thumb(generate)
    generate.tap()
    see_the_picture(phone)

    phone.locator("main").get_by_role("link", name="Edit", exact=True).first.tap()
    expect(phone.locator(".painter-work.is-laid")).to_be_visible()
    for tool in phone.locator(".painter-bar button").all():
        box = tool.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= THUMB
    stage = phone.locator(".painter-stage")
    stage.scroll_into_view_if_needed()
    scrolled = phone.evaluate("scrollY")
    box = stage.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.7
    swipe(phone.context.new_cdp_session(phone), (x, y), (x, y - 40), (x, y - 90))
    expect(phone.locator(".painter-status")).to_contain_text("will change")
    assert phone.evaluate("scrollY") == scrolled, "painting does not scroll the page"
    phone.get_by_role("button", name="Describe it").tap()
    expect(phone.get_by_label("What should the whole picture be?")).to_be_focused()
    phone.keyboard.insert_text("A red fox in the snow")
    edit = phone.get_by_role("button", name="Edit", exact=True)
    assert is_at_the_thumb(edit)
    edit.tap()
    see_the_picture(phone)


def test_the_camera_is_one_of_the_places_a_picture_may_come_from(phone: Page) -> None:
    """Phones offer camera and gallery for fields of pictures; `capture` would leave the camera alone."""
    for path in ("/edit", "/vary", "/conversations/new"):
        phone.goto(path)
        field = phone.locator("#image")
        assert (field.get_attribute("accept") or "").startswith("image/")
        assert field.get_attribute("capture") is None


def test_pictures_of_the_library_are_chosen_by_tapping(phone: Page) -> None:
    phone.goto("/?prompt=A+boat")
    phone.get_by_role("button", name="Generate").tap()
    see_the_picture(phone)
    phone.goto("/library")
    pick = phone.locator(".pick").first
    expect(pick).to_be_visible()
    assert pick.evaluate("box => getComputedStyle(box).opacity") != "0"
    pick.tap()
    expect(phone.locator("[data-count]")).to_have_text("1 selected")
    delete = phone.get_by_role("button", name="Delete")
    expect(delete).to_be_in_viewport()
    delete.tap()
    expect(phone.locator("#done")).to_contain_text("Undo")
