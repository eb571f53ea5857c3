"""How much has to be pressed: from opening the studio to a picture, and from the picture to a masked edit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.figures import Figure

pytestmark = pytest.mark.browser

_COUNT = """
for (const kind of ["pointerdown", "keydown"])
  addEventListener(kind, (event) => {
    const isLetter = kind === "keydown" && event.key.length === 1 && !event.ctrlKey;
    const isWriting = isLetter && event.target.matches("textarea");
    if (event.isTrusted && !event.repeat) counted(isWriting ? "written" : kind);
  }, { capture: true });
"""


class Count:
    """What somebody did on a page, from one place to the next."""

    def __init__(self, page: Page):
        self.done: list[str] = []
        page.expose_function("counted", lambda what: self.done.append(what))
        page.add_init_script(_COUNT)

    def take(self) -> tuple[int, int]:
        """Presses of a pointer and keystrokes since the last time; letters of the words are not counted."""
        counts = self.done.count("pointerdown"), self.done.count("keydown")
        self.done.clear()
        return counts


def drag(page: Page) -> None:
    """One stroke over the middle of the picture."""
    box = page.locator(".painter-stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=3)
    page.mouse.up()


def see_the_picture(page: Page) -> None:
    page.wait_for_url(re.compile(r"/jobs/[0-9a-z]{26}$"))
    expect(page.locator(".result img[src^='data:']").last).to_be_visible(timeout=20_000)


def test_presses_from_opening_to_a_picture_and_on_to_a_masked_edit(open_page: OpenPage, figure: Figure) -> None:
    page = open_page()
    count = Count(page)
    page.goto("/")
    page.keyboard.type("A fox in the snow")  # the words have the focus
    page.get_by_role("button", name="Generate").click()
    see_the_picture(page)
    clicks, keys = count.take()
    figure("from opening to a picture", f"{clicks} click, {keys} keys, and the words")
    assert (clicks, keys) <= (1, 0)

    page.locator("main").get_by_role("link", name="Edit", exact=True).first.click()
    expect(page.locator(".painter-work.is-laid")).to_be_visible()
    drag(page)  # the brush is at hand
    expect(page.locator(".painter-status")).to_contain_text("will change")
    page.keyboard.press("w")
    page.keyboard.type("A red fox")
    page.get_by_role("button", name="Edit", exact=True).click()
    see_the_picture(page)
    clicks, keys = count.take()
    figure(
        "from the picture to a masked edit", f"{clicks} presses of the pointer (one paints), {keys} key, and the words"
    )
    assert clicks <= 3
    assert keys <= 1
