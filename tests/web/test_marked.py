"""No word of a template or a script stays English unseen: what people read is marked for translation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.jslexer import tokenize
from jinja2 import Environment, nodes

from tests.wording import ROOT, said_in

_TEMPLATES = sorted(
    path.relative_to(ROOT / "templates")
    for path in (ROOT / "templates").rglob("*.html")
    if path.parent.name != "styleguide"  # nobody sees it but who works on it
)
_SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))

_READ = {"title", "alt", "aria-label", "aria-description", "aria-valuetext", "aria-roledescription", "placeholder"}
"""Attributes that are read to people."""

_SAME_EVERYWHERE = re.compile(
    r"[a-z-]+=\"[^\"]*\"|\b(Atelier|OpenAI|CSV|PNG|JPEG|WebP|GIF|zip|MB|kB|UTC|px|[a-zA-Z])\b"
)
"""Names, formats, units, single keys; and attributes that a macro writes."""

_NOT_READ = {"code", "kbd", "script", "style"}
_SPEAKING = {"_", "gettext", "ngettext"}
_UNPRINTED = (nodes.Assign, nodes.Include, nodes.Extends, nodes.FromImport)
_SILENT = {"asset", "scripts", "csrf_token", "format", "replace"}
"""Functions and filters whose texts are no words for people."""


class _Page(HTMLParser):
    """What people read of a page's source."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _NOT_READ
        of_button = {"value"} if ("type", "submit") in attrs and tag == "input" else set()
        self.read += [value or "" for name, value in attrs if name in _READ | of_button]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _NOT_READ

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.read.append(data)


def _printed(node: nodes.Node) -> Iterator[str]:
    """The template as its source says it: its own text and whatever constants it may print, in their order."""
    match node:
        case nodes.TemplateData(data=text):
            yield text
        case nodes.Const(value=str(text)):
            yield text
        case nodes.Const() | nodes.Name() | nodes.Compare() | nodes.Getitem() | nodes.Getattr() | nodes.Call():
            return
        case nodes.Filter(name=name) if name in _SILENT:
            return
        case nodes.Filter():
            if node.node is not None:
                yield from _printed(node.node)
        case nodes.Macro() | nodes.CallBlock():
            for child in node.body:
                yield from _printed(child)
        case nodes.CondExpr(expr1=one, expr2=other):
            for expression in (one, other):
                if expression is not None:
                    yield from _printed(expression)
        case nodes.If(test=_):
            for child in (*node.body, *node.elif_, *node.else_):
                yield from _printed(child)
        case nodes.For():
            for child in (*node.body, *node.else_):
                yield from _printed(child)
        case _:
            for child in () if isinstance(node, _UNPRINTED) else node.iter_child_nodes():
                yield from _printed(child)


def _passed_on(tree: nodes.Template) -> Iterator[str]:
    """Constants that are words, given to macros or to names."""
    for node in tree.find_all((nodes.Call, nodes.Assign)):
        if isinstance(node, nodes.Assign):
            given: list[nodes.Node] = [node.node]
        elif isinstance(node.node, nodes.Name) and node.node.name in _SPEAKING | _SILENT:
            continue
        else:
            given = [*node.args, *(keyword.value for keyword in node.kwargs)]
        yield from (text for one in given for text in _printed(one) if _is_wording(text))


def _is_wording(text: str) -> bool:
    """Whether a constant is words rather than a name, a class or a value."""
    return bool(re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}|^[A-Z][a-z]+$", text)) and "button" not in text


def unmarked(template: str) -> list[str]:
    """What a template says in words that no catalogue knows."""
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    tree = environment.parse(template)
    page = _Page()
    page.feed("".join(_printed(tree)))
    read = (" ".join(text.split()) for text in (*page.read, *_passed_on(tree)))
    return [text for text in read if re.search(r"[A-Za-z]{2,}", _SAME_EVERYWHERE.sub("", text))]


@pytest.mark.parametrize("name", _TEMPLATES, ids=str)
def test_no_template_has_words_of_its_own(name: Path) -> None:
    assert unmarked((ROOT / "templates" / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ("<p>{% if a %}Saved{% endif %}</p>", ["Saved"]),
        ("<p>{{ n }} {{ 'turn' if n == 1 else 'turns' }}</p>", ["turnturns"]),
        ('<img alt="The mask">', ["The mask"]),
        ('<a title="{{ x }} pictures">★</a>', ["pictures"]),
        ('{{ field(control, label="How many") }}', ["How many"]),
        ("{% set told = 'Nothing yet' %}", ["Nothing yet"]),
        ("{% macro one() %}<b>Bold</b>{% endmacro %}", ["Bold"]),
        ('<p>{{ _("Hello there") }} {% trans %}and more{% endtrans %}</p>', []),
        ('<p class="quiet {{ \'is-open\' if a }}" aria-current="{{ "true" if a else "false" }}"><code>n</code>', []),
        ('<p>PNG, 5 MB · <kbd>Enter</kbd></p><input type="hidden" value="some words">', []),
    ],
)
def test_words_are_found_wherever_they_hide(template: str, found: list[str]) -> None:
    assert unmarked(template) == found


def test_no_script_has_a_sentence_of_its_own() -> None:
    said = {form for one in said_in("scripts") for form in one.forms}
    found = {}
    for path in _SCRIPTS:
        for token in tokenize(path.read_text(encoding="utf-8")):
            text = token.value[1:-1] if token.type in ("string", "template_string") else ""
            if re.match(r"[A-Z][a-z]+[ .]", text) and not any(text in form for form in said):
                found[f"{path.name}:{token.lineno}"] = text
    assert found == {}
