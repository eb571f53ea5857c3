"""The twenty-second look of the README: python -m tests.browser.look static/readme/look.webp

A real visit, filmed: a prompt, previews that sharpen, the result, a part painted over, and the edit beside the
photo it kept. Nothing is staged but the emulator's pace, which is slowed down to be seen.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, sync_playwright

import app.wiring
from tests.browser.conftest import chromium_path
from tests.browser.screenshots import serve
from tests.studios import open_studio

WINDOW = {"width": 1120, "height": 700}
SHOWN = (960, 600)
PROMPT = "A red fox in fresh snow, morning light"
EDIT = "A hot-air balloon over mountains in the snow"
_JOB = re.compile(r"/jobs/[0-9a-z]{26}$")
_POINTER = [(0, 0), (0, 17), (4, 13), (7, 19), (10, 18), (7, 12), (12, 12)]
_FRAME_SECONDS = 0.1


class Film:
    """Frames of a page, each with its time in milliseconds; what does not change costs nothing."""

    def __init__(self, page: Page):
        self.page = page
        self.frames: list[Image.Image] = []
        self.times: list[int] = []
        self._pointer = (WINDOW["width"] * 0.6, WINDOW["height"] * 0.8)

    def hold(self, milliseconds: int) -> None:
        """The page as it stands, for so long."""
        frame = self._frame()
        if self.frames and frame.tobytes() == self.frames[-1].tobytes():
            self.times[-1] += milliseconds
        else:
            self.frames.append(frame)
            self.times.append(milliseconds)

    def watch(self, seen: Locator, seconds: float = 30.0) -> None:
        """The page as it changes, until something is seen."""
        end = time.monotonic() + seconds
        while not seen.is_visible():
            assert time.monotonic() < end, f"never seen: {seen}"
            began = time.monotonic()
            self.hold(int(_FRAME_SECONDS * 1000))
            time.sleep(max(0.0, _FRAME_SECONDS - (time.monotonic() - began)))

    def write(self, text: str, milliseconds: int = 45) -> None:
        """Keys, two at a time."""
        for start in range(0, len(text), 2):
            self.page.keyboard.type(text[start : start + 2])
            self.hold(2 * milliseconds)

    def go(self, x: float, y: float, steps: int = 5) -> None:
        """The pointer, on a straight way."""
        x0, y0 = self._pointer
        for step in range(1, steps + 1):
            part = step / steps
            self._pointer = (x0 + (x - x0) * part, y0 + (y - y0) * part)
            self.page.mouse.move(*self._pointer)
            self.hold(50)

    def press(self, target: Locator) -> None:
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        self.go(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.hold(250)
        self.page.mouse.down()
        self.page.mouse.up()

    def drag(self, points: list[tuple[float, float]]) -> None:
        self.go(*points[0])
        self.page.mouse.down()
        for _, (x, y) in pairwise(points):
            self.go(x, y, steps=3)
        self.page.mouse.up()

    def save(self, path: Path) -> None:
        first, *others = self.frames
        first.save(
            path, save_all=True, append_images=others, duration=self.times, loop=0, quality=70, method=4, kmax=400
        )

    def _frame(self) -> Image.Image:
        with Image.open(BytesIO(self.page.screenshot())) as shot:
            frame = shot.convert("RGB")
        x, y = self._pointer
        pointer = [(x + 1.4 * dx, y + 1.4 * dy) for dx, dy in _POINTER]
        ImageDraw.Draw(frame).polygon(pointer, fill="black", outline="white", width=2)
        return frame.resize(SHOWN, Image.Resampling.LANCZOS)


def play(film: Film) -> None:
    page = film.page
    page.goto("/?size=1536x1024&quality=low&partial_images=3")
    page.locator("textarea[name=prompt]").focus()
    film.hold(900)
    film.write(PROMPT)
    film.hold(500)
    film.press(page.get_by_role("button", name="Generate"))
    page.wait_for_url(_JOB)
    result = page.locator(".result img[src^='data:image/png']")
    film.watch(result)
    film.hold(1800)

    film.press(page.get_by_role("link", name="Edit", exact=True).last)
    page.wait_for_url(re.compile(r"/edit\?"))
    stage = page.locator(".painter-stage")
    page.locator("mask-painter canvas").first.wait_for()
    page.wait_for_timeout(600)
    film.hold(500)
    box = stage.bounding_box()
    assert box is not None

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + box["width"] * x, box["y"] + box["height"] * y

    film.press(page.get_by_role("button", name="Rectangle"))
    film.drag([at(0.62, 0.08), at(0.72, 0.25), at(0.9, 0.55)])
    film.hold(600)
    prompt = page.locator("textarea[name=prompt]")
    film.press(prompt)
    film.write(EDIT, 25)
    film.hold(500)
    film.press(page.locator("form button[type=submit]", has_text="Edit").last)
    page.wait_for_url(_JOB)
    slider = page.locator("compare-slider")
    film.watch(slider)
    page.wait_for_timeout(600)
    film.hold(500)
    box = slider.bounding_box()
    assert box is not None
    film.drag([at(0.5, 0.5), at(0.95, 0.5), at(0.1, 0.5), at(0.6, 0.5)])
    film.hold(2500)


def main(path: Path) -> None:
    app.wiring.PRACTICE_PACE_SECONDS = 0.8
    with (
        tempfile.TemporaryDirectory() as data,
        open_studio(Path(data)) as studio,
        serve(studio) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        film = Film(browser.new_page(base_url=address, viewport=WINDOW, locale="en-GB", reduced_motion="reduce"))  # type: ignore[arg-type]  # a size
        play(film)
        film.save(path)
        browser.close()
    print(f"{path}: {len(film.frames)} frames, {sum(film.times) / 1000:.1f} s, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
