"""Style sheets: one cascade, nothing in them that no page uses, and no class on a page that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from app.web.shapes import shape_of

ROOT = Path(__file__).parent.parent.parent
SHEETS = sorted((ROOT / "static" / "css").rglob("*.css"))
MOST_LINES = 300

_CLASSES = re.compile(r"""class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)\"""", re.DOTALL)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_STRING = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_COMPARED = re.compile(r"""[=!]= *(?:'[^']*'|"[^"]*")""")
_WORD = re.compile(r"-?[a-z][\w-]*")
_OF_SCRIPTS = re.compile(r"""class(?:List\.\w+\(|Name[:=]? |=)\s*(["'`][^)\n;]*)""")
_SELECTED = re.compile(r"""["'`(\s>,:]\.([a-z][\w-]*)""")


def read(pattern: str) -> Iterator[str]:
    return (path.read_text(encoding="utf-8") for path in sorted(ROOT.glob(pattern)))


def of_templates() -> set[str]:
    """The classes in the templates; one that ends in a dash is the beginning of several."""
    found: set[str] = set()
    for text in read("templates/**/*.html"):
        for value in _CLASSES.findall(text):
            found.update(_WORD.findall(_JINJA.sub(" ", value)))
            for expression in _JINJA.findall(value):
                for strings in _STRING.findall(_COMPARED.sub(" ", expression)):
                    found.update(_WORD.findall(" ".join(strings)))
    return found


def of_scripts() -> set[str]:
    """The classes that scripts give."""
    return {
        name
        for text in read("static/js/**/*.js")
        for names in _OF_SCRIPTS.findall(text)
        for name in _WORD.findall(names)
    }


def hooks() -> set[str]:
    """The classes by which scripts find things."""
    return {name for text in read("static/js/**/*.js") for name in _SELECTED.findall(text)}


def rules(sheet: Path) -> str:
    """Everything before a brace: selectors and conditions."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    return "\n".join(re.findall(r"[^{};]+(?=\{)", text))


def styled(sheets: Iterable[Path] = SHEETS) -> set[str]:
    return {name for sheet in sheets for name in re.findall(r"\.([a-zA-Z][\w-]*)", rules(sheet))}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_has_one_idea_and_overrules_by_its_layer_alone(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert text.count("\n") < MOST_LINES
    assert "!important" not in text


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_class_that_is_styled_is_on_some_page(sheet: Path) -> None:
    used = of_templates() | of_scripts()
    used |= {shape_of(width, 100) for width in range(10, 2_000)}
    several = tuple(name for name in used if name.endswith("-"))
    unused = {name for name in styled([sheet]) - used if not name.startswith(several)}
    assert not unused


def test_every_class_on_a_page_is_styled_or_found_by_a_script() -> None:
    known = styled() | hooks()
    unknown = {
        name
        for name in of_templates()
        if name not in known and not (name.endswith("-") and any(other.startswith(name) for other in known))
    }
    assert not unknown


def test_every_element_that_is_styled_by_its_own_name_has_a_script() -> None:
    scripts = {path.stem for path in (ROOT / "static" / "js" / "elements").glob("*.js")}
    for sheet in SHEETS:
        selectors = re.sub(r"@[^\n]+|:[\w-]+\(?|\[[^\]]*\]", " ", rules(sheet))
        named = set(re.findall(r"(?<![\w.#-])([a-z]+-[a-z-]+)(?![\w-])", selectors))
        assert named <= scripts, sheet.name


def test_every_token_that_is_used_is_declared_and_every_one_declared_is_used() -> None:
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    scripts = "\n".join(read("static/js/**/*.js"))
    declared = set(re.findall(r"(--[\w-]+):", text))
    used = set(re.findall(r"var\((--[\w-]+)", text))
    assert used - declared - set(re.findall(r"--[\w-]+", scripts)) == set()
    assert declared - used - set(re.findall(r"--[\w-]+", scripts)) == set()


def test_colours_are_tokens() -> None:
    colour = re.compile(r"oklch\([\d.]|rgba?\(|: [^;]*#[0-9a-f]{3,8}\b")
    for sheet in SHEETS:
        if sheet.name != "tokens.css":
            assert not colour.search(sheet.read_text("utf-8")), sheet.name
