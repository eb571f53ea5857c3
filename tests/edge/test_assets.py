"""Static files are kept for a year under the address of their present version, and every one referred to exists."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from app.edge.assets import Assets
from tests.edge.house import House

ROOT = Path(__file__).parent.parent.parent
VERSION = hashlib.sha256(b"body { color: black }").hexdigest()[:8]


def test_an_address_bears_the_files_digest(open_house: House) -> None:
    asset = open_house.app.jinja_env.globals["asset"]
    assert callable(asset)
    assert asset("css/base.css") == f"/static/css/base.css?v={VERSION}"


def test_the_present_version_is_kept_for_a_year(open_house: House) -> None:
    answer = open_house.visitor().get(f"/static/css/base.css?v={VERSION}")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("query", ["", "?v=", "?v=00000000", "?w=1"])
def test_any_other_address_is_asked_about_each_time(open_house: House, query: str) -> None:
    visitor = open_house.visitor()
    answer = visitor.get(f"/static/css/base.css{query}")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = visitor.get(f"/static/css/base.css{query}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_scripts_have_one_version_which_what_they_import_inherits(open_house: House, static: Path) -> None:
    main = Assets(static).url("js/main.js")
    version, visitor = main.split("/")[2], open_house.visitor()
    assert main == f"/static/{version}/js/main.js"
    for name in ("main.js", "elements/live-price.js", "lib/money.js"):
        kept = visitor.get(f"/static/{version}/js/{name}")
        assert (kept.status_code, kept.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert visitor.get("/static/@00000000/js/main.js").headers["Cache-Control"] == "no-cache"
    assert visitor.get(f"/static/{version}/js/none.js").status_code == 404
    (static / "js" / "lib" / "money.js").write_text("changed", encoding="utf-8")
    assert Assets(static).url("js/main.js") != main


def test_a_page_names_the_scripts_of_its_elements_and_what_they_import(static: Path) -> None:
    def names(content: str, *elements: str) -> tuple[list[str], list[str]]:
        scripts = Assets(static).scripts(content, *elements)
        own, imported = ([url.split("/js/")[1] for url in urls] for urls in (scripts.elements, scripts.imported))
        return own, imported

    libs = ["lib/money.js", "lib/tell.js", "lib/words.js"]
    price, sea = "elements/live-price.js", "elements/sea-view.js"
    assert names('<p>a-b &lt;no-element></p><live-price kind="x"></live-price><live-price>') == ([price], libs)
    assert names("<sea-view>", "live-price") == ([price, sea], libs)
    assert names("<sea-view later><live-price later kind>") == ([], [])
    with pytest.raises(FileNotFoundError):
        names("<no-script>")


def test_a_version_of_nothing_is_404(open_house: House) -> None:
    answer = open_house.visitor().get("/static/css/none.css?v=00000000")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_a_page_cannot_refer_to_nothing(static: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Assets(static).url("css/none.css")


def references() -> list[tuple[str, Path]]:
    """Every static file that a template, a stylesheet or a script of the project names, and who names it."""
    static, found = ROOT / "static", []
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        found += [(str(template), static / name) for name in re.findall(r"""asset\(\s*["']([^"']+)["']\s*\)""", text)]
    for sheet in static.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        names = re.findall(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""", text)
        found += [
            (str(sheet), sheet.parent / name)
            for name in names
            if name not in ("url(",) and not name.startswith(("url(", "data:", "#"))
        ]
    for script in static.rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        names = re.findall(r"""(?:\bfrom\s+|\bimport\s*\(?\s*)["'](\.{1,2}/[^"']+)["']""", text)
        found += [(str(script), script.parent / name) for name in names]
    return found


def test_every_file_that_is_referred_to_exists() -> None:
    missing = [(where, str(path)) for where, path in references() if not path.is_file()]
    assert missing == []
