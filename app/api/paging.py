"""The words of an address that asks for one page of a list."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from app.api.text import printable
from app.domain.errors import InvalidRequest, Problem
from app.domain.ids import is_id
from app.domain.library import MOST_ON_A_PAGE


def read_arguments(
    arguments: MultiDict[str, str], *, several: tuple[str, ...] = (), known: tuple[str, ...] | None = None
) -> dict[str, str]:
    """Each once, but for `several`, which may also be given one by one; none but the `known`.

    `known`: `None` where somebody else refuses what is not known. Raises `InvalidRequest`.
    """
    values = {}
    for name, given in arguments.lists():
        if known is not None and name not in known:
            shown = printable(name)
            raise InvalidRequest((Problem(shown, "unknown_parameter", f"Unknown parameter: '{shown}'."),))
        if len(given) > 1 and name not in several:
            raise _invalid(name, "is given more than once")
        values[name] = ",".join(given)
    return values


def take_page(values: dict[str, str], what: str, *, default: int) -> tuple[str | None, int]:
    """Takes `before` (the id of a `what`, or `None`) and `limit` out of `values`. Raises `InvalidRequest`."""
    before, limit = values.pop("before", ""), values.pop("limit", str(default))
    if before and not is_id(before):
        raise _invalid("before", f"must be the id of a {what}")
    if not (limit.isascii() and limit.isdecimal() and len(limit) < 6 and 1 <= int(limit) <= MOST_ON_A_PAGE):
        raise _invalid("limit", f"must be a whole number from 1 to {MOST_ON_A_PAGE}")
    return before or None, int(limit)


def _invalid(name: str, what: str) -> InvalidRequest:
    shown = printable(name)
    return InvalidRequest((Problem(shown, "invalid_value", f"'{shown}' {what}."),))
