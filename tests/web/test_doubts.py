"""A job that did not end well: what can be done about it is on its page, and never happens by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from app.domain.accounts import STUDIO
from app.domain.errors import Fault
from app.domain.jobs import Job, Settlement, State
from app.domain.requests import Generate
from app.wiring import Studio
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, ask, at_rest, drawn, end, kept

NO_ANSWER = Fault("outcome_unknown", "No answer came.", may_have_cost=True)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """A studio over a gateway, where money is real; nothing is ever sent."""
    with open_studio(tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9/v1", ATELIER_DAILY_BUDGET_USD="0.9") as studio:
        yield at_rest(studio)


def lost(studio: Studio, **wishes: object) -> Job:
    """A job that was sent and never answered."""
    wanted = Generate(prompt="a white cat", model="gpt-image-2", **wishes)  # type: ignore[arg-type]  # as they are
    return end(studio, ask(studio, wanted), State.UNKNOWN, keep_hold=True, fault=NO_ANSWER)


def press(visitor: Visitor, page: Document, action: str) -> TestResponse:
    """Press the button of one of the page's forms, as it stands."""
    page.one("form", action=action)
    hidden = {e["name"]: e["value"] for e in page.all("input", type="hidden")}
    return visitor.client.post(action, data=hidden)


def jobs_of(studio: Studio) -> list[str]:
    return [job.id for job in studio.jobs.recent(STUDIO)]


def test_an_unknown_outcome_tells_what_was_asked_when_and_what_it_may_have_cost(
    studio: Studio, visitor: Visitor
) -> None:
    job = lost(studio, size="1024x1024", quality="low", n=2)
    page = visitor.open(f"/jobs/{job.id}")
    asked = [item.text for item in page.all("dd")]
    for told in ("gpt-image-2", "1024 × 1024", "Low", "2"):
        assert told in asked
    assert page.all("time")
    assert "May have costup to $0.012" in page.text
    assert "up to $0.012 stays reserved" in page.text
    assert page.one("button", class_="button button-paid").text == "Make it again (may be charged again)"
    assert "About $0.012, at most $0.012." in page.text


def test_it_was_not_billed_releases_the_hold_and_says_so(studio: Studio, visitor: Visitor) -> None:
    job = lost(studio)
    answer = press(visitor, visitor.open(f"/jobs/{job.id}"), f"/jobs/{job.id}/not-billed")
    assert (answer.status_code, answer.location) == (303, f"/jobs/{job.id}")
    page = visitor.open(answer.location)
    assert "It was marked as not billed; nothing is reserved for it any more." in page.text
    assert "Marked as not billed; the hold was released." in page.text
    assert not page.all("form", action=f"/jobs/{job.id}/not-billed")
    assert studio.jobs.find(STUDIO, job.id).held == 0
    assert studio.jobs.find(STUDIO, job.id).state is State.UNKNOWN


def test_making_it_again_is_a_new_job_of_the_same_request(studio: Studio, visitor: Visitor) -> None:
    job = lost(studio, quality="low", n=2)
    answer = press(visitor, visitor.open(f"/jobs/{job.id}"), f"/jobs/{job.id}/again")
    assert answer.status_code == 303
    made = studio.jobs.find(STUDIO, answer.location.rpartition("/")[2])
    assert (made.request, made.state) == (job.request, State.QUEUED)
    assert jobs_of(studio) == [made.id, job.id]
    assert studio.jobs.find(STUDIO, job.id) == job


def test_pressing_twice_is_one_new_job_and_another_visit_may_make_another(studio: Studio, visitor: Visitor) -> None:
    job = lost(studio, quality="low")
    page = visitor.open(f"/jobs/{job.id}")
    first, second = (press(visitor, page, f"/jobs/{job.id}/again") for _ in range(2))
    assert first.location == second.location
    third = press(visitor, visitor.open(f"/jobs/{job.id}"), f"/jobs/{job.id}/again")
    assert third.location != first.location
    assert len(jobs_of(studio)) == 3


def test_back_finds_the_same_button_so_that_pressing_it_again_is_the_same_job(studio: Studio, visitor: Visitor) -> None:
    assert visitor.open(f"/jobs/{lost(studio).id}").response.headers["Cache-Control"] == "private, no-cache"
    assert visitor.open(f"/jobs/{drawn(studio, picture()).id}").response.headers["Cache-Control"] == "private, no-cache"
    assert visitor.open(f"/jobs/{ask(studio).id}").response.headers["Cache-Control"] == "no-store"


