"""Makes the icons of an installed Atelier from its mark: python -m tests.browser.icons"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import chromium_path

ICONS = Path(__file__).parent.parent.parent / "static" / "icons"


def main() -> None:
    mark = (ICONS / "mark.svg").read_text(encoding="utf-8")
    # Launchers cut a maskable icon to a shape of their own: its ground fills the square.
    filled = mark.replace('x="1.5" y="1.5" width="21" height="21" rx="5"', 'width="24" height="24"')
    assert filled != mark
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        for name, drawing, edge in (
            ("app-192.png", mark, 192),
            ("app-512.png", mark, 512),
            ("app-512-maskable.png", filled, 512),
        ):
            page = browser.new_page(viewport={"width": edge, "height": edge})
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block; width: {edge}px }}</style>{drawing}")
            page.screenshot(path=ICONS / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
