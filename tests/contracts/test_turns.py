"""Turns through the whole studio: the rules of paid calls hold for them as for single pictures.

After every case the upstream's ledger of calls is compared with ours.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.accounts import STUDIO
from app.domain.costs import Usage
from app.domain.jobs import Job, State
from app.domain.requests import Generate, InputPicture, Turn
from app.domain.turns import CHAIN_GONE, Way
from app.storage.jobs import SqlJobs
from app.storage.schema import ATTEMPTS
from app.wiring import Studio
from tests.provider.turns import (
    FAILED_CALL,
    a_turn,
    completed,
    message,
    previews,
    turn_answer,
    turn_stream,
)
from tests.storage.making import execute
from tests.studios import LogBook, open_studio
from tests.upstream import Answer, Upstream, b64, error_body, picture, picture_answer, reset_at_once, status

GONE = status(400, error_body("Previous response with id 'resp_0' not found.", code="previous_response_not_found"))
NO_SUCH_ADDRESS = status(404, "404 page not found")
TEXT_USAGE = Usage(
    text_model_input_tokens=40,
    text_model_cached_tokens=8,
    text_model_written_tokens=4,
    text_model_output_tokens=30,
)
BOTH_USAGE = TEXT_USAGE + Usage(input_text_tokens=20, output_image_tokens=196)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture
def log() -> LogBook:
    return LogBook()


@pytest.fixture
def studio(tmp_path: Path, upstream: Upstream, log: LogBook) -> Iterator[Studio]:
    with open_studio(tmp_path, log, OPENAI_BASE_URL=upstream.base_url) as opened:
        yield opened


def done(studio: Studio, turn: Turn) -> Job:
    """The job of a turn once it ended."""
    submission = studio.generation.submit(STUDIO, turn, key=None)
    job = studio.generation.wait(submission.job, 15)
    assert job.state.is_final
    return job


def last_picture(studio: Studio) -> InputPicture:
    """A picture that an earlier turn drew, in the blob store."""
    job = studio.generation.wait(studio.generation.submit(STUDIO, Generate(prompt="x", model="m"), key=None).job, 15)
    (drawn,) = job.pictures
    return InputPicture(drawn.digest, drawn.mime_type, drawn.width, drawn.height, drawn.byte_size)


def ways(log: LogBook) -> list[str]:
    """In which ways turns were sent after they had been refused as asked."""
    return [line["way"] for line in log.lines if line["event"] == "turn_sent_otherwise"]


def spent(studio: Studio) -> tuple[int, int]:
    """(settled, held) of what was ever spent, as the spending page has it."""
    ever = studio.costs.store.spending(since=0.0, practice=False)
    return ever.settled, ever.held + ever.unknown


def test_a_turn_is_settled_by_what_both_models_used(studio: Studio, upstream: Upstream) -> None:
    upstream.script(turn_answer())
    job = done(studio, a_turn())
    assert (job.state, job.basis, job.usage, len(job.pictures)) == (State.DONE, "usage", BOTH_USAGE, 1)
    assert job.cost == studio.catalogue.cost_of(job.request, BOTH_USAGE)
    assert spent(studio) == (job.cost, 0)
    assert len(upstream.ledger) == 1


def test_an_answer_in_words_is_done_and_costs_its_words(studio: Studio, upstream: Upstream) -> None:
    upstream.script(turn_answer(message("It is a cat."), tool_usage=None))
    job = done(studio, a_turn(tool_choice="auto"))
    assert (job.state, job.usage, job.pictures, job.fault) == (State.DONE, TEXT_USAGE, (), None)
    assert job.notes == ("The answer came in words; no picture was drawn.",)
    assert spent(studio) == (studio.catalogue.cost_of(job.request, TEXT_USAGE), 0)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (turn_answer(FAILED_CALL, message("No."), tool_usage=None), "content_rejected"),
        (turn_answer(message(""), tool_usage=None), "upstream_bad_response"),
        (turn_stream(*previews(0), *completed(output=[FAILED_CALL], tool_usage=None)), "content_rejected"),
    ],
    ids=["failed call", "nothing at all", "failed call, streamed"],
)
def test_an_answer_without_its_picture_fails_and_costs_what_it_used(
    answer: Answer, code: str, studio: Studio, upstream: Upstream, tmp_path: Path
) -> None:
    upstream.script(answer)
    job = done(studio, a_turn(partial_images=1))
    assert job.fault is not None
    assert (job.state, job.fault.code, job.basis, job.usage) == (State.FAILED, code, "usage", TEXT_USAGE)
    assert spent(studio) == (job.cost, 0)
    assert len(list((tmp_path / "data" / "spool").iterdir())) == 1, "what came back is kept"
    assert len(upstream.ledger) == 1


def test_a_forgotten_chain_is_shown_again_once_and_by_itself(studio: Studio, upstream: Upstream, log: LogBook) -> None:
    last = last_picture(studio)
    upstream.script(GONE, turn_answer())
    job = done(studio, a_turn(previous="resp_0", fallback=last))
    _, first, second = upstream.ledger
    assert first.json["previous_response_id"] == "resp_0"
    assert "previous_response_id" not in second.json
    shown = second.json["input"][0]["content"]
    assert shown == [
        {"type": "input_text", "text": "a cat"},
        {"type": "input_image", "image_url": f"data:image/png;base64,{b64(picture())}"},
    ]
    assert (job.state, job.attempts[0].tries) == (State.DONE, 1)
    assert (job.way, job.notes) == (Way.SHOWN_AGAIN, (Way.SHOWN_AGAIN.note,))
    assert ways(log) == [Way.SHOWN_AGAIN]


def test_it_is_not_shown_a_third_time(studio: Studio, upstream: Upstream) -> None:
    last = last_picture(studio)
    refused = status(400, error_body("No.", param="previous_response_id"))
    upstream.script(GONE, refused)
    job = done(studio, a_turn(previous="resp_0", fallback=last))
    assert job.state is State.REJECTED
    assert len(upstream.ledger) == 3
    assert spent(studio)[1] == 0


def test_nothing_is_sent_again_once_something_may_have_run(studio: Studio, upstream: Upstream) -> None:
    last = last_picture(studio)
    upstream.script(GONE, reset_at_once())
    job = done(studio, a_turn(previous="resp_0", fallback=last))
    assert job.state is State.UNKNOWN
    assert len(upstream.ledger) == 3
    assert spent(studio)[1] == job.held > 0


def test_without_a_picture_to_show_a_forgotten_chain_is_the_end(studio: Studio, upstream: Upstream) -> None:
    upstream.script(GONE)
    job = done(studio, a_turn(previous="resp_0"))
    assert job.fault is not None
    assert (job.state, job.fault.code, job.held) == (State.REJECTED, CHAIN_GONE, 0)
    assert spent(studio) == (0, 0)
    assert len(upstream.ledger) == 1


def test_a_provider_without_conversations_is_asked_for_the_picture_alone(
    studio: Studio, upstream: Upstream, log: LogBook
) -> None:
    last = last_picture(studio)
    upstream.script(NO_SUCH_ADDRESS, picture_answer(), NO_SUCH_ADDRESS)
    first = done(studio, a_turn(quality="low", moderation="low"))
    second = done(studio, a_turn(prompt="at night", quality="low", fallback=last))
    _, _, generation, _, edit = upstream.ledger
    assert (generation.path, generation.json) == (
        "/v1/images/generations",
        {"model": "gpt-image-2", "prompt": "a cat", "quality": "low", "moderation": "low"},
    )
    assert (edit.path, edit.fields["prompt"], edit.files[0].data) == ("/v1/images/edits", ["at night"], picture())
    for job in (first, second):
        assert (job.state, job.basis, job.way, len(job.pictures)) == (State.DONE, "usage", Way.IMAGE_API, 1)
        assert (job.notes, job.response_id) == ((Way.IMAGE_API.note,), None)
    assert ways(log) == [Way.IMAGE_API] * 2


def test_a_chain_forgotten_where_there_are_no_conversations_any_more_is_still_answered_once(
    studio: Studio, upstream: Upstream, log: LogBook
) -> None:
    last = last_picture(studio)
    upstream.script(GONE, NO_SUCH_ADDRESS)
    job = done(studio, a_turn(previous="resp_0", fallback=last))
    assert (job.state, job.way, len(upstream.ledger)) == (State.DONE, Way.IMAGE_API, 4)
    assert ways(log) == [Way.SHOWN_AGAIN, Way.IMAGE_API]


def test_a_picture_asked_for_alone_is_never_asked_for_twice(studio: Studio, upstream: Upstream) -> None:
    upstream.script(NO_SUCH_ADDRESS, reset_at_once())
    job = done(studio, a_turn())
    assert (job.state, len(upstream.ledger)) == (State.UNKNOWN, 2)
    assert spent(studio)[1] == job.held > 0


def test_the_way_is_known_to_whoever_finishes_for_a_dead_process(
    studio: Studio, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        died.set()
        raise OSError("killed between the answer and its settlement")

    died = threading.Event()
    monkeypatch.setattr(SqlJobs, "settle", die)
    upstream.script(NO_SUCH_ADDRESS, picture_answer())
    job = studio.generation.submit(STUDIO, a_turn(quality="low"), key=None).job
    assert died.wait(15)
    monkeypatch.undo()
    jobs = studio.jobs.store
    assert isinstance(jobs, SqlJobs)
    execute(jobs._engine, sa.update(ATTEMPTS).values(lease_until=0.0))
    deadline = time.monotonic() + 15
    while not jobs.find(job.id).state.is_final:  # type: ignore[union-attr]  # it is there
        assert time.monotonic() < deadline
        studio.recovery.sweep()
        time.sleep(0.02)
    ended = studio.jobs.find(STUDIO, job.id)
    assert (ended.state, ended.way, len(ended.pictures)) == (State.DONE, Way.IMAGE_API, 1)
    assert len(upstream.ledger) == 2


def test_a_way_that_cannot_be_noted_is_not_taken(
    studio: Studio, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("UPDATE", None, RuntimeError("disk I/O error"))

    monkeypatch.setattr(SqlJobs, "take_way", fail)
    upstream.script(NO_SUCH_ADDRESS)
    job = done(studio, a_turn())
    assert (job.state, job.held, len(upstream.ledger)) == (State.REJECTED, 0, 1)


def test_a_failed_second_turn_leaves_the_first_whole(studio: Studio, upstream: Upstream) -> None:
    upstream.script(turn_answer(), status(500), turn_answer())
    first = done(studio, a_turn())
    failed = done(studio, a_turn(prompt="at night", previous="resp_1"))
    assert (failed.state, failed.request.prompt) == (State.UNKNOWN, "at night")  # type: ignore[union-attr]  # a turn
    found = studio.jobs.find(STUDIO, first.id)
    assert found.pictures == first.pictures
    assert done(studio, a_turn(prompt="at noon", previous="resp_1")).state is State.DONE


def test_the_same_key_is_the_same_turn(studio: Studio, upstream: Upstream) -> None:
    upstream.script(turn_answer())
    turn = a_turn(previous="resp_0")
    first = studio.generation.submit(STUDIO, turn, key="k")
    again = studio.generation.submit(STUDIO, replace(turn), key="k")
    assert (again.replayed, again.job.id) == (True, first.job.id)
    studio.generation.wait(first.job, 15)
    assert len(upstream.ledger) == 1


def test_practice_goes_on_from_turn_to_turn_and_after_a_restart(tmp_path: Path) -> None:
    """The emulator's memory ends with its process; then the picture is shown again."""
    first = replace(a_turn(prompt="a lighthouse"), size="1024x640", quality="low")
    with open_studio(tmp_path) as studio:
        (drawn,) = done(studio, first).pictures
    last = InputPicture(drawn.digest, drawn.mime_type, drawn.width, drawn.height, drawn.byte_size)
    log = LogBook()
    with open_studio(tmp_path, log) as studio:
        second = done(studio, replace(first, prompt="at night", previous="resp_of_the_first_process", fallback=last))
    assert (second.state, len(second.pictures)) == (State.DONE, 1)
    assert ways(log) == [Way.SHOWN_AGAIN]
