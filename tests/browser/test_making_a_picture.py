"""A person makes a picture, with JavaScript and without, and nothing they do bills twice or loses what they typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.domain.accounts import STUDIO
from app.wiring import Studio
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


def shown_pixels(page: Page) -> list[int]:
    """Width and height of the first result, as the browser decoded it."""
    image = page.locator(".result img").first
    expect(image).to_be_visible(timeout=15_000)
    size = image.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])")
    return [int(edge) for edge in size]


def count_of_jobs(studio: Studio) -> int:
    return len(studio.jobs.recent(STUDIO, limit=200))


def test_a_picture_with_javascript(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    price = page.locator("output")
    expect(price).to_have_text("about $0.006")
    expect(page.get_by_role("button", name="Update price")).to_have_count(0)

    page.get_by_label("What should the picture show?").fill("A white siamese cat on a windowsill")
    expect(page.locator("#prompt-count")).to_have_text("35 / 32,000")

    # Options follow the model: what it lacks is neither shown nor sent.
    style = page.locator('[data-field="style"]')
    page.get_by_text("More options").click()
    expect(style).to_be_hidden()
    page.get_by_label("Model").select_option("dall-e-3")
    expect(style).to_be_visible()
    expect(page.locator("#prompt-count")).to_have_text("35 / 4,000")
    expect(page.get_by_label("Quality", exact=True).locator("option")).to_have_text(
        ["Default (Standard)", "Standard", "HD"]
    )
    expect(price).to_have_text("about $0.040")
    page.get_by_label("Quality", exact=True).select_option("hd")
    page.get_by_label("Shape").select_option("1792x1024")
    expect(price).to_have_text("about $0.12")
    page.get_by_label("Model").select_option("gpt-image-2")
    expect(style).to_be_hidden()
    expect(page.get_by_label("Shape")).to_have_value("")

    # The price follows the options.
    page.get_by_label("Shape").select_option("1536x1024")
    page.get_by_label("Quality", exact=True).select_option("high")
    expect(price).to_have_text("about $0.16")
    page.get_by_label("Quality", exact=True).select_option("low")
    expect(price).to_have_text("about $0.005")

    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-z]{26}$"))
    assert shown_pixels(page) == [1536, 1024]
    image = page.locator(".result img")
    assert (image.get_attribute("src") or "").startswith("data:image/png;base64,")
    expect(image).to_have_attribute("alt", "A white siamese cat on a windowsill")
    expect(page.locator(".fact-line")).to_contain_text("$0.005, not charged")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert re.fullmatch(r"atelier-[0-9a-z]{26}\.png", download.value.suggested_filename)

    page.get_by_role("link", name="Library").click()
    expect(page.get_by_alt_text("A white siamese cat on a windowsill").first).to_be_visible()
    page.get_by_alt_text("A white siamese cat on a windowsill").first.click()
    page.wait_for_url(re.compile(r"/pictures/"))
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Again").click()
    expect(page.get_by_label("Shape")).to_have_value("1536x1024")


def test_a_picture_without_javascript(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.get_by_label("What should the picture show?").fill("A lighthouse at dusk")
    page.get_by_label("Shape").select_option("custom")
    page.get_by_label("Width").fill("1280")
    page.get_by_label("Height").fill("720")
    page.get_by_label("Quality", exact=True).select_option("low")
    page.get_by_role("button", name="Update price").click()
    expect(page.locator("output")).to_have_text("about $0.003")
    expect(page.get_by_label("Width")).to_have_value("1280")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-z]{26}$"))
    assert shown_pixels(page) == [1280, 720]
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_alt_text("A lighthouse at dusk")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_combination_that_does_not_go_together_keeps_what_was_typed(open_page: OpenPage, script: bool) -> None:
    page = open_page(java_script_enabled=script, expect="status of 400")
    page.goto("/?model=gpt-image-2.5-flare")
    page.get_by_label("What should the picture show?").fill("A leaf, cut out")
    page.get_by_text("More options").click()
    page.get_by_label("Background").select_option("transparent")
    page.get_by_label("File format").select_option("jpeg")
    if script:  # told before anything is sent
        expect(page.locator("#background-error")).to_contain_text("transparent goes only with output_format")
        expect(page.locator("output")).to_have_text("no price yet")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("alert")).to_contain_text("One thing has to change first")
    expect(page.locator("#background-error")).to_contain_text("transparent goes only with output_format")
    expect(page.get_by_label("What should the picture show?")).to_have_value("A leaf, cut out")
    expect(page.get_by_label("File format")).to_have_value("jpeg")
    page.get_by_label("File format").select_option("webp")
    page.get_by_role("button", name="Generate").click()
    assert shown_pixels(page) == [1024, 1024]


def test_pressing_twice_makes_one_job(open_page: OpenPage, studio: Studio) -> None:
    before = count_of_jobs(studio)
    page = open_page()
    page.goto("/?prompt=A+red+sun")
    page.get_by_role("button", name="Generate").dblclick()
    shown_pixels(page)
    assert count_of_jobs(studio) == before + 1


def test_pressing_twice_without_javascript_makes_one_job(open_page: OpenPage, studio: Studio) -> None:
    before = count_of_jobs(studio)
    page = open_page(java_script_enabled=False)
    page.goto("/?prompt=A+red+moon")
    page.get_by_role("button", name="Generate").dblclick()
    page.wait_for_url(re.compile(r"/jobs/"))
    shown_pixels(page)
    assert count_of_jobs(studio) == before + 1


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_back_and_send_again_is_the_same_job(open_page: OpenPage, studio: Studio, script: bool) -> None:
    before = count_of_jobs(studio)
    page = open_page(java_script_enabled=script)
    page.goto(f"/?prompt=A+paper+boat+{script}")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(re.compile(r"/jobs/"))
    first = page.url
    page.go_back()
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(first)
    assert count_of_jobs(studio) == before + 1


def test_back_and_another_prompt_is_another_job(open_page: OpenPage, studio: Studio) -> None:
    before = count_of_jobs(studio)
    page = open_page()
    page.goto("/?prompt=A+kite")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(re.compile(r"/jobs/"))
    first = page.url
    page.go_back()
    page.get_by_label("What should the picture show?").fill("A kite in a storm")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(re.compile(r"/jobs/"))
    assert page.url != first
    assert count_of_jobs(studio) == before + 2


def test_the_keyboard_is_enough(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    page.keyboard.type("A fox in the snow")  # the prompt has the focus
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/jobs/"))
    shown_pixels(page)


def test_a_job_under_way_is_followed_to_its_end(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/?prompt=A+quiet+forest+[[fault:slow=3]]&size=1536x1024&quality=low")
    page.get_by_role("button", name="Generate").click()
    frame = page.locator("svg.frame")
    expect(frame).to_be_visible()
    box = frame.bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(1.5, abs=0.01)
    expect(page.get_by_role("heading", name=re.compile("Waiting for its turn|Being drawn"))).to_be_visible()
    assert shown_pixels(page) == [1536, 1024]
    expect(page.locator("#job-announcement")).to_have_text("Done")
    expect(page).to_have_title(re.compile("^Done"))


def test_without_javascript_a_job_under_way_looks_again_by_itself(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/?prompt=A+quiet+meadow+[[fault:slow=3]]")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("svg.frame")).to_be_visible()
    assert shown_pixels(page) == [1024, 1024]


def test_what_the_provider_refuses_leads_back_to_the_form_filled_in(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/?prompt=A+forbidden+thing+[[fault:moderation]]&quality=low")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The provider's safety check refused this")
    expect(page.get_by_text("Nothing was charged.")).to_be_visible()
    page.get_by_role("link", name="Back to the form, filled in").click()
    expect(page.get_by_label("What should the picture show?")).to_have_value(re.compile("^A forbidden thing"))
    expect(page.get_by_label("Quality", exact=True)).to_have_value("low")
