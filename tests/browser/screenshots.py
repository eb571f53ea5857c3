"""Pictures of every page and state, for people to look at: make screenshots

python -m tests.browser.screenshots FOLDER --only edit --width 360 --theme dark --language zh   # some of them

One picture for each scene, width, theme and language, and `index.html`, which shows them side by side.
"""

from __future__ import annotations

import argparse
import html
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app.factory import create_app
from app.wiring import Studio
from tests.browser.conftest import chromium_path
from tests.browser.every_page import add_pages
from tests.browser.scenes import Scene, stages
from tests.studios import open_studio

HEIGHTS = {360: 740, 820: 1100, 1440: 900, 2560: 1300}
"""The window's height at each width, in CSS pixels."""

THEMES = ("light", "dark")
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
_TALLEST = 4000  # nobody looks at more of a page than this


@dataclass(frozen=True)
class Wanted:
    """Which pictures to take: parts of scenes' names, and some of the widths, themes and languages."""

    only: tuple[str, ...] = ()
    widths: tuple[int, ...] = tuple(HEIGHTS)
    themes: tuple[str, ...] = THEMES
    languages: tuple[str, ...] = tuple(LOCALES)

    def has(self, name: str) -> bool:
        return not self.only or any(part in name for part in self.only)


class Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def serve(studio: Studio) -> Iterator[str]:
    """The studio on this machine; its address."""
    server = make_server("127.0.0.1", 0, add_pages(create_app(studio)), threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def file_name(scene: str, width: int, theme: str, language: str) -> str:
    return f"{scene.replace(',', '').replace(' ', '-')}-{width}-{theme}-{language}.png"


def show(page: Page, scene: Scene) -> None:
    """Bring the scene about and let its pictures come; pages that look for news never fall silent."""
    page.goto(scene.path)
    scene.act(page)
    page.evaluate(
        "Promise.race([Promise.all([...document.images].map((i) => i.decode().catch(() => {}))),"
        " new Promise((done) => setTimeout(done, 3000))])"
    )
    page.wait_for_timeout(250)


def take(browser: Browser, address: str, scenes: dict[str, Scene], folder: Path, wanted: Wanted) -> None:
    """Every picture of these scenes that is wanted."""
    for language, width in product(wanted.languages, wanted.widths):
        context = browser.new_context(
            base_url=address,
            locale=LOCALES[language],
            viewport={"width": width, "height": HEIGHTS[width]},
            has_touch=width < 500,
            reduced_motion="reduce",
        )
        page = context.new_page()
        for name, scene in scenes.items():
            if not wanted.has(name):
                continue
            show(page, scene)
            for theme in wanted.themes:
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of THEMES
                height = min(page.evaluate("document.documentElement.scrollHeight"), _TALLEST)
                page.screenshot(
                    path=folder / file_name(name, width, theme, language),
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": width, "height": height},
                )
        context.close()


def write_index(folder: Path) -> None:
    """A page with every picture of the folder, scene by scene."""
    figures = "".join(
        f'<figure><img loading="lazy" src="{html.escape(path.name)}" height="420" alt="">'
        f"<figcaption>{html.escape(path.stem)}</figcaption></figure>"
        for path in sorted(folder.glob("*.png"))
    )
    style = "body{display:flex;flex-wrap:wrap;gap:1rem;font:13px sans-serif;background:#777}figure{margin:0}"
    page = f"<!doctype html><meta charset=utf-8><title>Atelier</title><style>{style}</style>{figures}"
    (folder / "index.html").write_text(page, encoding="utf-8")


def main(folder: Path, wanted: Wanted) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        open_studio(Path(data)) as studio,
        serve(studio) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        for scenes in stages(studio):
            take(browser, address, scenes, folder, wanted)
        browser.close()
    write_index(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Pictures of every page and state.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="parts of scenes' names")
    parser.add_argument("--width", nargs="*", type=int, choices=HEIGHTS, default=list(HEIGHTS))
    parser.add_argument("--theme", nargs="*", choices=THEMES, default=list(THEMES))
    parser.add_argument("--language", nargs="*", choices=LOCALES, default=list(LOCALES))
    given = parser.parse_args()
    main(given.folder, Wanted(tuple(given.only), tuple(given.width), tuple(given.theme), tuple(given.language)))
