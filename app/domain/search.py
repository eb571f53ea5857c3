"""What a search looks for, and in which text: the same judgement for every database.

Letters are compared without regard to case, by Unicode's rules (NFKC, then case folding), so that "Straße" finds
"STRASSE" and full-width letters their usual forms. There are no words to be known of any language: a term is found
wherever its characters stand beside each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_TERM = re.compile(r'(?:(?<=\s)|^)"(.+?)"(?=\s|$)|(\S+)', re.DOTALL)
_UNSTORABLE = re.compile("[\0\ud800-\udfff\U0010ffff]")
"""What some database cannot keep as it is."""


def fold(text: str) -> str:
    """The text as it is compared: one form for all spellings, and single spaces between words."""
    plain = unicodedata.normalize("NFKC", _UNSTORABLE.sub("\ufffd", text))
    return " ".join(unicodedata.normalize("NFKC", plain.casefold()).split())


def searchable(parts: Iterable[str | None]) -> str:
    """The one text in which a picture is looked for. No term spans two parts: none contains a line break."""
    return "\n".join(filter(None, (fold(part or "") for part in parts)))


def terms_of(query: str) -> tuple[str, ...]:
    """What must all occur, folded: words, and "quoted phrases" with the spaces in them; each once.

    A quotation mark that does not stand around whole words is a character like any other, as are %, _ and \\.
    """
    found = (fold(phrase or word) for phrase, word in _TERM.findall(query))
    return tuple(dict.fromkeys(filter(None, found)))
