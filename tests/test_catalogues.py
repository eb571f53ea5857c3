"""Every sentence that is marked has its translation, and each translation fits its sentence."""

from __future__ import annotations

import re

import pytest

from app.edge.languages import ENGLISH, LANGUAGES
from tests.wording import DOMAINS, ROOT, catalogue, forms, said_in

_HOLES = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+|href=\"[^\"]*\"")
_LOCALES = [language.locale for language in LANGUAGES if language != ENGLISH]


def _holes(text: str) -> list[str]:
    return sorted(_HOLES.findall(text))


@pytest.mark.parametrize("locale", _LOCALES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_sentence_is_translated_and_nothing_else_is(domain: str, locale: str) -> None:
    """When this fails: `make words`, then fill in what is empty in app/translations."""
    translated = {
        forms(message.id)[0]: message for message in catalogue(domain, locale) if message.id and not message.fuzzy
    }
    said = {one.forms[0]: one.place for one in said_in(domain)}
    missing = {place: text for text, place in said.items() if text not in translated}
    assert missing == {}
    empty = [text for text in said if not all(forms(translated[text].string))]
    assert empty == []
    assert translated.keys() - said.keys() == set(), "nobody says this any more"


@pytest.mark.parametrize("locale", _LOCALES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_a_translation_has_the_values_and_the_markup_of_its_sentence(domain: str, locale: str) -> None:
    for message in catalogue(domain, locale):
        for form in forms(message.string):
            if message.id:
                assert _holes(form) == _holes(forms(message.id)[-1]), form
        # What the compiler would refuse: a "% o" that looks like a value, say.
        assert not message.id or [str(error) for error in message.check()] == [], message.id


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_sentence_with_a_number_is_never_said_without_one(domain: str) -> None:
    """A catalogue keeps one entry for both, and the translation would miss its number."""
    said = list(said_in(domain))
    counted = {one.forms[0] for one in said if len(one.forms) > 1}
    assert [one.place for one in said if len(one.forms) == 1 and one.forms[0] in counted] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_chinese_is_set_as_chinese_is(domain: str) -> None:
    """Full-width punctuation, and a space between Chinese and Latin letters or digits."""
    for message in catalogue(domain):
        for form in forms(message.string) if message.id else ():
            text = re.sub(r"<[^>]+>", "", re.sub(r"%\(\w+\)s|\{\w+\}", "…", form))
            assert not re.search(r"[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]", text), form
            assert not re.search(r"[一-鿿] ?[,;:?!]|[一-鿿]\.(?!\w)", text), form


def test_the_makefile_takes_the_words_from_the_same_folders() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for domain, folders in DOMAINS.items():
        assert f"$(call update,{domain},{' '.join(folders)})" in makefile
