"""The style guide: in development only, and with every macro there is."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, nodes

from app.factory import create_app
from app.web.styleguide import page_of
from app.wiring import Studio
from tests.web.visiting import Document, Visitor

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
TOKENS = TEMPLATES.parent / "static" / "css" / "tokens.css"


def trees(folder: str) -> list[nodes.Template]:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    return [environment.parse(path.read_text(encoding="utf-8")) for path in (TEMPLATES / folder).glob("*.html")]


def test_there_is_nothing_in_production(visitor: Visitor) -> None:
    visitor.open("/styleguide", 404)


def test_in_development_everything_is_shown_in_both_themes(studio: Studio) -> None:
    app = create_app(studio)
    app.debug = True
    page = Document(app.test_client().get("/styleguide"))
    assert page.response.status_code == 200
    assert [section["data-theme"] for section in page.all("section")] == ["light", "dark"]
    ids = [element["id"] for element in page.elements if "id" in element]
    assert len(ids) == len(set(ids))


def test_every_macro_is_shown() -> None:
    there_are = {macro.name for tree in trees("macros") for macro in tree.find_all(nodes.Macro)}
    shown = {
        call.node.name
        for tree in trees("styleguide")
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
    }
    assert there_are <= shown


def test_every_colour_is_a_value_or_a_role_and_every_role_has_its_value() -> None:
    page = page_of(TOKENS.read_text(encoding="utf-8"))
    values = {f"var({token.name})" for token in page.values}
    assert len(values) > 10
    assert {role.value for role in page.roles} == values - {"var(--shade)", "var(--grey-check)"}, "those make shadows"
    assert len(page.letters) == 5
    assert len(page.spaces) == 8
