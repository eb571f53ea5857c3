"""`POST /generate_image`: the contract, over the emulator and over a scripted upstream."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from app.domain.jobs import State
from tests.studios import client_of, open_studio
from tests.upstream import (
    Answer,
    Upstream,
    b64,
    cut,
    error_body,
    html,
    json_answer,
    picture,
    picture_answer,
    picture_body,
    reset_before_body,
    sse_picture,
    status,
)


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[FlaskClient]:
    with open_studio(tmp_path) as studio:
        yield client_of(studio)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture
def client(tmp_path: Path, upstream: Upstream) -> Iterator[FlaskClient]:
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url, OPENAI_API_KEY="sk-canary-5f1c") as studio:
        yield client_of(studio)


def opened(encoded: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(encoded)))


def test_a_prompt_alone_brings_a_picture(practice: FlaskClient) -> None:
    answer = practice.post("/generate_image", json={"prompt": "a white siamese cat"})
    assert answer.status_code == 200
    body = answer.json
    assert opened(body["image_base64"]).size == (1024, 1024)
    assert body["size"] == "1024x1024"
    first = body["images"][0]
    assert first["image_base64"] == body["image_base64"]
    assert (first["mime_type"], first["width"], first["height"]) == ("image/png", 1024, 1024)
    assert body["job"]["state"] == "done"
    assert body["practice"] is True
    assert body["replayed"] is False
    assert body["cost"]["actual_usd"] == "0.005930"
    assert answer.content_length == len(answer.data)


@pytest.mark.parametrize("body", [{}, {"prompt": ""}, {"prompt": " \n"}, {"prompt": None}, {"model": "gpt-image-2"}])
def test_without_a_prompt_the_answer_is_the_promised_sentence(practice: FlaskClient, body: dict[str, Any]) -> None:
    answer = practice.post("/generate_image", json=body)
    assert answer.status_code == 400
    assert answer.json["error"] == "No prompt provided"
    assert {name: answer.json[name] for name in ("code", "param", "retryable", "job")} == {
        "code": "missing_prompt",
        "param": "prompt",
        "retryable": False,
        "job": None,
    }
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_several_pictures_in_another_format_come_as_asked(practice: FlaskClient) -> None:
    answer = practice.post(
        "/generate_image",
        json={"prompt": "leaves", "n": 2, "size": "1024x640", "output_format": "webp", "output_compression": 40},
    ).json
    pictures = [opened(item["image_base64"]) for item in answer["images"]]
    assert [(p.format, p.size) for p in pictures] == [("WEBP", (1024, 640))] * 2
    assert answer["images"][0]["image_base64"] != answer["images"][1]["image_base64"]
    assert answer["output_format"] == "webp"


def test_everything_wrong_is_told_at_once_and_nothing_is_sent(client: FlaskClient, upstream: Upstream) -> None:
    answer = client.post("/generate_image", json={"prompt": "x", "size": "12x12", "quality": "ultra", "style": "vivid"})
    assert answer.status_code == 400
    assert {problem["field"] for problem in answer.json["problems"]} == {"size", "quality", "style"}
    assert answer.json["job"] is None
    assert upstream.ledger == []


def test_only_what_was_chosen_is_sent(client: FlaskClient, upstream: Upstream) -> None:
    client.post("/generate_image", json={"prompt": "a cat"})
    client.post(
        "/generate_image",
        json={
            "prompt": "a cat",
            "model": "gpt-image-2.6-flare",
            "n": 2,
            "size": None,
            "complexity": "low",
            "user": "u1",
        },
    )
    upstream.script(json_answer({"created": 1, "data": [{"b64_json": b64(picture())}]}))
    client.post("/generate_image", json={"prompt": "a cat", "model": "dall-e-3", "style": "natural"})
    assert [call.json for call in upstream.ledger] == [
        {"model": "gpt-image-2", "prompt": "a cat"},
        {"model": "gpt-image-2.6-flare", "prompt": "a cat", "n": 2, "complexity": "low", "user": "u1"},
        {"model": "dall-e-3", "prompt": "a cat", "style": "natural", "response_format": "b64_json"},
    ]


def test_the_answers_bytes_are_the_providers_bytes(client: FlaskClient, upstream: Upstream) -> None:
    data = picture(size=(48, 32), file_format="JPEG")
    upstream.script(json_answer(picture_body() | {"data": [{"b64_json": b64(data)}]}))
    body = client.post("/generate_image", json={"prompt": "a cat"}).json
    assert base64.b64decode(body["image_base64"]) == data
    assert body["images"][0]["mime_type"] == "image/jpeg"
    assert (body["size"], body["output_format"]) == ("64x64", "jpeg")


@pytest.mark.parametrize(
    ("item", "revised"),
    [
        ({"b64_json": b64(picture())}, None),
        ({"b64_json": "data:image/png;base64," + b64(picture())}, None),
        ({"b64_json": b64(picture()), "url": "", "revised_prompt": ""}, None),
        ({"url": "data:image/png;base64," + b64(picture()), "b64_json": ""}, None),
        ({"b64_json": b64(picture()), "url": None, "revised_prompt": "a better cat"}, "a better cat"),
    ],
)
def test_gateways_may_wrap_base64_as_they_like(
    client: FlaskClient, upstream: Upstream, item: dict[str, Any], revised: str | None
) -> None:
    upstream.script(json_answer({"created": 1, "data": [item]}))
    body = client.post("/generate_image", json={"prompt": "a cat"}).json
    assert base64.b64decode(body["image_base64"]) == picture()
    assert body["images"][0]["revised_prompt"] == revised
    assert body["cost"]["basis"] == "estimate"


@pytest.mark.parametrize(
    ("played", "expected_status", "code", "state", "may_be_resent"),
    [
        (status(400, error_body("No.", code="moderation_blocked")), 400, "content_rejected", "rejected", False),
        (status(400, error_body("No.", code="invalid_value")), 400, "upstream_invalid_request", "rejected", False),
        (
            status(401, error_body("Incorrect API key provided: sk-canary-5f1c.")),
            502,
            "upstream_auth",
            "rejected",
            False,
        ),
        (status(403), 502, "upstream_auth", "rejected", False),
        (status(429, error_body("No money.", code="insufficient_quota")), 503, "upstream_quota", "rejected", False),
        (status(500), 502, "outcome_unknown", "unknown", False),
        (status(502, "<html>bad gateway</html>"), 502, "outcome_unknown", "unknown", False),
        (reset_before_body(), 502, "outcome_unknown", "unknown", False),
        (cut(picture_answer(), 100), 502, "outcome_unknown", "unknown", False),
        (html(), 502, "upstream_bad_response", "failed", False),
        (json_answer({"created": 1, "data": []}), 502, "upstream_bad_response", "failed", False),
        (json_answer({"created": 1, "data": [{"b64_json": "!!!"}]}), 502, "upstream_bad_response", "failed", False),
        (
            json_answer({"created": 1, "data": [{"b64_json": b64(b"text")}]}),
            502,
            "upstream_bad_response",
            "failed",
            False,
        ),
    ],
    ids=lambda value: getattr(value, "label", str(value)),  # a repr holds addresses, which xdist refuses
)
def test_every_fault_is_one_call_one_code_and_one_state(
    client: FlaskClient,
    upstream: Upstream,
    played: Answer,
    expected_status: int,
    code: str,
    state: str,
    may_be_resent: bool,
) -> None:
    upstream.script(played)
    answer = client.post("/generate_image", json={"prompt": "a cat"})
    assert (answer.status_code, answer.json["code"]) == (expected_status, code)
    assert answer.json["job"]["state"] == state
    assert "canary" not in answer.text
    assert len(upstream.ledger) == 1

    job = client.get(f"/api/jobs/{answer.json['job']['id']}").json
    settled, held = job["cost"]["actual_usd"], job["cost"]["held_usd"]
    match state:
        case "rejected":
            assert (settled, held) == (None, "0.000000")
        case "unknown":
            assert settled is None
            assert held == job["cost"]["at_most_usd"] != "0.000000"
        case "failed":
            assert (settled, held) == (job["cost"]["estimate_usd"], "0.000000")


def test_a_rate_limit_is_waited_out_and_the_call_made_again(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(status(429, error_body("Slow down.", code="rate_limit_exceeded"), {"Retry-After": "1"}))
    answer = client.post("/generate_image", json={"prompt": "a cat"})
    assert answer.status_code == 200
    assert len(upstream.ledger) == 2
    assert upstream.ledger[1].at - upstream.ledger[0].at >= 1.0


def test_previews_wanted_of_several_pictures_become_single_calls_of_one_job(
    client: FlaskClient, upstream: Upstream
) -> None:
    upstream.script(*[sse_picture(partials=2)] * 3)
    body = client.post("/generate_image", json={"prompt": "a cat", "n": 3, "partial_images": 2}).json
    assert len(body["images"]) == 3
    assert [call.json["stream"] for call in upstream.ledger] == [True] * 3
    assert {call.json["n"] for call in upstream.ledger} == {1}


def test_what_came_is_kept_although_another_call_of_the_job_failed(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(sse_picture(partials=1), html())
    answer = client.post("/generate_image", json={"prompt": "a cat", "n": 2, "partial_images": 1})
    assert answer.status_code == 200
    assert len(answer.json["images"]) == 1
    job = client.get(f"/api/jobs/{answer.json['job']['id']}").json
    assert job["state"] == "done"
    assert job["error"]["code"] == "upstream_bad_response"


def test_fewer_pictures_than_asked_are_kept_and_said(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(picture_answer(n=1))
    body = client.post("/generate_image", json={"prompt": "a cat", "n": 3}).json
    assert len(body["images"]) == 1
    assert any("3 pictures were asked for" in note for note in body["notes"])


def test_a_key_makes_a_retry_the_same_job(client: FlaskClient, upstream: Upstream) -> None:
    headers = {"Idempotency-Key": "order-1"}
    first = client.post("/generate_image", json={"prompt": "a cat"}, headers=headers)
    again = client.post("/generate_image", json={"prompt": "a cat"}, headers=headers)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json["replayed"] is True
    assert again.json["image_base64"] == first.json["image_base64"]
    assert again.json["job"] == first.json["job"]
    other = client.post("/generate_image", json={"prompt": "a dog"}, headers=headers)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")
    assert other.json["job"] == first.json["job"], "the job that the key stands for"
    assert len(upstream.ledger) == 1


@pytest.mark.parametrize("key", ["", "a" * 256, "with space", "naïve"])
def test_an_unusable_key_is_refused(client: FlaskClient, upstream: Upstream, key: str) -> None:
    answer = client.post("/generate_image", json={"prompt": "a cat"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["param"]) == (400, "Idempotency-Key")
    assert upstream.ledger == []


def test_reuse_answers_from_the_newest_identical_result(client: FlaskClient, upstream: Upstream) -> None:
    first = client.post("/generate_image", json={"prompt": "a cat", "reuse": True}).json
    again = client.post("/generate_image", json={"prompt": "a cat", "reuse": True}).json
    anew = client.post("/generate_image", json={"prompt": "a cat"}).json
    assert (first["replayed"], again["replayed"], anew["replayed"]) == (False, True, False)
    assert again["job"] == first["job"]
    assert len(upstream.ledger) == 2


def test_who_does_not_want_to_wait_gets_a_job_to_look_at(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(picture_answer().after(0.3))
    answer = client.post("/generate_image", json={"prompt": "a cat"}, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    location = answer.headers["Location"]
    assert location == f"/api/jobs/{answer.json['id']}"
    assert answer.json["state"] in ("queued", "submitted")
    while (job := client.get(location).json)["state"] not in (State.DONE, State.FAILED):
        pass
    assert job["images"][0]["url"] == f"/pictures/{job['images'][0]['id']}/file"
    assert "image_base64" not in json.dumps(job)


def test_who_wants_to_wait_a_moment_gets_202_after_it(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(picture_answer().after(1.5))
    answer = client.post("/generate_image", json={"prompt": "a cat"}, headers={"Prefer": "wait=1"})
    assert answer.status_code == 202


def test_a_daily_cap_stops_before_anything_is_sent(tmp_path: Path, upstream: Upstream) -> None:
    settings = {"OPENAI_BASE_URL": upstream.base_url, "ATELIER_DAILY_BUDGET_USD": "0.01"}
    request = {"prompt": "a cat", "size": "1024x1024", "quality": "low"}
    with open_studio(tmp_path, **settings) as studio:
        client = client_of(studio)
        assert client.post("/generate_image", json=request).status_code == 200
        refused = client.post("/generate_image", json=request)
    assert (refused.status_code, refused.json["code"]) == (402, "budget_exceeded")
    assert refused.json["details"]["cap"] == "daily"
    assert refused.json["details"]["left_usd"] == "0.004050"
    assert len(upstream.ledger) == 1


def test_a_retired_model_is_refused_against_openai_itself_with_its_replacement(tmp_path: Path) -> None:
    with open_studio(tmp_path, OPENAI_API_KEY="sk-canary-5f1c") as studio:
        answer = client_of(studio).post("/generate_image", json={"prompt": "a cat", "model": "dall-e-3"})
    assert (answer.status_code, answer.json["code"], answer.json["param"]) == (400, "unsupported_by_model", "model")
    assert "gpt-image-2" in answer.json["error"]


def test_a_model_that_nobody_knows_passes_with_a_warning(client: FlaskClient, upstream: Upstream) -> None:
    body = client.post("/generate_image", json={"prompt": "a cat", "model": "flux-9-pro", "size": "500x500"}).json
    assert upstream.ledger[0].json == {"model": "flux-9-pro", "prompt": "a cat", "size": "500x500"}
    assert any("flux-9-pro" in note for note in body["notes"])
