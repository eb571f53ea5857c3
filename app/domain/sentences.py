"""Sentences for people: English text that remembers how it was made, so that it can be told in another language.

A `Sentence` is a `str`, its English text, and is compared, logged and stored as one. Beside it stand the
`template`, by which catalogues know it, and the `values` that filled it. Who shows it calls `translated`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias

Value: TypeAlias = "str | int | float | tuple[Value, ...]"
"""What may fill a template: a tuple is a list, shown with commas; a `Sentence` is translated with the whole."""

_FIELD = re.compile(r"\{(\w+)\}")
"""The only form that a template has for a value: archives bring templates along, and `str.format` can do too much."""

Translate: TypeAlias = Callable[[str], str]
"""gettext: the template in another language."""

TranslateCounted: TypeAlias = Callable[[str, str, int], str]
"""ngettext: of the templates for one and for many the one that the number takes, in another language."""


class Sentence(str):
    """English text with the template and values that it was made of; made by `say` and `say_counted`.

    `plural` and `number`: the template for other numbers than one, and the number. Copies and pickles keep all of it.
    """

    __slots__ = ("number", "plural", "template", "values")

    template: str
    values: Mapping[str, Value]
    plural: str | None
    number: int

    def __new__(
        cls, template: str, values: Mapping[str, Value], plural: str | None = None, number: int = 1
    ) -> Sentence:
        """Raises `KeyError` when the template names a value that there is not."""
        english = template if plural is None else _uncounted(template, plural, number)
        sentence = super().__new__(cls, _filled(english, values, _untranslated, _uncounted))
        sentence.template, sentence.values, sentence.plural, sentence.number = template, dict(values), plural, number
        return sentence

    def __getnewargs__(self) -> tuple[str, Mapping[str, Value], str | None, int]:  # type: ignore[override]
        # str declares its own, for the text alone.
        return self.template, self.values, self.plural, self.number

    def translated(self, translate: Translate, translate_counted: TranslateCounted) -> str:
        """The sentence in the language of the two functions, with every sentence inside of it."""
        if self.plural is None:
            template = translate(self.template)
        else:
            template = translate_counted(self.template, self.plural, self.number)
        return _filled(template, self.values, translate, translate_counted)


def say(template: str, /, **values: Value) -> Sentence:
    """The template, filled. It must be a literal in the code, else the catalogues would not find it."""
    return Sentence(template, values)


def say_counted(count: int, one: str, many: str, /, **values: Value) -> Sentence:
    """The template for the number, filled: `one` for 1, `many` for all others; `{count}` in them is the number."""
    return Sentence(one, {"count": count} | values, many, count)


def joined(*sentences: str) -> str:
    """The sentences after each other, without the empty ones; "" when all are."""
    first, *others = [sentence for sentence in sentences if sentence] or [""]
    for other in others:
        first = say("{sentence} {next_sentence}", sentence=first, next_sentence=other)
    return first


def one_of(choices: Iterable[object]) -> Sentence:
    """ "a", "a or b", "a, b or c"."""
    *head, last = _listable(choices)
    return say("{choices} or {last}", choices=tuple(head), last=last) if head else _alone(last)


def all_of(things: Iterable[object]) -> Sentence:
    """ "a", "a and b", "a, b and c"."""
    *head, last = _listable(things)
    return say("{things} and {last}", things=tuple(head), last=last) if head else _alone(last)


def choose(choices: Collection[object]) -> Sentence:
    """The remedy for a wrong choice: "Choose a.", "Choose a or b.", "Choose one of a, b or c." """
    if len(choices) > 2:
        return say("Choose one of {choices}.", choices=one_of(choices))
    return say("Choose {choices}.", choices=one_of(choices))


def shortened(text: object, limit: int = 60) -> str:
    """What somebody sent, safe and short enough to quote inside a sentence."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text)[: limit + 1])
    return shown if len(shown) <= limit else shown[:limit] + "…"


def _listable(things: Iterable[object]) -> list[str]:
    return [thing if isinstance(thing, str) else str(thing) for thing in things]


def _alone(thing: str) -> Sentence:
    return thing if isinstance(thing, Sentence) else Sentence("{thing}", {"thing": thing})


def _filled(
    template: str, values: Mapping[str, Value], translate: Translate, translate_counted: TranslateCounted
) -> str:
    def shown(value: Value) -> str | int | float:
        if isinstance(value, tuple):
            return translate(_COMMA.template).join(str(shown(one)) for one in value)
        return value.translated(translate, translate_counted) if isinstance(value, Sentence) else value

    return _FIELD.sub(lambda field: str(shown(values[field[1]])), template)


def _untranslated(template: str) -> str:
    return template


def _uncounted(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


_COMMA = say(", ")
"""Between the things of a list; other languages write another one."""
