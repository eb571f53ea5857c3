"""Jobs as scripts see them: shown, followed, previewed, cancelled, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.domain.ids import new_id
from app.domain.requests import Generate
from app.wiring import Studio
from tests.studios import client_of, open_studio
from tests.upstream import Upstream, picture_answer

ASYNC = {"Prefer": "respond-async"}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path) as studio:
        yield studio


@pytest.fixture
def client(studio: Studio) -> FlaskClient:
    return client_of(studio)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture
def one_at_a_time(tmp_path: Path, upstream: Upstream) -> Iterator[FlaskClient]:
    """A client of a studio that makes one call at a time."""
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url, ATELIER_CONCURRENCY="1") as studio:
        yield client_of(studio)


@pytest.fixture
def finished(client: FlaskClient) -> str:
    """The id of a job that is done and had two previews."""
    request = {"prompt": "a cat", "size": "1024x640", "output_format": "jpeg", "partial_images": 2}
    return str(client.post("/generate_image", json=request).json["job"]["id"])


def events_of(text: str) -> list[tuple[int, str, dict[str, Any]]]:
    """The events of a stream: id, kind and data."""
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if "data" in fields:
            events.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return events


def test_a_job_says_what_was_asked_what_came_and_what_it_cost(client: FlaskClient, finished: str) -> None:
    job = client.get(f"/api/jobs/{finished}").json
    assert (job["id"], job["kind"], job["state"], job["error"]) == (finished, "generate", "done", None)
    assert job["request"]["prompt"] == "a cat"
    assert job["created_at"] <= job["submitted_at"] <= job["finished_at"]
    assert job["cost"]["actual_usd"] == "0.009250"
    (picture,) = job["images"]
    assert (picture["width"], picture["height"], picture["mime_type"]) == (1024, 640, "image/jpeg")
    assert len(client.get(picture["url"], buffered=True).data) == picture["bytes"]


@pytest.mark.parametrize("tail", ["", "/events", "/previews/" + "0" * 64])
@pytest.mark.parametrize(
    "wrong", ["01m7x8gxe1ay9v4e8ccrf2jjcs", "0" * 25, "0" * 27, "I" * 26, "ſ" * 26, "a'--", "..%2f..", "%00"]
)
def test_an_unknown_or_malformed_id_is_no_job(client: FlaskClient, wrong: str, tail: str) -> None:
    answer = client.get(f"/api/jobs/{wrong}{tail}")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("GET", "/events"), ("POST", "/cancel")])
def test_somebody_elses_job_looks_like_none(studio: Studio, client: FlaskClient, method: str, tail: str) -> None:
    foreign = studio.generation.submit("bob", Generate(prompt="a cat", model="gpt-image-2"), key=None).job.id
    refused = client.open(f"/api/jobs/{foreign}{tail}", method=method)
    unknown = client.open(f"/api/jobs/{new_id()}{tail}", method=method)
    assert refused.status_code == unknown.status_code == 404
    assert refused.json | {"request_id": ""} == unknown.json | {"request_id": ""}


def test_a_preview_of_somebody_elses_job_is_not_given_out_for_its_digest(
    studio: Studio, client: FlaskClient, finished: str
) -> None:
    request = Generate(prompt="a cat", model="gpt-image-2", size="1024x640", partial_images=1)
    foreign = studio.generation.wait(studio.generation.submit("bob", request, key=None).job, 20).id
    (digest,) = [event.data["digest"] for event in studio.jobs.events("bob", foreign) if event.kind == "partial"]
    for job in (foreign, finished):
        assert client.get(f"/api/jobs/{job}/previews/{digest}").status_code == 404


def test_the_events_of_a_job_tell_its_whole_life_and_end(client: FlaskClient, finished: str) -> None:
    events = events_of(client.get(f"/api/jobs/{finished}/events").text)
    assert [kind for _, kind, _ in events] == ["state", "state", "partial", "partial", "state", "done"]
    assert [data.get("state") for _, kind, data in events if kind != "partial"] == [
        "queued",
        "submitted",
        "done",
        "done",
    ]
    assert sorted(number for number, _, _ in events) == [number for number, _, _ in events]


def test_a_preview_is_a_picture_in_a_sandbox(client: FlaskClient, finished: str) -> None:
    events = events_of(client.get(f"/api/jobs/{finished}/events").text)
    previews = [client.get(data["url"]) for _, kind, data in events if kind == "partial"]
    assert [preview.mimetype for preview in previews] == ["image/jpeg"] * 2
    assert all(preview.data.startswith(b"\xff\xd8") for preview in previews)
    assert previews[0].headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert previews[0].headers["X-Content-Type-Options"] == "nosniff"


def test_last_event_id_resumes(client: FlaskClient, finished: str) -> None:
    url = f"/api/jobs/{finished}/events"
    events = events_of(client.get(url).text)
    fourth = events[3][0]
    assert events_of(client.get(url, headers={"Last-Event-ID": str(fourth)}).text) == events[4:]


def test_whoever_comes_back_after_the_last_event_is_sent_away_for_good(client: FlaskClient, finished: str) -> None:
    """Browsers reconnect to a stream that ended; 204 is how the standard has them stop."""
    url = f"/api/jobs/{finished}/events"
    last = events_of(client.get(url).text)[-1][0]
    for mark in (last, last + 1000):
        answer = client.get(url, headers={"Last-Event-ID": str(mark)})
        assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize("mark", ["", "x", "-1", "1.5", "²", "9" * 30, " "])
def test_a_last_event_id_that_is_none_of_ours_starts_from_the_beginning(
    client: FlaskClient, finished: str, mark: str
) -> None:
    url = f"/api/jobs/{finished}/events"
    assert events_of(client.get(url, headers={"Last-Event-ID": mark}).text) == events_of(client.get(url).text)


def test_a_failed_job_closes_its_stream_with_the_reason(client: FlaskClient) -> None:
    refused = client.post("/generate_image", json={"prompt": "a cat", "model": "no-such-model"})
    job = refused.json["job"]["id"]
    assert events_of(client.get(f"/api/jobs/{job}/events").text)[-1][1:] == (
        "failed",
        {"state": "rejected", "code": "upstream_invalid_request"},
    )


def test_events_arrive_while_the_job_runs(one_at_a_time: FlaskClient, upstream: Upstream) -> None:
    upstream.script(picture_answer().after(0.3))
    job = one_at_a_time.post("/generate_image", json={"prompt": "a cat"}, headers=ASYNC).json
    assert events_of(one_at_a_time.get(f"/api/jobs/{job['id']}/events").text)[-1][1] == "done"


def test_too_many_listeners_are_told_to_come_back(one_at_a_time: FlaskClient, upstream: Upstream) -> None:
    upstream.script(picture_answer().after(1.0))
    url = one_at_a_time.post("/generate_image", json={"prompt": "a cat"}, headers=ASYNC).location + "/events"
    listeners = []
    while (answer := one_at_a_time.get(url, buffered=False)).status_code == 200:
        listeners.append(answer)
    assert (answer.status_code, answer.json["code"]) == (429, "rate_limited")
    assert int(answer.headers["Retry-After"]) >= 1
    for listener in listeners:
        listener.close()
    assert one_at_a_time.get(url, buffered=True).status_code == 200


def test_what_was_not_sent_is_cancelled_and_costs_nothing(one_at_a_time: FlaskClient, upstream: Upstream) -> None:
    upstream.script(picture_answer().after(0.5))
    sent = one_at_a_time.post("/generate_image", json={"prompt": "first"}, headers=ASYNC).json["id"]
    queued = one_at_a_time.post("/generate_image", json={"prompt": "second"}, headers=ASYNC).json["id"]
    answer = one_at_a_time.post(f"/api/jobs/{queued}/cancel")
    assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
    assert answer.json["cancellation"] == "Cancelled before it was sent; nothing was charged."
    assert (answer.json["cost"]["held_usd"], answer.json["cost"]["actual_usd"]) == ("0.000000", None)
    assert events_of(one_at_a_time.get(f"/api/jobs/{queued}/events").text)[-1][1] == "failed"
    assert events_of(one_at_a_time.get(f"/api/jobs/{sent}/events").text)[-1][1] == "done"
    assert [call.json["prompt"] for call in upstream.ledger] == ["first"]


def test_whoever_asks_for_a_cancelled_job_again_hears_so(one_at_a_time: FlaskClient, upstream: Upstream) -> None:
    upstream.script(picture_answer().after(0.5))
    one_at_a_time.post("/generate_image", json={"prompt": "first"}, headers=ASYNC)
    key = {"Idempotency-Key": "order-1"}
    queued = one_at_a_time.post("/generate_image", json={"prompt": "second"}, headers=ASYNC | key).json["id"]
    one_at_a_time.post(f"/api/jobs/{queued}/cancel")
    answer = one_at_a_time.post("/generate_image", json={"prompt": "second"}, headers=key)
    assert (answer.status_code, answer.json["code"], answer.json["job"]["id"]) == (409, "cancelled", queued)
    assert answer.headers["Idempotent-Replayed"] == "true"


def test_what_was_sent_cannot_be_cancelled_and_is_said_to_be_charged(
    one_at_a_time: FlaskClient, upstream: Upstream
) -> None:
    upstream.script(picture_answer().after(0.5))
    job = one_at_a_time.post("/generate_image", json={"prompt": "a cat"}, headers=ASYNC).json["id"]
    while one_at_a_time.get(f"/api/jobs/{job}").json["state"] == "queued":
        pass
    answer = one_at_a_time.post(f"/api/jobs/{job}/cancel").json
    assert answer["state"] == "submitted"
    assert answer["cancellation"] == "Too late: it was sent already. What comes back is kept and charged."
    assert events_of(one_at_a_time.get(f"/api/jobs/{job}/events").text)[-1][1] == "done"


def test_what_is_done_stays_done(client: FlaskClient, finished: str) -> None:
    answer = client.post(f"/api/jobs/{finished}/cancel").json
    assert (answer["state"], answer["cancellation"]) == ("done", "Too late: the job has ended already.")


def test_cancelling_is_not_done_by_looking(client: FlaskClient, finished: str) -> None:
    answer = client.get(f"/api/jobs/{finished}/cancel")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "OPTIONS, POST"
