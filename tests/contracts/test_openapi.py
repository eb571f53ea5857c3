"""`GET /openapi.json` and what is really answered are one thing: schemathesis asks, over the emulator.

The studio has a password here, so that the description of who may enter is tried too.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.api.openapi import describe
from app.domain.catalogue import load_catalogue
from app.edge.rooms import Entry, Room, Speech
from app.factory import create_app
from tests.api.editing import MASK, OTHER, PICTURE
from tests.studios import open_studio
from tests.upstream import Answer, Upstream, b64, cut, error_body, html, picture_answer, status


def sealed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every described object closed: answers may hold nothing that is not described."""
    document = copy.deepcopy(document)

    def seal(schema: Any) -> None:
        if isinstance(schema, dict):
            if "properties" in schema:
                schema.setdefault("additionalProperties", False)
            for inner in schema.values():
                seal(inner)
        elif isinstance(schema, list):
            for inner in schema:
                seal(inner)

    seal(document["components"]["schemas"])
    return document


# At collection, because schemathesis makes one test of each operation; nothing is started for it.
SCHEMA = schemathesis.openapi.from_dict(
    sealed(describe(load_catalogue())),
    config=schemathesis.Config(seed=2026),
)

bounded = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)

ABOUT_THE_FORM = {"invalid_json", "invalid_type", "unknown_parameter", "unsupported_media_type"}


@dataclass(frozen=True)
class Studio:
    """An application to ask, and a token for it."""

    app: Flask
    headers: dict[str, str]

    def answer(self, case: schemathesis.Case, *, upstream_fails: bool = False) -> schemathesis.Response:
        """Ask, and hold the answer to the description. A 5xx is a fault of ours unless `upstream_fails`."""
        case.operation.schema.app = self.app  # how schemathesis tells a WSGI application from a server elsewhere
        # Whether a model takes a value is not the schema's to say, so sound requests may be refused.
        excluded = [positive_data_acceptance, *([not_a_server_error] if upstream_fails else [])]
        return case.call_and_validate(app=self.app, headers=self.headers, excluded_checks=excluded, timeout=20)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with open_studio(tmp_path_factory.mktemp("openapi"), ATELIER_PASSWORD="correct horse battery") as opened:
        token = opened.accounts.create_token("schemathesis")
        yield Studio(create_app(opened), {"Authorization": f"Bearer {token}"})


@pytest.fixture(scope="module")
def drawn(studio: Studio) -> dict[str, str]:
    """Path parameters of a job that is done, with one preview."""
    client = studio.app.test_client()
    request = {"prompt": "a cat", "size": "1024x640", "partial_images": 1}
    job = client.post("/generate_image", json=request, headers=studio.headers).json["job"]["id"]
    log = client.get(f"/api/jobs/{job}/events", headers=studio.headers).text
    return {"job_id": job, "digest": log.partition("/previews/")[2][:64]}


@SCHEMA.parametrize()
@bounded
def test_whatever_is_asked_gets_a_described_answer(case: schemathesis.Case, studio: Studio) -> None:
    answer = studio.answer(case)
    # JSON Schema counts 2.0 among the integers and cannot say otherwise; the parser wants 2.
    fraction = isinstance(case.body, dict) and any(isinstance(value, float) for value in case.body.values())
    if answer.status_code >= 400 and not fraction and case.meta and case.meta.generation.mode.is_positive:
        refusal = answer.json()
        of_a_file = refusal["code"] == "unsupported_media_type" and refusal["param"] in ("image", "mask")
        assert of_a_file or refusal["code"] not in ABOUT_THE_FORM, "the schema lets through what the parser refuses"


@pytest.mark.parametrize("path", [path for path in SCHEMA if "{job_id}" in path])
def test_what_is_said_of_a_job_is_as_described(path: str, studio: Studio, drawn: dict[str, str]) -> None:
    (operation,) = SCHEMA[path].values()
    known = {name: value for name, value in drawn.items() if f"{{{name}}}" in path}
    assert studio.answer(operation.Case(path_parameters=known)).status_code == 200


def test_sensible_requests_get_pictures_as_described(studio: Studio) -> None:
    operation = SCHEMA["/generate_image"]["POST"]
    statuses: Counter[int] = Counter()
    requests = st.fixed_dictionaries(
        {"prompt": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)},
        optional={
            "model": st.sampled_from(["dall-e-2", "gpt-image-2", "gpt-image-2.5-flare", None]),
            "n": st.sampled_from([1, 2, None]),
            "size": st.sampled_from(["1024x640", "256x256", "auto", None]),
            "output_format": st.sampled_from(["png", "jpeg", "webp", None]),
            "partial_images": st.sampled_from([0, 1, None]),
            "user": st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
            "reuse": st.booleans(),
        },
    )
    preferences = st.sampled_from([{}, {"Prefer": "wait=20"}, {"Prefer": "respond-async"}])

    @bounded
    @given(requests, preferences)
    def ask(request: dict[str, Any], preference: dict[str, str]) -> None:
        statuses[studio.answer(operation.Case(body=request, headers=preference)).status_code] += 1

    ask()
    assert set(statuses) <= {200, 202, 400}
    assert statuses[200] >= 5
    assert statuses[202] >= 1


EDIT = {"prompt": "a hat", "image": [b64(PICTURE), b64(OTHER)], "mask": b64(MASK), "quality": "low"}


