"""Which models exist on which day, who may ask, and what every answer carries."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.emulator import create_emulator
from tests.emulator.calls import KEY, error_of, generate

LIVE = {
    "gpt-image-2",
    "gpt-image-2-2026-04-21",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.5-sunburst-2026-09-08",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-flare-2026-09-08",
    "gpt-image-2.6-sunburst",
    "gpt-image-2.6-flare",
}
RETIRING = {"gpt-image-1-mini", "gpt-image-1.5", "gpt-image-1.5-2025-12-16", "chatgpt-image-latest"}


def listed(app: Flask) -> set[str]:
    answer = app.test_client().get("/v1/models", headers=KEY)
    assert answer.json is not None
    return {row["id"] for row in answer.json["data"]}


@pytest.mark.parametrize(
    ("today", "models"),
    [
        (date(2026, 11, 20), LIVE | RETIRING),
        (date(2026, 11, 30), LIVE | RETIRING),
        (date(2026, 12, 1), LIVE),
        (date(2026, 10, 22), LIVE | RETIRING | {"gpt-image-1"}),
        (date(2026, 5, 11), LIVE | RETIRING | {"gpt-image-1", "dall-e-2", "dall-e-3"}),
    ],
)
def test_a_model_is_gone_from_its_shutdown_date(today: date, models: set[str]) -> None:
    assert listed(create_emulator(today=today)) == models


def test_legacy_keeps_every_model_alive() -> None:
    app = create_emulator(legacy=True, today=date(2030, 1, 1))
    assert listed(app) == LIVE | RETIRING | {"gpt-image-1", "dall-e-2", "dall-e-3"}
    assert generate(app, model="gpt-image-1", size="1024x1024").status_code == 200


def test_a_model_tells_its_shutdown_date(emulator: Flask) -> None:
    client = emulator.test_client()
    assert client.get("/v1/models/gpt-image-1.5", headers=KEY).json == {
        "id": "gpt-image-1.5",
        "object": "model",
        "created": 1765843200,
        "owned_by": "system",
        "shutdown_date": "2026-12-01",
    }
    live = client.get("/v1/models/gpt-image-2", headers=KEY).json
    assert live is not None
    assert live["shutdown_date"] is None
    assert client.get("/v1/models/dall-e-3", headers=KEY).status_code == 404


def test_legacy_answers_without_a_model_as_it_was_documented(legacy: Flask, emulator: Flask) -> None:
    answer = generate(legacy, model=None, size="256x256")
    assert answer.json is not None
    assert "url" in answer.json["data"][0]
    assert error_of(generate(emulator, model=None))["message"] == "Missing required parameter: 'model'."


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer "}, {"Authorization": "Basic abc"}])
def test_no_key_no_answer(emulator: Flask, header: dict[str, str]) -> None:
    answer = emulator.test_client().get("/v1/models", headers=header)
    assert answer.status_code == 401
    assert error_of(answer)["message"].startswith("You didn't provide an API key.")
    assert error_of(answer)["type"] == "invalid_request_error"


def test_a_key_known_to_be_wrong_is_refused_and_not_repeated_in_full(emulator: Flask) -> None:
    header = {"Authorization": "Bearer sk-invalid-very-secret-1234"}
    answer = emulator.test_client().get("/v1/models", headers=header)
    error = error_of(answer)
    assert (answer.status_code, error["code"], error["type"]) == (401, "invalid_api_key", "invalid_request_error")
    assert error["message"].startswith("Incorrect API key provided: sk-inval*")
    assert error["message"].endswith("You can find your API key at https://platform.openai.com/account/api-keys.")
    assert "secret" not in error["message"]


def test_with_a_fixed_key_only_that_key_enters() -> None:
    app = create_emulator(key="the-one")
    client = app.test_client()
    assert client.get("/v1/models", headers=KEY).status_code == 401
    assert client.get("/v1/models", headers={"Authorization": "Bearer the-one"}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/models", "/v1/nothing", "/v1/images/generations"])
def test_every_answer_carries_the_headers_of_the_service(emulator: Flask, path: str) -> None:
    answer = emulator.test_client().get(path, headers=KEY)
    assert answer.headers["x-request-id"].startswith("req_")
    assert answer.headers["openai-version"] == "2020-10-01"
    assert answer.headers["openai-processing-ms"].isdigit()
    assert answer.headers["x-ratelimit-limit-requests"].isdigit()


def test_an_address_that_does_not_exist_says_so(emulator: Flask) -> None:
    answer = emulator.test_client().post("/v1/pictures", json={}, headers=KEY)
    assert answer.status_code == 404
    assert error_of(answer)["message"] == "Invalid URL (POST /v1/pictures)"
    wrong_method = emulator.test_client().get("/v1/images/generations", headers=KEY)
    assert wrong_method.status_code == 405


def test_two_emulators_share_nothing() -> None:
    first, second = create_emulator(key="a"), create_emulator(key="b")
    assert first.test_client().get("/v1/models", headers={"Authorization": "Bearer a"}).status_code == 200
    assert second.test_client().get("/v1/models", headers={"Authorization": "Bearer a"}).status_code == 401
