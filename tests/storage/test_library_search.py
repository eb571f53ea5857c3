"""Search finds exactly the pictures that a plain reading of every text would, in any language, newest first."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from app.domain.library_query import read_query
from app.domain.requests import Generate
from app.storage.jobs import SqlJobs
from app.storage.library import SqlPictures
from tests.storage.making import ALICE, PICTURE, done, submitted


@pytest.fixture
def library(engine: Engine) -> SqlPictures:
    return SqlPictures(engine)


def draw(jobs: SqlJobs, prompt: str, owner: str = ALICE, model: str = "gpt-image-2") -> str:
    _, attempt, token = submitted(jobs, owner=owner, request=Generate(prompt=prompt, model=model))
    job = jobs.settle(attempt.id, token, done(PICTURE))
    assert job is not None
    return job.pictures[0].id


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
