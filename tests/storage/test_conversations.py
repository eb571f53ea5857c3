"""Conversations on every database: written with their jobs, found by their words, forgotten as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from app.domain.conversations import Conversation
from app.domain.errors import NotFound
from app.domain.ids import new_id
from app.domain.jobs import Job, State
from app.domain.requests import Turn
from app.domain.search import terms_of
from app.domain.turns import NewTurn, Way
from app.storage.conversations import SqlConversations
from app.storage.engine import make_engine
from app.storage.exports import SqlExports
from app.storage.imports import SqlImports
from app.storage.jobs import SqlJobs
from app.storage.migrate import migrate
from tests.storage.making import ALICE, BOB, admitted, claimed, done, rejected, submitted

ODD = "猫 \0 \ud800 100% Straße"


@pytest.fixture
def conversations(engine: Engine) -> SqlConversations:
    return SqlConversations(engine)


def asked(words: str, text_model: str = "gpt-5.6-luna") -> Turn:
    return Turn(prompt=words, text_model=text_model, model="gpt-image-2")


def begun(jobs: SqlJobs, prompt: str, *, title: str = "", owner: str = ALICE, **answer: Any) -> NewTurn:
    """A conversation whose first turn is done, and answered in the words "Here it is."."""
    place = NewTurn(id=new_id(), conversation_id=new_id(), title=title or prompt)
    said(jobs, place, prompt, owner=owner, **answer)
    return place


def follow(jobs: SqlJobs, place: NewTurn, prompt: str, **wishes: Any) -> NewTurn:
    later = NewTurn(id=new_id(), conversation_id=place.conversation_id, parent_id=place.id)
    said(jobs, later, prompt, **wishes)
    return later


def said(
    jobs: SqlJobs, place: NewTurn, prompt: str, *, owner: str = ALICE, text_model: str = "t", **answer: Any
) -> Job:
    _, attempt, token = submitted(jobs, request=asked(prompt, text_model), owner=owner, turn=place)
    job = jobs.settle(attempt.id, token, done(**({"words": "Here it is.", "response_id": "resp_1"} | answer)))
    assert job is not None
    return job


def titles(conversations: SqlConversations, query: str = "", **asked: Any) -> list[str]:
    return [item.conversation.title for item in conversations.page(ALICE, terms_of(query), **asked).items]


def test_a_turn_comes_back_with_its_job_and_what_was_answered(jobs: SqlJobs, conversations: SqlConversations) -> None:
    first = begun(jobs, ODD, title="A title")
    second = follow(jobs, first, "make it evening", text_model="another", words=ODD)
    found = conversations.find(first.conversation_id, ALICE)
    assert found is not None
    assert [(turn.id, turn.parent_id, turn.prompt, turn.words) for turn in found.turns] == [
        (first.id, None, ODD, "Here it is."),
        (second.id, first.id, "make it evening", ODD),
    ]
    assert [turn.job.response_id for turn in found.turns] == ["resp_1", "resp_1"]
    assert found.turns[0].job == jobs.find(found.turns[0].job.id)
    assert (found.conversation.title, found.conversation.text_model) == ("A title", "another")
    assert conversations.place_of(found.turns[1].job.id, ALICE) == second


def test_somebody_elses_conversation_does_not_exist(jobs: SqlJobs, conversations: SqlConversations) -> None:
    place = begun(jobs, "a cat")
    dialogue = conversations.find(place.conversation_id, ALICE)
    assert dialogue is not None
    assert conversations.find(place.conversation_id, BOB) is None
    assert conversations.page(BOB, ()).items == ()
    assert conversations.rename(place.conversation_id, BOB, "mine") is None
    assert not conversations.delete(place.conversation_id, BOB)
    assert conversations.place_of(dialogue.turns[0].job.id, BOB) is None
    assert conversations.find(place.conversation_id, ALICE) == dialogue


def test_pages_follow_each_other_with_the_newest_turns_first(jobs: SqlJobs, conversations: SqlConversations) -> None:
    places = [begun(jobs, f"{number}") for number in range(5)]
    follow(jobs, places[1], "and on")
    first = conversations.page(ALICE, (), limit=2)
    second = conversations.page(ALICE, (), before=first.next, limit=2)
    third = conversations.page(ALICE, (), before=second.next, limit=2)
    seen = [[item.conversation.title for item in page.items] for page in (first, second, third)]
    assert (seen, third.next) == ([["1", "4"], ["3", "2"], ["0"]], None)
    newest = first.items[0]
    dialogue = conversations.find(places[1].conversation_id, ALICE)
    assert dialogue is not None
    assert (newest.turns, newest.picture) == (2, dialogue.turns[1].pictures[0])


def test_words_are_found_wherever_they_were_said(jobs: SqlJobs, conversations: SqlConversations) -> None:
    place = begun(jobs, "a wombat", title="Animals", words="With a STRASSE behind it.")
    follow(jobs, place, "make it evening", words="Dusk it is.")
    begun(jobs, "100% cotton", title="Cloth")
    expected = {
        "animals": ["Animals"],
        "wombat": ["Animals"],
        "straße": ["Animals"],
        "evening dusk wombat": ["Animals"],
        '"make it"': ["Animals"],
        "cotton": ["Cloth"],
        "100%": ["Cloth"],
        "%": ["Cloth"],
        "_": [],
        "evening cotton": [],
        "": ["Cloth", "Animals"],
    }
    assert {query: titles(conversations, query) for query in expected} == expected


def test_a_new_name_is_found_and_the_old_one_is_not(jobs: SqlJobs, conversations: SqlConversations) -> None:
    place = begun(jobs, "a cat", title="Old")
    renamed = conversations.rename(place.conversation_id, ALICE, ODD)
    assert isinstance(renamed, Conversation)
    assert (renamed.title, titles(conversations, "猫"), titles(conversations, "old")) == (ODD, [ODD], [])


def test_what_is_deleted_leaves_jobs_and_pictures(jobs: SqlJobs, conversations: SqlConversations) -> None:
    place, other = begun(jobs, "a cat"), begun(jobs, "a dog")
    dialogue = conversations.find(place.conversation_id, ALICE)
    assert dialogue is not None
    (turn,) = dialogue.turns
    assert conversations.delete(place.conversation_id, ALICE)
    assert not conversations.delete(place.conversation_id, ALICE)
    left = jobs.find(turn.job.id)
    assert left is not None
    assert (left.pictures, left.cost) == (turn.job.pictures, turn.job.cost)
    assert (left.words, left.response_id) == (None, None)
    assert titles(conversations) == ["a dog"]
    assert conversations.find(other.conversation_id, ALICE) is not None


def test_a_turn_of_a_deleted_conversation_is_not_admitted(jobs: SqlJobs, conversations: SqlConversations) -> None:
    place = begun(jobs, "a cat")
    conversations.delete(place.conversation_id, ALICE)
    with pytest.raises(NotFound):
        follow(jobs, place, "make it evening")
    assert len(jobs.recent(ALICE)) == 1
    assert jobs.sendable() == []


def test_a_turn_that_is_open_when_its_conversation_goes_still_ends(
    jobs: SqlJobs, conversations: SqlConversations
) -> None:
    place = NewTurn(id=new_id(), conversation_id=new_id(), title="a cat")
    _, attempt, token = submitted(jobs, request=asked("a cat"), turn=place)
    conversations.delete(place.conversation_id, ALICE)
    job = jobs.settle(attempt.id, token, done(words="Here it is."))
    assert job is not None
    assert (job.state, len(job.pictures)) == (State.DONE, 1)


def test_a_replayed_job_keeps_its_first_place(jobs: SqlJobs, conversations: SqlConversations) -> None:
    places = [NewTurn(id=new_id(), conversation_id=new_id(), title="a cat") for _ in range(2)]
    first, again = (admitted(jobs, request=asked("a cat"), key="k", turn=place) for place in places)
    assert first.id == again.id
    assert conversations.place_of(first.id, ALICE) == NewTurn(
        id=places[0].id, conversation_id=places[0].conversation_id
    )
    assert conversations.find(places[1].conversation_id, ALICE) is None


def test_the_way_is_noted_by_whoever_has_the_call_alone(jobs: SqlJobs) -> None:
    job = admitted(jobs, request=asked("a cat"))
    attempt, token = claimed(jobs, job)
    assert jobs.take_way(attempt.id, "another token", Way.IMAGE_API) is None
    noted = jobs.take_way(attempt.id, token, Way.IMAGE_API)
    assert noted is not None
    assert (noted.way, noted.notes, noted.state) == (Way.IMAGE_API, (Way.IMAGE_API.note,), State.SUBMITTED)
    assert jobs.find(job.id) == noted
    jobs.settle(attempt.id, token, rejected())
    assert jobs.take_way(attempt.id, token, Way.SHOWN_AGAIN) is None


def test_of_two_ways_the_one_that_was_refused_leaves_no_note(jobs: SqlJobs) -> None:
    job = admitted(jobs, request=asked("a cat"), warnings=("It is about to retire.",))
    attempt, token = claimed(jobs, job)
    jobs.take_way(attempt.id, token, Way.SHOWN_AGAIN)
    noted = jobs.take_way(attempt.id, token, Way.IMAGE_API)
    assert noted is not None
    assert (noted.way, noted.notes) == (Way.IMAGE_API, ("It is about to retire.", Way.IMAGE_API.note))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(None, tmp_path / "other")
    migrate(engine, tmp_path / "other")
    yield engine
    engine.dispose()


def test_conversations_move_to_another_studio(
    engine: Engine, other: Engine, jobs: SqlJobs, conversations: SqlConversations, tmp_path: Path
) -> None:
    place = begun(jobs, ODD, title="A title")
    follow(jobs, follow(jobs, place, "make it evening"), "and rain")
    with SqlExports(engine, tmp_path).snapshot() as snapshot:
        taken = {name: json.loads(json.dumps(list(snapshot.rows(name)))) for name in snapshot.tables()}
    for _ in range(2):
        SqlImports(other).take_in(lambda name: iter(taken[name]))
    there = SqlConversations(other)
    assert there.find(place.conversation_id, ALICE) == _without_tokens(conversations, place)
    assert [item.turns for item in there.page(ALICE, terms_of("evening")).items] == [3]


def _without_tokens(conversations: SqlConversations, place: NewTurn) -> Any:
    """The dialogue as it arrives elsewhere, where tokens mean nothing."""
    dialogue = conversations.find(place.conversation_id, ALICE)
    assert dialogue is not None
    turns = []
    for turn in dialogue.turns:
        attempts = tuple(replace(attempt, token=None) for attempt in turn.job.attempts)
        turns.append(replace(turn, job=replace(turn.job, attempts=attempts)))
    return replace(dialogue, turns=tuple(turns))
