"""A person changes a part of a photo, by mouse, by thumb, and without scripts, and loses nothing on the way."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import Page, expect

from app.domain.accounts import STUDIO
from app.domain.jobs import Job
from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.imaging.pictures import opened

pytestmark = pytest.mark.browser

_HAND_OVER = """async ([kind, base64, target]) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "photo.png", { type: "image/png" }));
  const init = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...init, clipboardData: data })
    : new DragEvent(kind, { ...init, dataTransfer: data });
  document.querySelector(target).dispatchEvent(event);
}"""


def photo(size: tuple[int, int] = (600, 400), kind: str = "PNG") -> bytes:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(photo())
    return path


def hand_over(page: Page, kind: str, target: str = "body") -> None:
    """Drop or paste a photo, as a browser would tell it."""
    page.evaluate(_HAND_OVER, [kind, base64.b64encode(photo()).decode(), target])


def mark_the_middle(page: Page) -> None:
    """Draw a rectangle over the middle of the stage."""
    page.get_by_role("button", name="Rectangle").click()
    box = page.locator(".painter-stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6, steps=3)
    page.mouse.up()
    expect(page.locator(".painter-status")).to_contain_text("will change")


def edit_and_wait(page: Page) -> None:
    page.get_by_role("button", name="Edit", exact=True).click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-z]{26}$"))
    expect(page.locator(".result img[src^='data:']")).to_be_visible(timeout=20_000)


def newest(studio: Studio) -> Job:
    return studio.jobs.recent(STUDIO, limit=1)[0]


def kept_outside(studio: Studio, job: Job) -> bool:
    """Whether the result equals what was given wherever the mask keeps, and differs within it."""
    before, mask = (opened(studio.jobs.read_input(studio.jobs.find_input(STUDIO, job.id, w))) for w in ("0", "mask"))
    after = opened(studio.library.read(job.pictures[0])).convert("RGB")
    assert after.size == before.size == mask.size
    kept = mask.convert("RGBA").getchannel("A")
    changed = ImageChops.difference(before.convert("RGB"), after).convert("L").point(lambda v: 255 if v else 0)
    return not ImageChops.multiply(changed, kept).getbbox() and bool(changed.getbbox())


def test_a_part_is_painted_undone_painted_again_and_replaced(
    open_page: OpenPage, studio: Studio, photo_file: Path
) -> None:
    page = open_page()
    page.goto("/edit")
    page.get_by_label("Drop, paste or choose pictures").set_input_files(photo_file)
    expect(page.locator(".painter-stage")).to_be_visible()
    mark_the_middle(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".painter-status")).to_contain_text("Nothing is marked")
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Fit").click()
    mark_the_middle(page)
    page.get_by_label("What should the whole picture be?").fill("A lighthouse at dusk")
    expect(page.locator("output")).to_contain_text("about $0.")
    edit_and_wait(page)
    slider = page.get_by_role("slider")
    expect(page.locator("compare-slider img")).to_have_count(2)
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("it is kept exactly")).to_be_visible()
    expect(page.get_by_role("link", name="What the model drew")).to_be_visible()
    first, url = newest(studio), page.url
    assert kept_outside(studio, first)

    page.go_back()
    expect(page.locator(".painter-status")).to_contain_text("will change")
    page.get_by_role("button", name="Edit", exact=True).click()
    page.wait_for_url(url)  # the same form is the same job
    assert newest(studio).id == first.id

    page.get_by_role("link", name="Again").click()  # everything is there once more
    expect(page.locator(".painter-status")).to_contain_text("will change")
    expect(page.get_by_label("What should the whole picture be?")).to_have_value("A lighthouse at dusk")


def test_a_thumb_paints_on_a_small_screen(open_page: OpenPage, studio: Studio, photo_file: Path) -> None:
    page = open_page(has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/edit")
    page.locator("#image").set_input_files(photo_file)
    stage = page.locator(".painter-stage")
    expect(stage).to_be_visible()
    stage.tap()
    expect(page.locator(".painter-status")).to_contain_text("will change")
    expect(page.locator("output")).to_contain_text("about $0.")
    button = page.get_by_role("button", name="Edit", exact=True).bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= 740, "the button is in view beside the picture"
    page.get_by_label("What should the whole picture be?").fill("A fox in the snow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    edit_and_wait(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert kept_outside(studio, newest(studio))


def test_a_picture_is_pasted_and_another_one_dropped_before_it(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/edit")
    hand_over(page, "paste")
    expect(page.locator(".painter-stage")).to_be_visible()
    hand_over(page, "drop")
    expect(page.locator(".given-picture")).to_have_count(2)
    expect(page.locator("[name=image][value^='upload:']")).to_have_count(2)
    second = page.locator("[name=image][type=hidden]").nth(1).get_attribute("value")
    page.get_by_role("button", name="Put picture 2 first").click()
    expect(page.locator("[name=image][type=hidden]").first).to_have_value(second or "")
    page.locator(".given-picture").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=image][type=hidden]").nth(1)).to_have_value(second or "")
    page.reload()  # they are remembered in the address
    expect(page.locator(".given-picture")).to_have_count(2)
    page.get_by_role("button", name="Remove picture 1").click()
    expect(page.locator(".given-picture")).to_have_count(1)


def test_a_mask_file_is_shown_as_it_was_understood_and_turned_around(
    open_page: OpenPage, photo_file: Path, tmp_path: Path
) -> None:
    mask = Image.new("L", (600, 400), 0)
    ImageDraw.Draw(mask).rectangle((0, 0, 149, 399), fill=255)
    mask.save(tmp_path / "mask.png")
    page = open_page()
    page.goto("/edit")
    page.locator("#image").set_input_files(photo_file)
    page.get_by_text("Mask file and keeping").click()
    page.get_by_label("Mask file").set_input_files(tmp_path / "mask.png")
    expect(page.locator(".painter-status")).to_contain_text("About 25 %")
    expect(page.locator("#mask-told")).to_contain_text("About 25 % will change")
    page.get_by_label("Invert: what it would change stays").check()
    expect(page.locator(".painter-status")).to_contain_text("About 75 %")
    expect(page.locator("#mask-told")).to_contain_text("About 75 %")


def test_without_javascript_a_mask_file_does_it(
    open_page: OpenPage, studio: Studio, photo_file: Path, tmp_path: Path
) -> None:
    mask = Image.new("L", (600, 400), 0)
    ImageDraw.Draw(mask).ellipse((200, 100, 400, 300), fill=255)
    mask.save(tmp_path / "mask.png")
    page = open_page(java_script_enabled=False)
    page.goto("/edit")
    page.get_by_label("Add pictures").set_input_files(photo_file)
    page.get_by_text("Mask file and keeping").click()
    page.get_by_label("Mask file").set_input_files(tmp_path / "mask.png")
    page.get_by_role("button", name="Update price").click()
    expect(page.locator("#mask-told")).to_contain_text("will change")
    expect(page.locator(".mask-shade")).to_be_visible()
    page.get_by_label("What should the whole picture be?").fill("A red sun")
    edit_and_wait(page)
    expect(page.locator("compare-slider img")).to_have_count(2)
    assert kept_outside(studio, newest(studio))


def test_what_was_painted_outlives_an_error(open_page: OpenPage, studio: Studio, photo_file: Path) -> None:
    page = open_page(expect="status of 400")
    page.goto("/edit")
    page.locator("#image").set_input_files(photo_file)
    expect(page.locator(".painter-stage")).to_be_visible()
    mark_the_middle(page)
    told = page.locator(".painter-status").text_content()
    page.get_by_label("What should the whole picture be?").fill("   ")
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("One thing has to change first")
    expect(page.locator(".painter-status")).to_have_text(told or "")
    page.get_by_label("What should the whole picture be?").fill("A vase of tulips")
    edit_and_wait(page)
    assert kept_outside(studio, newest(studio))


def test_a_picture_dropped_on_create_goes_to_edit(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    page.get_by_label("What should the picture show?").fill("A fox in the snow")
    hand_over(page, "drop", "#prompt")
    page.wait_for_url(re.compile(r"/edit\?image=upload"))
    expect(page.locator(".painter-stage")).to_be_visible()
    expect(page.get_by_label("What should the whole picture be?")).to_have_value("A fox in the snow")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_enter_in_a_field_neither_pays_nor_takes_a_picture_away(
    open_page: OpenPage, studio: Studio, photo_file: Path, script: bool
) -> None:
    upload = studio.uploads.add(STUDIO, photo_file.read_bytes())
    before = len(studio.jobs.recent(STUDIO, limit=50))
    page = open_page(java_script_enabled=script)
    page.goto(f"/edit?upload={upload.id}&prompt=A+kite")
    page.get_by_text("Extend beyond the edges").click()
    page.get_by_label("Left, pixels").fill("200")
    page.get_by_label("Left, pixels").press("Enter")
    expect(page.get_by_label("Left, pixels")).to_have_value("200")
    expect(page.locator("output")).to_contain_text("about $0.")
    expect(page.locator(f"[name=image][value='upload:{upload.id}']")).to_have_count(1)
    assert len(studio.jobs.recent(STUDIO, limit=50)) == before


def test_a_photo_of_48_megapixels_works(open_page: OpenPage, studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "large.jpg").write_bytes(photo((8000, 6000), "JPEG"))
    page = open_page()
    page.goto("/edit")
    page.locator("#image").set_input_files(tmp_path / "large.jpg")
    expect(page.locator(".painter-stage")).to_be_visible(timeout=30_000)
    mark_the_middle(page)
    full = page.get_by_label("Full resolution")
    expect(full).to_be_visible(timeout=30_000)
    page.get_by_label("What should the whole picture be?").fill("A rocket")
    page.get_by_role("button", name="Edit", exact=True).click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-z]{26}$"), timeout=60_000)
    job = studio.generation.wait(newest(studio), 60)
    assert (job.pictures[0].width, job.pictures[0].height) == (8000, 6000)


def test_variations_of_a_picture_from_the_library(open_page: OpenPage, studio: Studio, photo_file: Path) -> None:
    page = open_page()
    page.goto("/vary")
    page.locator("#image").set_input_files(photo_file)
    expect(page.locator("output")).to_contain_text("about $0.")
    page.get_by_label("Bold").check()
    page.get_by_label("How many").select_option("2")
    page.get_by_role("button", name="Vary", exact=True).click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-z]{26}$"))
    expect(page.locator(".result img[src^='data:']")).to_have_count(2, timeout=20_000)
    page.get_by_text("More", exact=True).first.click()
    page.get_by_role("link", name="Vary", exact=True).first.click()
    expect(page.locator("[name=image][value^='picture:']")).to_have_count(1)


def test_from_a_picture_to_a_masked_edit_it_is_one_stroke_the_words_and_a_key(
    open_page: OpenPage, studio: Studio, photo_file: Path
) -> None:
    upload = studio.uploads.add(STUDIO, photo_file.read_bytes())
    page = open_page()
    page.goto(f"/edit?upload={upload.id}")
    words = page.get_by_label("What should the whole picture be?")
    expect(words).to_be_focused()
    expect(page.locator(".painter-status")).to_contain_text("Nothing is marked")
    box = page.locator(".painter-stage").bounding_box()
    assert box is not None
    assert page.evaluate("innerHeight") - box["height"] < 300, "the picture has what the window leaves"
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".painter-status")).to_contain_text("will change")
    page.keyboard.press("w")
    expect(words).to_be_focused()
    page.keyboard.type("A kite")
    page.locator(".painter-stage").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/jobs/[0-9a-z]{26}$"))
    assert kept_outside(studio, studio.generation.wait(newest(studio), 20))


def test_on_a_phone_the_tools_are_under_the_picture_and_a_tap_leads_to_the_words(
    open_page: OpenPage, studio: Studio, photo_file: Path
) -> None:
    upload = studio.uploads.add(STUDIO, photo_file.read_bytes())
    page = open_page(has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/edit?upload={upload.id}")
    expect(page.locator(".painter-status")).to_contain_text("Nothing is marked")
    stage = page.locator(".painter-stage").bounding_box()
    brush = page.get_by_role("button", name="Brush").bounding_box()
    assert stage is not None
    assert brush is not None
    assert 0 <= stage["y"] < brush["y"], "one begins with the picture, and the tools are below it"
    assert min(brush["width"], brush["height"]) >= 44
    page.get_by_role("button", name="Describe it").click()
    expect(page.get_by_label("What should the whole picture be?")).to_be_focused()
