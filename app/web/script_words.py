"""The sentences of the scripts, for pages in another language than the scripts themselves are written in."""

from __future__ import annotations

from functools import cache

from babel.messages.pofile import read_po

from app.edge.languages import CATALOGUES, ENGLISH, Language


@cache
def script_words(language: Language) -> dict[str, str]:
    """What scripts say, by what they say in English (`lib/words.js`); by the singular where there are two forms."""
    if language == ENGLISH:
        return {}
    with (CATALOGUES / language.locale / "LC_MESSAGES" / "scripts.po").open("rb") as file:
        catalogue = read_po(file)
    return {_first(message.id): _first(message.string) for message in catalogue if message.id and message.string}


def _first(text: str | list[str] | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]
