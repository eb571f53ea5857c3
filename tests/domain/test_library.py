"""Tags, names and queries: read as people write them, refused with every reason."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidRequest
from app.domain.ids import first_id, id_of, new_id, number_of
from app.domain.library import LONGEST_NAME, LONGEST_NOTE, MOST_TAGS, Change, read_tags
from app.domain.library_query import KINDS, NAMES, SHAPES, LibraryQuery, read_query
from app.domain.search import fold, searchable, terms_of


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("white CAT", ("white", "cat")),
        ('"white cat" sofa', ("white cat", "sofa")),
        ('"white   cat"', ("white cat",)),
        ('5" nail', ('5"', "nail")),
        ('say"hi"', ('say"hi"',)),
        ('"never closed', ('"never', "closed")),
        ('""hi""', ('"hi"',)),
        ("cat CAT ｃａｔ", ("cat",)),
        ("STRASSE straße", ("strasse",)),
        ("100% a_b c\\d", ("100%", "a_b", "c\\d")),
        (" \n\t ", ()),
    ],
)
def test_a_query_is_words_and_quoted_phrases(typed: str, terms: tuple[str, ...]) -> None:
    assert terms_of(typed) == terms


@given(st.text())
def test_folding_twice_changes_nothing_more_and_case_never_matters(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert "\n" not in fold(text)
    fold(text).encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Zs", "Zl", "Zp", "Cc"]), min_size=1).filter(fold))
def test_every_text_is_found_by_its_own_words(text: str) -> None:
    assert all(term in searchable(["before", text, None, "after"]) for term in terms_of(text))


def test_no_phrase_spans_two_parts() -> None:
    assert "white cat" not in searchable(["white", "cat"])


def test_tags_are_told_apart_by_commas_and_kept_once_as_first_written() -> None:
    assert read_tags(" Summer,  black  cat ,summer,, SUMMER ,x") == ("Summer", "black cat", "x")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tags": ("a,b",)}, "tags"),
        ({"tags": (" ",)}, "tags"),
        ({"add_tags": ("x" * (LONGEST_NAME + 1),)}, "add_tags"),
        ({"tags": tuple(map(str, range(MOST_TAGS + 1)))}, "tags"),
        ({"note": "x" * (LONGEST_NOTE + 1)}, "note"),
    ],
)
def test_names_and_notes_that_cannot_be_kept_are_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        Change(**changes)  # type: ignore[arg-type]  # one field or another
    assert [problem.field for problem in refused.value.problems] == [field]


QUERIES = st.builds(
    LibraryQuery,
    text=st.text(st.sampled_from('ab%_"\\猫 '), max_size=9).map(str.strip),
    model=st.none() | st.just("gpt-image-2"),
    kind=st.none() | st.sampled_from(KINDS),
    favourite=st.none() | st.booleans(),
    tags=st.lists(st.sampled_from(["cat", "Two words", "猫"]), unique=True).map(tuple),
    album=st.none() | st.just(new_id()),
    since=st.none() | st.dates(),
    until=st.none() | st.dates(),
    min_cost=st.none() | st.integers(0, 10**12),
    max_cost=st.none() | st.integers(0, 10**12),
    size=st.none() | st.sampled_from((*SHAPES, "1024x1536")),
    practice=st.none() | st.booleans(),
    in_bin=st.booleans(),
)


@given(QUERIES)
def test_the_address_bar_holds_the_whole_query(query: LibraryQuery) -> None:
    values = query.as_values()
    assert read_query(values) == query
    assert tuple(values) == tuple(name for name in NAMES if name in values)


def test_what_was_left_empty_in_a_form_was_not_chosen() -> None:
    assert read_query(dict.fromkeys(NAMES, "")) == LibraryQuery()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "draw"),
        ("favourite", "yes"),
        ("since", "2026-02-30"),
        ("since", "20260201"),
        ("until", "yesterday"),
        ("min_cost", "-1"),
        ("min_cost", "1e3"),
        ("max_cost", "0.0000001"),
        ("max_cost", "NaN"),
        ("size", "0x10"),
        ("size", "wide"),
        ("album", "Holidays"),
        ("query", "x" * 1001),
        ("query", " ".join(map(str, range(33)))),
        ("tag", ",".join(map(str, range(11)))),
        ("tag", "x" * 61),
        ("practice", "٣"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_query({name: value})
    assert {(problem.field, problem.code) for problem in refused.value.problems} == {(name, "invalid_value")}


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_query({"kind": "x", "colour": "red", "since": "x"})
    assert [problem.field for problem in refused.value.problems] == ["kind", "colour", "since"]
    assert refused.value.problems[1].code == "unknown_parameter"


def test_days_are_whole_and_in_utc() -> None:
    query = LibraryQuery(since=date(1970, 1, 2), until=date(1970, 1, 2))
    assert (query.begins_at, query.ends_before) == (86_400.0, 172_800.0)


@given(st.integers(0, 2**128 - 1))
def test_an_identifier_is_a_number(number: int) -> None:
    assert number_of(id_of(number)) == number


def test_ids_of_a_moment_and_later_come_after_the_first_of_it() -> None:
    assert first_id(1_000.0) <= new_id(1_000.0) < first_id(1_000.001)
    assert first_id(-5.0) == "0" * 26