def test_making_it_again_is_refused_with_402_when_the_hold_leaves_too_little(studio: Studio, visitor: Visitor) -> None:
    dear = {"size": "1024x1024", "quality": "high", "n": 3}
    job = lost(studio, **dear)
    refused = press(visitor, visitor.open(f"/jobs/{job.id}"), f"/jobs/{job.id}/again")
    assert refused.status_code == 402
    assert "is left" in refused.text
    press(visitor, visitor.open(f"/jobs/{job.id}"), f"/jobs/{job.id}/not-billed")
    assert press(visitor, visitor.open(f"/jobs/{job.id}"), f"/jobs/{job.id}/again").status_code == 303


@pytest.mark.parametrize("way", ["again", "not-billed"])
def test_both_ways_need_the_forms_token_and_the_owner(studio: Studio, visitor: Visitor, way: str) -> None:
    job = lost(studio)
    assert visitor.client.post(f"/jobs/{job.id}/{way}", data={"submission": "0" * 26}).status_code == 400
    assert visitor.client.get(f"/jobs/{job.id}/{way}").status_code == 405
    theirs = end(studio, ask(studio, owner="bob"), State.UNKNOWN, keep_hold=True, fault=NO_ANSWER)
    assert visitor.send(f"/jobs/{theirs.id}/{way}").status_code == 404
    assert visitor.send(f"/jobs/nonsense/{way}").status_code == 404
    assert studio.jobs.find(STUDIO, job.id) == job
    assert jobs_of(studio) == [job.id]
    assert studio.jobs.find("bob", theirs.id).held == theirs.held


def test_what_is_still_open_is_not_made_a_second_time(studio: Studio, visitor: Visitor) -> None:
    job = ask(studio)
    assert visitor.send(f"/jobs/{job.id}/again").location == f"/jobs/{job.id}"
    assert jobs_of(studio) == [job.id]


@pytest.mark.parametrize(
    ("state", "fault", "label"),
    [
        (State.FAILED, Fault("upstream_bad_response", "No picture."), "Make it again (may be charged again)"),
        (State.REJECTED, Fault("upstream_unreachable", "No way there.", retryable=True), "Make it again"),
        (State.REJECTED, Fault("content_rejected", "It is not drawn."), None),
        (State.DONE, None, "Again"),
    ],
)
def test_the_button_stands_where_the_same_request_may_work_and_warns_where_it_was_paid_for(
    studio: Studio, visitor: Visitor, state: State, fault: Fault | None, label: str | None
) -> None:
    job = end(studio, ask(studio), state, fault=fault)
    page = visitor.open(f"/jobs/{job.id}")
    assert [button.text for button in page.all("button", class_="button button-paid")] == ([label] if label else [])
    assert not page.all("form", action=f"/jobs/{job.id}/not-billed")


def test_what_was_cancelled_can_be_made_after_all(studio: Studio, visitor: Visitor) -> None:
    job = ask(studio)
    studio.jobs.cancel(STUDIO, job.id)
    page = visitor.open(f"/jobs/{job.id}")
    assert page.one("button", class_="button button-paid").text == "Make it again"


def test_a_job_that_brought_one_picture_of_two_still_asks_about_the_other(studio: Studio, visitor: Visitor) -> None:
    job = ask(studio, Generate(prompt="a cat", model="dall-e-3", n=2))
    assert len(job.attempts) == 2
    endings = (
        Settlement(state=State.DONE, pictures=(kept(studio, picture()),), cost=40_000, basis="estimate"),
        Settlement(state=State.UNKNOWN, fault=NO_ANSWER, keep_hold=True),
    )
    for attempt, ending in zip(job.attempts, endings, strict=True):
        found = studio.jobs.store.claim(attempt.id, "tests", 30.0)
        assert found is not None
        claimed, _ = found
        assert claimed.token is not None
        studio.jobs.store.settle(attempt.id, claimed.token, ending)
    page = visitor.open(f"/jobs/{job.id}")
    assert "Not every call was answered" in page.text
    assert page.all("img", alt="a cat")
    press(visitor, page, f"/jobs/{job.id}/not-billed")
    after = studio.jobs.find(STUDIO, job.id)
    assert (after.state, after.held, after.cost) == (State.DONE, 0, 40_000)


def test_in_practice_the_money_is_called_practice_money(tmp_path: Path) -> None:
    with open_studio(tmp_path / "practice") as studio:
        resting = at_rest(studio)
        job = lost(resting)
        text = Visitor(resting).open(f"/jobs/{job.id}").text
    assert "in practice money" in text
    assert "Practice: nothing is charged." in text
