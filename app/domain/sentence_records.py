"""Sentences as plain JSON values, for rows and archives."""

from __future__ import annotations

from typing import Any

from app.domain.sentences import Sentence, Value

_LONGEST_TEXT = 4_000
_LONGEST_TEMPLATE = 1_000
_LONGEST_LIST = 100
_DEEPEST = 8
"""Sentences inside of sentences. The limits are for archives, which may have been written by anybody."""


def as_record(text: str) -> Any:
    """A `Sentence` with its template and values, anything else as it is; `from_record` is its inverse.

    A sentence beyond all limits is kept as its English text.
    """
    record = _written(text)
    try:
        from_record(record)
    except ValueError:
        return str(text)
    return record


def from_record(record: Any) -> str:
    """The text that was kept. Raises `LookupError` or `ValueError` for what `as_record` never wrote."""
    if isinstance(record, str):
        return record
    sentence = _read(record, 0)
    if not isinstance(sentence, Sentence):
        raise ValueError("not a sentence")
    return sentence


def _written(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    if not isinstance(value, Sentence):
        return value
    record = {
        "template": value.template,
        "values": {name: _written(inner) for name, inner in value.values.items()},
    }
    return record if value.plural is None else record | {"plural": value.plural, "number": value.number}


def _read(record: Any, depth: int) -> Value:
    match record:
        case int() | float():
            return record
        case str() if len(record) <= _LONGEST_TEXT:
            return record
        case list() if len(record) <= _LONGEST_LIST and depth <= _DEEPEST:
            return tuple(_read(one, depth + 1) for one in record)
        case {"template": str(template), "values": dict(values)} if depth <= _DEEPEST:
            return _sentence(template, values, record.get("plural"), record.get("number", 1), depth)
        case _:
            raise ValueError("neither a sentence nor what fills one")


def _sentence(template: str, values: dict[str, Any], plural: Any, number: Any, depth: int) -> Sentence:
    if not isinstance(number, int) or not isinstance(plural, str | None):
        raise ValueError("neither for one nor for many")
    if max(len(template), len(plural or "")) > _LONGEST_TEMPLATE:
        raise ValueError("longer than any template")
    read = {name: _read(value, depth + 1) for name, value in values.items()}
    sentence = Sentence(template, read, plural, number)
    if len(sentence) > _LONGEST_TEXT:
        raise ValueError("longer than any sentence")
    return sentence
