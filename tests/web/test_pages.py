"""Templates: each gets its dataclass and nothing else; what they and the scripts refer to exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta, nodes

from app.domain.accounts import STUDIO
from app.domain.conversations import ConversationDraft
from app.domain.errors import Fault
from app.domain.requests import Generate
from app.factory import create_app
from app.web.accounts import SignInPage
from app.web.errors import render_error
from app.web.pages import Page
from app.web.styleguide import StyleGuidePage
from app.wiring import Studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, ask, drawn

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted(str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html"))
GETTEXT = {"_", "gettext", "ngettext"}
FREE_NAMES = {"page", "site", "asset", "scripts", "csrf_token"} | GETTEXT


def environment() -> Environment:
    made = Environment(loader=FileSystemLoader(ROOT / "templates"), undefined=StrictUndefined, autoescape=True)
    made.add_extension("jinja2.ext.i18n")
    for name in ("money", "duration", "byte_size", "moment", "machine_moment", "number", "paragraph", "told"):
        made.filters[name] = str
    return made


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_uses_its_page_and_the_site_only(name: str) -> None:
    env = environment()
    env.get_template(name)
    tree = env.parse((ROOT / "templates" / name).read_text(encoding="utf-8"))
    imported = {imported for node in tree.find_all(nodes.FromImport) for imported in node.names}
    used = meta.find_undeclared_variables(tree) - imported
    assert used <= FREE_NAMES, name
    if "macros" in name:
        assert used <= GETTEXT, "a macro knows only what it is given"


def test_every_page_has_its_template_and_every_template_its_page() -> None:
    of_pages = {page.template for page in get_args(Page)} | {SignInPage.template, StyleGuidePage.template}
    whole = {name for name in TEMPLATES if "macros/" not in name and "/_" not in name and name != "base.html"}
    assert whole == of_pages


def test_every_page_is_rendered_with_nothing_undefined(studio: Studio, visitor: Visitor) -> None:
    job = drawn(studio, picture())
    waiting = ask(studio, Generate(prompt="a dog", model="gpt-image-2"))
    talk = studio.conversations.say(STUDIO, ConversationDraft(values={"prompt": "a fox"}), key=None).place
    for path, status in (
        ("/", 200),
        (f"/edit?from={job.pictures[0].id}", 200),
        (f"/vary?from={job.pictures[0].id}", 200),
        ("/conversations", 200),
        (f"/conversations/new?from={job.pictures[0].id}", 200),
        (f"/conversations/{talk.conversation_id}", 200),
        (f"/jobs/{job.id}", 200),
        (f"/jobs/{waiting.id}", 200),
        ("/library", 200),
        ("/spending", 200),
        ("/help", 200),
        (f"/pictures/{job.pictures[0].id}", 200),
        ("/nowhere", 404),
    ):
        page = visitor.open(path, status)
        assert len(page.all("h1")) == 1
        assert page.all("title")[0].text.endswith("· Atelier")  # drawings have titles too
        assert page.one("html")["lang"] == "en"
        assert "Practice mode." in page.one("aside").text
        assert {"Create", "Edit", "Conversations", "Library", "Spending"} <= {link.text for link in page.all("a")}


def test_nothing_on_a_page_is_inline_or_from_elsewhere(studio: Studio, visitor: Visitor) -> None:
    job = drawn(studio, picture())
    for path in (
        "/",
        "/edit",
        "/vary",
        "/conversations",
        "/conversations/new",
        f"/jobs/{job.id}",
        "/library",
        "/spending",
        "/help",
        "/nowhere",
    ):
        page = visitor.open(path, 404 if path == "/nowhere" else 200)
        for element in page.elements:
            assert "style" not in element, element.tag
            assert not [name for name in element.attributes if name.startswith("on")], element.tag
            for name in ("src", "href", "action"):
                target = element.attributes.get(name, "/")
                assert target.startswith(("/", "#", "data:image/"))
                assert not target.startswith("//")
        assert all("src" in s or s["type"] == "application/json" for s in page.all("script"))


@pytest.mark.parametrize("path", ["/", "/edit", "/vary", "/conversations/new"])
def test_every_field_has_a_label_and_every_description_exists(visitor: Visitor, path: str) -> None:
    page = visitor.open(path)
    labels = {label["for"] for label in page.all("label")}
    ids = [e["id"] for e in page.elements if "id" in e]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        if element.tag in ("select", "textarea", "input") and element.attributes.get("type") != "hidden":
            assert element["id"] in labels
        for name in element.attributes.get("aria-describedby", "").split():
            assert name in ids
        if "aria-labelledby" in element:
            assert element["aria-labelledby"] in ids


def test_every_script_and_style_that_is_referred_to_exists() -> None:
    static = ROOT / "static"
    for template in TEMPLATES:
        for name in re.findall(r"asset\('([^']+)'\)", (ROOT / "templates" / template).read_text(encoding="utf-8")):
            assert (static / name).is_file(), name
    modules = {path.resolve() for path in (static / "js").rglob("*.js")}
    imported = {
        (path.parent / target).resolve()
        for path in modules
        for target in re.findall(r'(?:from |import |import\()"([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert imported <= modules
    on_pages = {
        static / "js" / "elements" / f"{name}.js"
        for template in TEMPLATES
        for name in re.findall(r"<([a-z]+-[a-z-]+)", (ROOT / "templates" / template).read_text(encoding="utf-8"))
    }
    assert on_pages <= modules
    assert modules - imported == {static / "js" / "main.js", *on_pages}, "a script that nothing loads"


def test_every_rule_of_style_belongs_to_a_layer_that_was_declared() -> None:
    declared = re.findall(r"@layer ([^;{]+);", (ROOT / "static/css/layers.css").read_text(encoding="utf-8"))
    layers = set(declared[0].split(", "))
    for path in (ROOT / "static" / "css").rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL).strip()
        if path.name != "layers.css":
            opened = re.match(r"@layer (\w+) \{", text)
            assert opened is not None, path.name
            assert opened[1] in layers


def test_an_error_page_says_what_happened_what_it_cost_and_what_to_do(visitor: Visitor) -> None:
    page = visitor.open("/nowhere", status=404)
    for told in ("404", "There is nothing here", "Nothing was charged.", "in the library", "Request id:"):
        assert told in page.text


@pytest.mark.parametrize(("retryable", "first"), [(True, "Try again"), (False, "Create a picture")])
def test_an_error_page_leads_on(studio: Studio, visitor: Visitor, retryable: bool, first: str) -> None:
    app = create_app(studio)
    app.add_url_rule("/tests/error", "tests_error", lambda: render_error(Fault("x", "No.", retryable=retryable), 400))
    page = Document(app.test_client().get("/tests/error?page=2"))
    link = page.one("a", class_="button button-main")
    assert (link.text, link["href"]) == (first, "/tests/error?page=2" if retryable else "/")


def test_an_error_page_needs_no_database(studio: Studio) -> None:
    app = create_app(studio)
    with app.test_request_context("/"):
        response = render_error(Fault("not_ready", "The database is gone.", retryable=True, retry_after=1.2), 503)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"
    assert "The database is gone." in response.get_data(as_text=True)
