"""In which language somebody reads: English, as it is written in the code, or one that a catalogue translates it into.

The visitor's cookie decides, then `Accept-Language`, then it is English. Templates have `_`, `trans`
(gettext, values as `%(name)s`) and the filter `told`; every `Sentence` that a template prints is told
by itself. Where text leaves in another way, as in JSON, `told` is to be called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, get_locale, get_translations
from werkzeug.wrappers import Response as AnyResponse

from app.domain.sentences import Sentence
from app.edge.request_ids import Log

COOKIE_NAME = "language"
CATALOGUES = Path(__file__).parent.parent / "translations"
_REMEMBERED = timedelta(days=365)
_OFFERED = "atelier_languages"
_REMEDY = "pybabel compile -d app/translations (make run does it)"


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` as in HTML and HTTP (BCP 47), `name` as its readers write it."""

    tag: str
    name: str

    @property
    def locale(self) -> str:
        """What Babel calls it, and the name of the catalogue's folder."""
        return self.tag.replace("-", "_")


ENGLISH = Language("en", "English")
LANGUAGES = (ENGLISH, Language("zh-Hans", "简体中文"))


def offer_languages(app: Flask, *, log: Log, catalogues: Path = CATALOGUES) -> None:
    """Let every request be answered in its visitor's language; those without a compiled catalogue are not offered."""
    compiled = {path.parent.parent.name for path in catalogues.glob("*/LC_MESSAGES/messages.mo")}
    offered = tuple(language for language in LANGUAGES if language is ENGLISH or language.locale in compiled)
    if offered != LANGUAGES:
        log("languages_missing", offered=[language.tag for language in offered], remedy=_REMEDY)
    app.extensions[_OFFERED] = offered
    Babel(app, default_translation_directories=str(catalogues), locale_selector=lambda: _language_of_request().locale)
    environment = app.jinja_env
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["told"] = told
    environment.finalize = _printed

    @app.after_request
    def say_which(response: Response) -> Response:
        language: Language | None = g.get("language")
        if language is not None:  # what has no words, as a picture, is the same for everybody
            response.headers.setdefault("Content-Language", language.tag)
            response.vary.update(("Accept-Language", "Cookie"))
        return response


def offered_languages() -> tuple[Language, ...]:
    """What a visitor may choose from."""
    offered: tuple[Language, ...] = current_app.extensions[_OFFERED]
    return offered


def current_language() -> Language:
    """The language of the request; English where there is none."""
    locale = str(get_locale())
    return next((language for language in LANGUAGES if language.locale == locale), ENGLISH)


def remember_language(response: AnyResponse, tag: str) -> None:
    """Have the visitor's browser ask for this language from now on. One that is not offered changes nothing."""
    if any(language.tag == tag for language in offered_languages()):
        response.set_cookie(
            COOKIE_NAME, tag, max_age=_REMEMBERED, secure=request.is_secure, httponly=True, samesite="Lax"
        )


def told(text: str) -> str:
    """The text in the language of the request. A plain `str` is looked up as it stands."""
    return teller()(text)


def teller() -> Callable[[str], str]:
    """`told` in the language of this request, also when the request is over, as in a stream of events."""
    catalogue = get_translations()

    def tell(text: str) -> str:
        if isinstance(text, Sentence):
            try:
                return text.translated(catalogue.ugettext, catalogue.ungettext)
            except KeyError:  # of an archive or an older version, without a value that the translation names
                return str(text)
        return str(catalogue.ugettext(text)) if text else ""  # the entry of "" is the catalogue's own header

    return tell


def _printed(value: Any) -> Any:
    """What a template puts out for a value."""
    return told(value) if isinstance(value, Sentence) else value


def _language_of_request() -> Language:
    offered = offered_languages()
    chosen = (language for language in offered if language.tag == request.cookies.get(COOKIE_NAME))
    wanted = (_spoken(tag, offered) for tag, quality in request.accept_languages if quality > 0)
    g.language = next(chosen, None) or next((language for language in wanted if language), ENGLISH)
    return g.language  # type: ignore[no-any-return]  # `g` has no types


def _spoken(tag: str, offered: Iterable[Language]) -> Language | None:
    """The language that somebody who asks for `tag` reads: Chinese of any region is better than English."""
    spoken = tag.lower().partition("-")[0]
    return next((language for language in offered if language.tag.partition("-")[0] == spoken), None)
