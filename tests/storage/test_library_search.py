"""Search finds exactly the pictures that a plain reading of every text would, in any language, newest first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from app.domain.ids import first_id
from app.domain.library import Change
from app.domain.library_query import read_query
from app.domain.requests import Generate
from app.domain.search import searchable, terms_of
from app.storage import grams
from app.storage.engine import is_sqlite, make_engine, reading, writing
from app.storage.grams import position_of
from app.storage.jobs import SqlJobs
from app.storage.library import SqlPictures
from app.storage.library_search import find_pictures
from app.storage.library_text import describe_search, fill_index, merge_index, refresh
from app.storage.migrate import migrate
from app.storage.schema import PICTURE_TEXTS, PICTURES
from tests.storage.explaining import explain
from tests.storage.making import ALICE, BOB, PICTURE, drawn, execute

DAY = 86_400.0


@pytest.fixture
def library(engine: Engine) -> SqlPictures:
    return SqlPictures(engine)


def draw(jobs: SqlJobs, prompt: str = "a cat", **wishes: Any) -> str:
    model = wishes.pop("model", "gpt-image-2")
    picture = replace(PICTURE, **{name: wishes.pop(name) for name in ("width", "height") if name in wishes})
    return drawn(jobs, picture, request=Generate(prompt=prompt, model=model), **wishes).pictures[0].id


def found(library: SqlPictures, owner: str = ALICE, **words: str) -> list[str]:
    """The prompts of what is found, newest first."""
    shelf = library.page(owner, read_query(words), limit=500)
    assert shelf.next is None
    return [item.picture.prompt for item in shelf.items]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("cat", ["A CAT on 50% off_er", "concatenate"]),
        ("a", ['say "hi" \\ there', "A CAT on 50% off_er", "concatenate", "Straße nach Köln"]),
        ("STRASSE köln", ["Straße nach Köln"]),
        ("白猫", ["一只白猫在窗台上"]),
        ("猫", ["一只白猫在窗台上"]),
        ("窗 白", ["一只白猫在窗台上"]),
        ("白窗", []),
        ("%", ["A CAT on 50% off_er"]),
        ("_", ["A CAT on 50% off_er"]),
        ("\\", ['say "hi" \\ there']),
        ('"', ['say "hi" \\ there']),
        ('"cat on"', ["A CAT on 50% off_er"]),
        ('"on cat"', []),
        ('"hi" "say', []),
        ("cat nothing", []),
        ("' OR 1=1 --", []),
    ],
)
def test_every_word_must_occur_wherever_it_stands(
    jobs: SqlJobs, library: SqlPictures, query: str, expected: list[str]
) -> None:
    for prompt in ("Straße nach Köln", "concatenate", "一只白猫在窗台上", "A CAT on 50% off_er", 'say "hi" \\ there'):
        draw(jobs, prompt)
    assert found(library, query=query) == expected


def test_a_term_must_stand_there_whole_and_may_be_long(jobs: SqlJobs, library: SqlPictures) -> None:
    long = "".join(map(str, range(1000, 1100)))
    draw(jobs, "abcd bcde cdef")  # every piece of abcdef
    draw(jobs, f"x{long}y")
    assert found(library, query="abcdef") == []
    assert found(library, query=f'"{long}"') == [f"x{long}y"]
    assert found(library, query=f"{long}z") == []


WORDS = st.text(st.sampled_from('abAB  %_"\\\n猫白窗ßsé\u0301İ\0'), max_size=12)


def test_search_is_what_reading_every_text_would_be(jobs: SqlJobs, library: SqlPictures) -> None:
    ids = [draw(jobs, prompt) for prompt in ("aba", "", "白猫", 'b%a_ "ß"')]
    prompts = {item.picture.id: item.picture.prompt for item in library.select(ALICE, ids)}

    @settings(max_examples=25, deadline=None, derandomize=True, database=None)
    @given(st.lists(WORDS, min_size=4, max_size=4), st.lists(WORDS, min_size=4, max_size=4))
    @example(["猫猫猫", "a\0b", "\ud800", "İi"], ["猫猫", "\0", "\ud800", "i̇"])
    def search(notes: list[str], queries: list[str]) -> None:
        for one, note in zip(ids, notes, strict=True):
            library.change(ALICE, [one], Change(note=note))
        texts = {one: searchable([prompts[one], note]) for one, note in zip(ids, notes, strict=True)}
        for query in queries:
            expected = [one for one in sorted(ids, reverse=True) if all(t in texts[one] for t in terms_of(query))]
            shelf = library.page(ALICE, read_query({"query": query}))
            assert [item.picture.id for item in shelf.items] == expected

    search()


def test_tags_notes_and_revised_prompts_are_found_too_and_forgotten_when_they_go(
    jobs: SqlJobs, library: SqlPictures
) -> None:
    job = drawn(jobs, replace(PICTURE, revised_prompt="A portrait in oil"))
    one = job.pictures[0].id
    assert len(found(library, query="oil")) == 1
    library.change(ALICE, [one], Change(add_tags=("Grandmother",), note="for the hall"))
    assert len(found(library, query='grandmother "the hall" oil siamese')) == 1
    library.change(ALICE, [one], Change(remove_tags=("GRANDMOTHER",), note=""))
    assert found(library, query="grandmother") == found(library, query="hall") == []
    assert len(found(library, query="oil")) == 1


def test_every_filter_leaves_what_it_names(jobs: SqlJobs, library: SqlPictures, engine: Engine) -> None:
    wide = draw(jobs, "wide", width=1536, cost=10)
    tall = draw(jobs, "tall", height=1536, model="gpt-image-1", cost=20_000)
    square = draw(jobs, "square", practice=True, cost=30_000)
    library.change(ALICE, [wide, tall], Change(favourite=True, add_tags=("Two words",)))
    library.change(ALICE, [tall], Change(add_tags=("猫",)))
    album = library.add_album(ALICE, "Best")
    library.change(ALICE, [wide, square], Change(add_to_album=album.id))
    execute(engine, sa.update(PICTURES).where(PICTURES.c.id == square).values(kind="edit"))
    execute(engine, sa.update(PICTURE_TEXTS).values(indexed=True))
    with writing(engine) as connection:
        refresh(connection, [square])
    for words, expected in (
        ({}, ["square", "tall", "wide"]),
        ({"model": "gpt-image-1"}, ["tall"]),
        ({"kind": "edit"}, ["square"]),
        ({"favourite": "1"}, ["tall", "wide"]),
        ({"favourite": "0"}, ["square"]),
        ({"tag": "TWO  WORDS"}, ["tall", "wide"]),
        ({"tag": "two words,猫"}, ["tall"]),
        ({"tag": "two"}, []),
        ({"album": album.id}, ["square", "wide"]),
        ({"album": album.id, "tag": "two words"}, ["wide"]),
        ({"size": "landscape"}, ["wide"]),
        ({"size": "portrait"}, ["tall"]),
        ({"size": "square"}, ["square"]),
        ({"size": "1536x1024"}, ["wide"]),
        ({"min_cost": "0.02"}, ["square", "tall"]),
        ({"max_cost": "0.02"}, ["tall", "wide"]),
        ({"practice": "1"}, ["square"]),
        ({"practice": "0"}, ["tall", "wide"]),
        ({"query": "e", "favourite": "1", "tag": "two words", "model": "gpt-image-2", "size": "landscape"}, ["wide"]),
        ({"query": "l", "album": album.id}, []),
    ):
        assert found(library, **words) == expected, words
        assert library.count(ALICE, read_query(words), at_most=10) == len(expected)
        assert [item.picture.prompt for item in library.walk(ALICE, read_query(words))] == expected
    assert library.count(ALICE, read_query({}), at_most=2) == 2


def test_days_are_those_of_the_pictures_own_time(jobs: SqlJobs, library: SqlPictures, engine: Engine) -> None:
    one = draw(jobs)
    execute(engine, sa.update(PICTURES).values(created_at=1_780_000_000.0))  # 2026-05-28
    midday = first_id(1_780_000_000.0)
    with writing(engine) as connection:
        assert [one] == connection.execute(sa.select(PICTURES.c.id)).scalars().all()
    assert one > midday
    for words in ({"since": "2026-05-28"}, {"query": "cat", "since": "2026-05-28"}):
        assert found(library, **words) == ["a cat"]
    assert found(library, since="2026-05-29") == found(library, until="2026-05-27") == []


def test_nobody_finds_what_is_somebody_elses(jobs: SqlJobs, library: SqlPictures) -> None:
    one = draw(jobs, "a cat of Bob", owner=BOB)
    library.change(BOB, [one], Change(favourite=True, add_tags=("mine",)))
    album = library.add_album(BOB, "Bob's")
    library.change(BOB, [one], Change(add_to_album=album.id))
    for words in (
        {},
        {"query": "cat"},
        {"tag": "mine"},
        {"album": album.id},
        {"favourite": "1"},
        {"model": "gpt-image-2"},
    ):
        assert found(library, **words) == []
        assert found(library, BOB, **words) == ["a cat of Bob"]


@pytest.mark.parametrize("words", [{}, {"query": "cat"}, {"tag": "x"}, {"favourite": "1"}, {"model": "gpt-image-2"}])
def test_pages_and_neighbours_follow_one_order(jobs: SqlJobs, library: SqlPictures, words: dict[str, str]) -> None:
    query = read_query(words)
    several = drawn(jobs, *[PICTURE] * 7, request=Generate(prompt="a cat", model="gpt-image-2")).pictures
    ids = sorted((picture.id for picture in several), reverse=True)  # some of one millisecond
    library.change(ALICE, ids, Change(favourite=True, add_tags=("x",)))
    before, seen = None, []
    while True:
        shelf = library.page(ALICE, query, before=before, limit=3)
        seen += [item.picture.id for item in shelf.items]
        if shelf.next is None:
            break
        before = shelf.next
    assert seen == ids
    for newer, one, older in zip([None, *ids], ids, [*ids[1:], None], strict=False):
        assert library.neighbours(ALICE, query, one) == (newer, older)
    library.change(ALICE, [ids[3]], Change(delete=True))
    assert library.neighbours(ALICE, query, ids[3]) == (ids[2], ids[4])


def test_two_ids_that_begin_alike_are_both_found(jobs: SqlJobs, library: SqlPictures, engine: Engine) -> None:
    ids = [draw(jobs, "first"), draw(jobs, "second")]
    with writing(engine) as connection:
        connection.execute(sa.update(PICTURE_TEXTS).values(position=0, indexed=False, facets="", text=""))
        alike = position_of(ids[0])
        assert grams.free_positions(connection, [ids[0], ids[0]]) == [alike, alike - 1]
    fill_index(engine)
    assert found(library, query="first") == ["first"]
    assert found(library, query="second") == ["second"]


SORTS = "TEMP B-TREE"
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""PostgreSQL chooses its way by what it knows of the rows, and asks the same with and without its index."""


