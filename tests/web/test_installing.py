"""Atelier can be installed: the manifest, its icons, and colours that are the pages' own."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

from PIL import Image

from app.web.installing import GROUND
from tests.studios import client_of, open_studio
from tests.web.visiting import Visitor

TOKENS = Path(__file__).parent.parent.parent / "static" / "css" / "tokens.css"


def grey(lightness: float) -> str:
    """A grey of OKLCH in sRGB."""
    linear = lightness**3
    value = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return "#" + f"{round(255 * value):02x}" * 3


def test_the_manifest_names_icons_of_the_sizes_they_have(visitor: Visitor) -> None:
    answer = visitor.fetch(visitor.open("/").one("link", rel="manifest")["href"])
    assert answer.mimetype == "application/manifest+json"
    told = json.loads(answer.text)
    assert (told["name"], told["start_url"], told["display"]) == ("Atelier", "/", "standalone")
    assert {"192x192", "512x512", "any"} <= {icon["sizes"] for icon in told["icons"]}
    assert "maskable" in {icon["purpose"] for icon in told["icons"]}
    for icon in told["icons"]:
        file = visitor.fetch(icon["src"])
        assert (file.status_code, file.mimetype) == (200, icon["type"])
        if icon["sizes"] != "any":
            assert "x".join(map(str, Image.open(BytesIO(file.data)).size)) == icon["sizes"]
    for shortcut in told["shortcuts"]:
        visitor.open(shortcut["url"])


def test_the_frame_of_the_window_has_the_colour_of_the_page(visitor: Visitor) -> None:
    both = r"--grey-ground: light-dark\(oklch\(([\d.]+) 0 0\), oklch\(([\d.]+) 0 0\)\)"
    found = re.search(both, TOKENS.read_text("utf-8"))
    assert found is not None
    light, dark = (grey(float(lightness)) for lightness in found.groups())
    told = {element["media"]: element["content"] for element in visitor.open("/").all("meta", name="theme-color")}
    assert told == {"(prefers-color-scheme: light)": light, "(prefers-color-scheme: dark)": dark}
    assert light == GROUND


def test_a_browser_gets_it_without_the_session(tmp_path: Path) -> None:
    with open_studio(tmp_path, ATELIER_PASSWORD="a long enough password") as studio:
        assert client_of(studio).get("/manifest.webmanifest").status_code == 200
