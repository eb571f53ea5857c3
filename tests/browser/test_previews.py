"""Previews sharpen in the frame of the coming picture, by event stream, by polling, and on a plain reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


def ask_with_previews(page: Page, prompt: str) -> None:
    page.goto("/")
    page.get_by_label("What should the picture show?").fill(prompt)
    page.get_by_text("More options").click()
    page.locator("[name=partial_images]").select_option("3")
    page.locator("[name=n]").select_option("2")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-z]{26}$"))


def test_previews_appear_in_their_frames_and_give_way_to_the_pictures(open_page: OpenPage) -> None:
    page = open_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if "/previews/" in request.url else None)
    ask_with_previews(page, "A lighthouse in the evening")
    expect(page.locator(".result-coming .preview").first).to_be_visible()
    expect(page.locator(".result img[src^='data:image/png']")).to_have_count(2)
    expect(page.locator(".preview")).to_have_count(0)
    assert 1 <= len(set(seen)) <= 6, "up to three previews of each of two pictures, as the page came in time"


def test_where_event_streams_do_not_get_through_the_page_looks_by_itself(open_page: OpenPage) -> None:
    page = open_page(expect="429")
    page.route(
        "**/api/jobs/*/events", lambda route: route.fulfill(status=429, content_type="application/json", body="{}")
    )
    ask_with_previews(page, "A lighthouse at night")
    expect(page.locator(".result img[src^='data:image/png']")).to_have_count(2)


def test_a_preview_lies_exactly_over_its_frame_so_that_nothing_moves(open_page: OpenPage) -> None:
    page = open_page()
    ask_with_previews(page, "A lighthouse in the fog")
    boxes = page.wait_for_function(
        """() => {
          const frame = document.querySelector(".result-coming:has(.preview)");
          return frame && [".frame", ".preview"].map((name) => {
            const { x, y, width, height } = frame.querySelector(name).getBoundingClientRect();
            return [x, y, width, height].map(Math.round);
          });
        }"""
    ).json_value()
    assert boxes[0] == boxes[1]