@pytest.mark.parametrize(
    ("words", "index"),
    [
        ({}, "ix_pictures_shown (owner=? AND id<?)"),
        ({"since": "2026-01-01"}, "ix_pictures_shown (owner=? AND id>? AND id<?)"),
        ({"favourite": "1"}, "ix_pictures_favourites (owner=? AND id<?)"),
        ({"bin": "1"}, "ix_pictures_bin (owner=? AND id<?)"),
        ({"tag": "x"}, "ix_picture_tags_owner_key_picture_id (owner=? AND key=? AND picture_id<?)"),
        ({"album": "0" * 26}, "sqlite_autoindex_album_pictures_1 (album_id=? AND picture_id<?)"),
        ({"query": "cat"}, "picture_grams VIRTUAL TABLE INDEX 192:M1<"),
        ({"query": "猫", "tag": "x", "favourite": "1"}, "picture_grams VIRTUAL TABLE INDEX 192:M1<"),
        ({"model": "gpt-image-2"}, "picture_grams VIRTUAL TABLE INDEX 192:M1<"),
    ],
)
@ON_SQLITE
def test_a_page_is_a_walk_along_an_index(engine: Engine, words: dict[str, str], index: str) -> None:
    with reading(engine) as connection:
        query = find_pictures(connection, ALICE, read_query(words), beyond="1" * 26).limit(61)
        plan = explain(connection, query)
    assert index in "\n".join(plan)
    assert not [line for line in plan if SORTS in line or line.startswith("SCAN pictures")]


