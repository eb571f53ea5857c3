"""The library's use cases: what can be named at once, and what has no name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.accounts import STUDIO
from app.domain.errors import InvalidRequest, NotFound
from app.domain.ids import new_id
from app.domain.library import MOST_IDS, Change
from app.domain.library_query import LibraryQuery
from app.services.library import Library
from app.wiring import Studio
from tests.studios import LogBook, open_studio
from tests.upstream import picture
from tests.web.visiting import at_rest, drawn


@pytest.fixture
def log() -> LogBook:
    return LogBook()


@pytest.fixture
def studio(tmp_path: Path, log: LogBook) -> Iterator[Studio]:
    with open_studio(tmp_path, log) as studio:
        yield at_rest(studio)


@pytest.fixture
def library(studio: Studio) -> Library:
    return studio.library


def test_a_thousand_pictures_can_be_named_at_once_and_no_more(library: Library) -> None:
    ids = [new_id() for _ in range(MOST_IDS)]
    assert library.change(STUDIO, [*ids, *ids, "no id at all"], Change(favourite=True)) == ()
    assert library.select(STUDIO, ids) == []
    for ask in (
        lambda: library.change(STUDIO, [*ids, new_id()], Change(delete=True)),
        lambda: library.select(STUDIO, [*ids, new_id()]),
    ):
        with pytest.raises(InvalidRequest, match="At most 1,000"):
            ask()


@pytest.mark.parametrize("wrong", ["", "x", "0" * 26, "../../etc/passwd"])
def test_what_is_not_there_is_not_found(library: Library, wrong: str) -> None:
    for ask in (
        lambda: library.find(STUDIO, wrong),
        lambda: library.item(STUDIO, wrong),
        lambda: library.family(STUDIO, wrong),
        lambda: library.change_one(STUDIO, wrong, Change(favourite=True)),
        lambda: library.rename_album(STUDIO, wrong, "name"),
        lambda: library.remove_album(STUDIO, wrong),
        lambda: library.change(STUDIO, [], Change(add_to_album=wrong)),
    ):
        with pytest.raises(NotFound):
            ask()
    assert library.page(STUDIO, LibraryQuery(), before=wrong).items == ()


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_an_album_needs_a_name(library: Library, name: str) -> None:
    with pytest.raises(InvalidRequest):
        library.add_album(STUDIO, name)
    assert library.add_album(STUDIO, "  two   words ").name == "two words"


def test_upkeep_empties_the_bin_after_thirty_days_and_not_before(studio: Studio) -> None:
    one = drawn(studio, picture((8, 8))).pictures[0]
    studio.library.change(STUDIO, [one.id], Change(delete=True))
    studio.upkeep.in_turn["bin"]()
    assert studio.library.item(STUDIO, one.id, in_bin=True).picture.digest == one.digest
    assert studio.library.empty_bin(STUDIO) == 1


def test_the_log_says_at_the_start_by_what_text_is_found(studio: Studio, log: LogBook) -> None:
    (line,) = [line for line in log.lines if line["event"] == "started"]
    assert line["search"] in ("fts5", "scan")