@pytest.mark.parametrize(
    ("path", "body", "media_type", "expected"),
    [
        ("/edit_image", EDIT, "application/json", 200),
        ("/edit_image", EDIT | {"mask": None, "extend_to": "1:1", "size": "auto"}, "application/json", 200),
        ("/vary_image", {"image": b64(PICTURE), "strength": "subtle"}, "application/json", 200),
        ("/vary_image", {"image": b64(PICTURE), "model": "dall-e-2"}, "application/json", 200),
        ("/api/quote", EDIT | {"kind": "edit"}, "application/json", 200),
        ("/api/quote", {"kind": "vary", "image": b64(PICTURE)}, "application/json", 200),
        ("/edit_image", {"prompt": "a hat", "image": [PICTURE, OTHER], "mask": MASK}, "multipart/form-data", 200),
        ("/api/uploads", {"image": PICTURE}, "multipart/form-data", 201),
        ("/api/conversations", EDIT | {"size": "auto"}, "application/json", 200),
        ("/api/conversations", {"prompt": "a hat", "image": [PICTURE], "quality": "low"}, "multipart/form-data", 200),
        ("/api/quote", EDIT | {"kind": "turn"}, "application/json", 200),
        ("/api/quote", {"kind": "turn", "prompt": "a hat", "after": "start"}, "multipart/form-data", 200),
    ],
    ids=[f"{number}" for number in range(12)],
)
def test_pictures_from_pictures_are_answered_as_described(
    path: str, body: dict[str, Any], media_type: str, expected: int, studio: Studio
) -> None:
    answer = studio.answer(SCHEMA[path]["POST"].Case(body=body, media_type=media_type))
    assert answer.status_code == expected
    if "job" in answer.json():
        asked = SCHEMA["/api/jobs/{job_id}"]["GET"].Case(path_parameters={"job_id": answer.json()["job"]["id"]})
        assert studio.answer(asked).json()["request"]["image"]


def test_a_conversation_is_held_as_described(studio: Studio) -> None:
    def ask(path: str, method: str, **case: Any) -> schemathesis.Response:
        media_type = {"media_type": "application/json"} if "body" in case else {}
        return studio.answer(SCHEMA[path][method].Case(**media_type, **case))

    words = {"prompt": "a lighthouse", "size": "1024x640", "quality": "low"}
    first = ask("/api/conversations", "POST", body=words).json()
    of_it = {"path_parameters": {"conversation_id": first["conversation"]["id"]}}
    one, turns = "/api/conversations/{conversation_id}", "/api/conversations/{conversation_id}/turns"
    later = ask(turns, "POST", body=words | {"after": first["turn"]["id"]}, **of_it)
    waiting = ask(turns, "POST", body=words | {"after": "start"}, headers={"Prefer": "respond-async"}, **of_it)
    assert (later.status_code, waiting.status_code) == (200, 202)
    assert ask(one, "PATCH", body={"title": "Light"}, **of_it).status_code == 200
    assert len(ask(one, "GET", **of_it).json()["turns"]) == 3
    assert ask("/api/conversations", "GET", query={"query": "light"}).json()["conversations"]
    assert ask("/api/jobs/{job_id}", "GET", path_parameters={"job_id": first["job"]["id"]}).status_code == 200
    assert ask(one, "DELETE", **of_it).status_code == 204
    assert ask(one, "GET", **of_it).status_code == 404


@pytest.mark.parametrize(
    ("played", "expected"),
    [
        (status(400, error_body("No.", code="moderation_blocked")), 400),
        (status(401, error_body("Who?")), 502),
        (status(429, error_body("No money.", code="insufficient_quota")), 503),
        (status(500), 502),
        (html(), 502),
        (cut(picture_answer(), 100), 502),
        (picture_answer().after(3), 504),
    ],
    ids=["moderation", "credentials", "quota", "broken", "html", "cut", "late"],
)
def test_what_goes_wrong_upstream_is_answered_as_described(tmp_path: Path, played: Answer, expected: int) -> None:
    with (
        Upstream() as upstream,
        open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url, ATELIER_DEADLINE_SECONDS="1") as opened,
    ):
        upstream.script(played)
        case = SCHEMA["/generate_image"]["POST"].Case(body={"prompt": "a cat"})
        answer = Studio(create_app(opened), {}).answer(case, upstream_fails=True)
    assert answer.status_code == expected


def test_a_used_up_budget_is_answered_as_described(tmp_path: Path) -> None:
    with open_studio(tmp_path, ATELIER_DAILY_BUDGET_USD="0.001") as opened:
        answer = Studio(create_app(opened), {}).answer(SCHEMA["/generate_image"]["POST"].Case(body={"prompt": "a cat"}))
    assert answer.status_code == 402


def test_the_document_is_proper_openapi_and_open_to_anyone(studio: Studio) -> None:
    SCHEMA.validate()
    answer = studio.app.test_client().get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json == describe(load_catalogue())
    assert answer.json["openapi"].startswith("3.1.")


def test_every_json_address_is_described_with_who_may_enter(studio: Studio) -> None:
    paths = describe(load_catalogue())["paths"]
    described = {
        (method, path): Entry.ANYONE if operation.get("security") == [] else Entry.OWNER
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    served = {
        (method.lower(), rule.rule.replace("<", "{").replace(">", "}")): room.entry
        for rule in studio.app.url_map.iter_rules()
        if isinstance(room := studio.app.blueprints.get(rule.endpoint.partition(".")[0]), Room)
        and room.speech is Speech.JSON
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served