@ON_SQLITE
def test_without_the_index_the_same_is_found_and_with_it_again(
    jobs: SqlJobs, engine: Engine, url: str, data_dir: Path
) -> None:
    draw(jobs, "drawn before")
    execute(engine, sa.text("DROP TABLE picture_grams"))
    other = make_engine(url, data_dir)
    library, jobs = SqlPictures(other), SqlJobs(other)
    assert describe_search(other) == "scan"
    draw(jobs, "drawn meanwhile")
    assert found(library, query="drawn e", model="gpt-image-2") == ["drawn meanwhile", "drawn before"]
    migrate(other, data_dir)
    assert describe_search(other) == "fts5"
    assert found(library, query="drawn e", model="gpt-image-2") == ["drawn meanwhile", "drawn before"]
    other.dispose()


def test_the_log_can_say_by_what_text_is_found(engine: Engine) -> None:
    assert describe_search(engine) == ("fts5" if is_sqlite(engine) else "pg_trgm")


def test_putting_the_index_together_loses_nothing_and_comes_to_an_end(
    jobs: SqlJobs, library: SqlPictures, engine: Engine
) -> None:
    ids = [draw(jobs, f"number {number}") for number in range(6)]
    library.change(ALICE, ids[:1], Change(note="changed"))
    assert bool(merge_index(engine)) is is_sqlite(engine)
    assert merge_index(engine) == 0
    assert found(library, query="number") == [f"number {number}" for number in reversed(range(6))]
    assert found(library, query="number changed") == ["number 0"]
