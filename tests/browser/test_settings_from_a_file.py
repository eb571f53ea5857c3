"""A file that was downloaded fills the form in again, dropped or chosen; any other picture goes to Edit."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.domain.accounts import STUDIO
from app.domain.requests import Generate
from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.browser.test_editing import photo

pytestmark = pytest.mark.browser

_DROP = """base64 => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  data.items.add(new File([bytes], "a.webp", { type: "image/webp" }));
  document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


def downloaded(studio: Studio, prompt: str, **options: object) -> bytes:
    """A picture as its owner takes it along."""
    wanted = Generate(prompt=prompt, model="gpt-image-2", **options)  # type: ignore[arg-type]  # passed through
    job = studio.generation.wait(studio.generation.submit(STUDIO, wanted, key=None).job, 30)
    taken = studio.downloads.prepare(STUDIO, job.pictures[0].id)
    with taken.file:
        return taken.file.read()


def drop(page: Page, data: bytes) -> None:
    page.evaluate(_DROP, base64.b64encode(data).decode())


def is_filled_in(page: Page, prompt: str) -> None:
    expect(page.get_by_text("Settings restored from the file.")).to_be_visible()
    expect(page.get_by_label("What should the picture show?")).to_have_value(prompt)
    expect(page.get_by_label("Shape")).to_have_value("1536x1024")
    expect(page.get_by_label("Quality", exact=True)).to_have_value("low")
    expect(page.get_by_label("File format")).to_have_value("webp")


@pytest.mark.parametrize(
    "prompt", ["A jug & two pears,\n100 %", "静物。" * 400], ids=["short", "too long for an address"]
)
def test_make_download_drop_the_same_fields(open_page: OpenPage, studio: Studio, prompt: str) -> None:
    data = downloaded(studio, prompt, size="1536x1024", quality="low", output_format="webp")
    page = open_page()
    page.goto("/?prompt=Something+else")
    drop(page, data)
    is_filled_in(page, prompt)
    page.get_by_role("link", name="Edit the picture instead").click()
    expect(page.get_by_role("img", name="Picture 1")).to_be_visible()


def test_a_picture_that_tells_nothing_goes_to_edit_with_the_words(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/?prompt=A+green+sofa")
    drop(page, photo())
    page.wait_for_url(re.compile(r"/edit\?"))
    expect(page.get_by_role("textbox").first).to_have_value("A green sofa")


def test_without_javascript_a_chosen_file_does_the_same(open_page: OpenPage, studio: Studio, tmp_path: Path) -> None:
    ours, other = tmp_path / "a.webp", tmp_path / "b.png"
    ours.write_bytes(downloaded(studio, "A jug", size="1536x1024", quality="low", output_format="webp"))
    other.write_bytes(photo())
    page = open_page(java_script_enabled=False, expect="status of 400")
    page.goto("/?prompt=Typed")
    page.get_by_text("More options").click()
    page.get_by_label("Settings from a picture").set_input_files(other)
    page.get_by_role("button", name="Use its settings").click()
    expect(page.locator("#settings_file-error")).to_contain_text("tells nothing of how it was made")
    expect(page.get_by_label("What should the picture show?")).to_have_value("Typed")
    page.get_by_label("Settings from a picture").set_input_files(ours)
    page.get_by_role("button", name="Use its settings").click()
    is_filled_in(page, "A jug")
