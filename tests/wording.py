"""What the code says to people: each sentence that is marked for translation, and the catalogues that translate it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
DOMAINS = {"messages": ("app", "templates"), "scripts": ("static/js",)}
"""Which folders each catalogue is about, as in the Makefile's `words`."""


@dataclass(frozen=True)
class Said:
    """A sentence in the code; `forms` are two where its number counts."""

    place: str
    forms: tuple[str, ...]


def said_in(domain: str) -> Iterator[Said]:
    """Every marked sentence of a catalogue, as `make words` finds them."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {
        mapping["pattern"]: mapping | {"keywords": parse_keywords(mapping.get("keywords", []))} for mapping in mappings
    }
    for folder in DOMAINS[domain]:
        found = extract_from_dir(ROOT / folder, methods, options, keywords=DEFAULT_KEYWORDS)
        for name, line, message, _, _ in found:
            yield Said(f"{folder}/{name}:{line}", (message,) if isinstance(message, str) else tuple(message))


def catalogue(domain: str, locale: str = "zh_Hans") -> Catalog:
    """The translations, as they lie in the repository."""
    path = ROOT / "app" / "translations" / locale / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as file:
        return read_po(file)


def forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """A message or its translation, in all its forms."""
    return (text,) if isinstance(text, str) else tuple(text)
