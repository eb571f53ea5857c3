"""The words of an address that asks for one page of a list."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from app.api.text import more_than_once, unknown_parameter
from app.domain.errors import InvalidRequest, Problem
from app.domain.ids import is_id
from app.domain.library import MOST_ON_A_PAGE
from app.domain.sentences import say


def read_arguments(
    arguments: MultiDict[str, str], *, several: tuple[str, ...] = (), known: tuple[str, ...] | None = None
) -> dict[str, str]:
    """Each once, but for `several`, which may also be given one by one; none but the `known`.

    `known`: `None` where somebody else refuses what is not known. Raises `InvalidRequest`.
    """
    values = {}
    for name, given in arguments.lists():
        if known is not None and name not in known:
            raise InvalidRequest((unknown_parameter(name),))
        if len(given) > 1 and name not in several:
            raise InvalidRequest((more_than_once(name, "invalid_value"),))
        values[name] = ",".join(given)
    return values


def take_page(values: dict[str, str], *, default: int) -> tuple[str | None, int]:
    """Takes `before` (an id, or `None`) and `limit` out of `values`. Raises `InvalidRequest`."""
    before, limit = values.pop("before", ""), values.pop("limit", str(default))
    if before and not is_id(before):
        raise _invalid("before", say("'{name}' must be the value of 'next' in an earlier page.", name="before"))
    if not (limit.isascii() and limit.isdecimal() and len(limit) < 6 and 1 <= int(limit) <= MOST_ON_A_PAGE):
        sentence = say("'{name}' must be a whole number from 1 to {most}.", name="limit", most=MOST_ON_A_PAGE)
        raise _invalid("limit", sentence)
    return before or None, int(limit)


def _invalid(name: str, sentence: str) -> InvalidRequest:
    return InvalidRequest((Problem(name, "invalid_value", sentence),))
