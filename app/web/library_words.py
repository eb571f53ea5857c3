"""The library's query in addresses: read from one, and written into the links and forms of a page."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from app.domain.errors import InvalidRequest
from app.domain.library_query import NAMES, LibraryQuery, read_query


def values_in(args: MultiDict[str, str]) -> dict[str, str]:
    """What an address says of the query; several tags may stand apart. What is none of its words is passed over."""
    return {name: ",".join(args.getlist(name)) if name == "tag" else args[name] for name in NAMES if args.get(name)}


def query_in(args: MultiDict[str, str]) -> LibraryQuery:
    """The query of an address; everything when it makes no sense."""
    try:
        return read_query(values_in(args))
    except InvalidRequest:
        return LibraryQuery()


def query_of(words: str) -> LibraryQuery:
    """The query that a hidden field of ours holds, as `words_of` wrote it."""
    return query_in(MultiDict(parse_qsl(words)))


def words_of(query: LibraryQuery) -> str:
    """The query as an address has it behind the question mark; empty for everything."""
    return urlencode(query.as_values())


def address(path: str, values: Mapping[str, str | None]) -> str:
    """The path with these words behind it; those that are empty are left out."""
    words = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{words}" if words else path


def library_address(query: LibraryQuery, before: str | None = None) -> str:
    """A page of what the query finds: the first, or the one after the picture `before`."""
    return address("/library", {**query.as_values(), "before": before})


def picture_address(picture_id: str, query: LibraryQuery) -> str:
    """A picture's page from which one walks through what the query finds."""
    return address(f"/pictures/{picture_id}", query.as_values())
