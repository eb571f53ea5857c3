"""The library as scripts see it: found, changed, deleted, restored, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.domain.accounts import STUDIO
from app.domain.ids import new_id
from app.domain.library import Change
from app.domain.requests import Edit, Generate, InputPicture
from app.wiring import Studio
from tests.studios import client_of, open_studio
from tests.upstream import picture
from tests.web.visiting import at_rest, drawn

DATA = picture((64, 48))


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path) as studio:
        yield at_rest(studio)


@pytest.fixture
def client(studio: Studio) -> FlaskClient:
    return client_of(studio)


def draw(studio: Studio, prompt: str = "a white siamese cat", owner: str = STUDIO, pictures: int = 1) -> str:
    request = Generate(prompt=prompt, model="gpt-image-2", n=pictures)
    return drawn(studio, *[DATA] * pictures, request=request, owner=owner).pictures[0].id


def listed(client: FlaskClient, **words: str) -> list[str]:
    answer = client.get("/api/pictures", query_string=words)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json["pictures"]]


def test_a_picture_tells_what_it_is_what_it_cost_and_what_was_made_of_it(studio: Studio, client: FlaskClient) -> None:
    one = draw(studio)
    record = client.get(f"/api/pictures/{one}").json
    assert (record["id"], record["prompt"], record["kind"]) == (one, "a white siamese cat", "generate")
    assert (record["width"], record["height"], record["mime_type"]) == (64, 48, "image/png")
    assert (record["cost_usd"], record["favourite"], record["note"], record["tags"]) == ("0.005950", False, "", [])
    assert client.get(record["url"], buffered=True).data == DATA
    assert client.get(record["thumbnail_url"]).mimetype == "image/webp"
    assert client.get("/api/pictures").json == {"pictures": [without_family(record)], "next": None}


def without_family(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in ("made_from", "led_to")}


def test_pages_are_linked_by_ids_and_newest_first(studio: Studio, client: FlaskClient) -> None:
    ids = [draw(studio) for _ in range(5)]
    first = client.get("/api/pictures?limit=2").json
    second = client.get(f"/api/pictures?limit=2&before={first['next']}").json
    third = client.get(f"/api/pictures?limit=2&before={second['next']}").json
    assert [one["id"] for page in (first, second, third) for one in page["pictures"]] == ids[::-1]
    assert third["next"] is None


def test_what_is_asked_for_narrows_the_list(studio: Studio, client: FlaskClient) -> None:
    cat, dog = draw(studio, "a cat"), draw(studio, "a dog")
    studio.library.change(STUDIO, [dog], Change(favourite=True, tags=("Pets", "big")))
    assert listed(client, query="CAT") == [cat]
    assert listed(client, favourite="1") == listed(client, tag="pets,BIG") == listed(client, query="pets") == [dog]
    assert [one["id"] for one in client.get("/api/pictures?tag=pets&tag=big").json["pictures"]] == [dog]
    assert listed(client, query="a", min_cost="0.005", max_cost="0.006", size="landscape") == [dog, cat]
    assert listed(client, query="", tag="", favourite="", before="") == [dog, cat]


@pytest.mark.parametrize(
    ("query", "param", "code"),
    [
        ("colour=red", "colour", "unknown_parameter"),
        ("limit=0", "limit", "invalid_value"),
        ("limit=501", "limit", "invalid_value"),
        ("limit=x", "limit", "invalid_value"),
        ("limit=5&limit=6", "limit", "invalid_value"),
        ("before=x", "before", "invalid_value"),
        ("kind=draw", "kind", "invalid_value"),
    ],
)
def test_a_question_that_is_none_of_ours_is_refused(client: FlaskClient, query: str, param: str, code: str) -> None:
    answer = client.get(f"/api/pictures?{query}")
    assert (answer.status_code, answer.json["param"], answer.json["code"]) == (400, param, code)


def test_favourite_note_and_tags_change_and_the_rest_stays(studio: Studio, client: FlaskClient) -> None:
    one = draw(studio)
    change = {"favourite": True, "note": "For the hall", "tags": ["Cats", " two  words ", "cats"]}
    changed = client.patch(f"/api/pictures/{one}", json=change).json
    assert (changed["favourite"], changed["note"], changed["tags"]) == (True, "For the hall", ["Cats", "two words"])
    again = client.patch(f"/api/pictures/{one}", json={"tags": [], "note": None}).json
    assert again == {**changed, "tags": []}


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"favourite": "yes"}, "favourite", "invalid_type"),
        ({"tags": "cats"}, "tags", "invalid_type"),
        ({"tags": [1]}, "tags", "invalid_type"),
        ({"tags": ["a,b"]}, "tags", "invalid_value"),
        ({"tags": ["a\0"]}, "tags", "invalid_value"),
        ({"note": "x" * 4001}, "note", "invalid_value"),
        ({"prompt": "x"}, "prompt", "unknown_parameter"),
    ],
)
def test_a_change_that_cannot_be_kept_changes_nothing(
    studio: Studio, client: FlaskClient, body: dict[str, Any], param: str, code: str
) -> None:
    one = draw(studio)
    answer = client.patch(f"/api/pictures/{one}", json=body)
    assert (answer.status_code, answer.json["param"], answer.json["code"]) == (400, param, code)
    assert client.get(f"/api/pictures/{one}").json["tags"] == []


def test_a_deleted_picture_is_nowhere_until_it_is_restored(studio: Studio, client: FlaskClient) -> None:
    one = draw(studio)
    everywhere = [f"/api/pictures/{one}", f"/pictures/{one}", f"/pictures/{one}/file", f"/pictures/{one}/thumbnail"]
    answer = client.delete(f"/api/pictures/{one}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert {client.get(path).status_code for path in everywhere} == {404}
    assert listed(client) == []
    assert listed(client, bin="1") == [one]
    assert client.delete(f"/api/pictures/{one}").status_code == 404
    restored = client.post(f"/api/pictures/{one}/restore")
    assert (restored.status_code, restored.json["deleted_at"]) == (200, None)
    assert {client.get(path, buffered=True).status_code for path in everywhere} == {200}
    assert client.post(f"/api/pictures/{one}/restore").status_code == 404


def test_a_job_goes_on_telling_of_its_deleted_pictures(studio: Studio, client: FlaskClient) -> None:
    one = draw(studio, pictures=2)
    job = client.get(f"/api/pictures/{one}").json["job_id"]
    client.delete(f"/api/pictures/{one}")
    for _ in range(2):
        told = client.get(f"/api/jobs/{job}").json
        assert (len(told["images"]), told["deleted_images"], told["cost"]["actual_usd"]) == (1, 1, "0.005950")
        assert "One picture of this job was deleted." in client.get(f"/jobs/{job}").text
        studio.library.empty_bin(STUDIO)


def test_whoever_asks_again_for_a_job_whose_pictures_are_gone_hears_so(tmp_path: Path) -> None:
    with open_studio(tmp_path) as studio:
        client, key = client_of(studio), {"Idempotency-Key": "order-1"}
        body = {"prompt": "a cat", "size": "256x256", "model": "dall-e-2"}
        made = client.post("/generate_image", json=body, headers=key).json
        client.delete(f"/api/pictures/{made['images'][0]['id']}")
        again = client.post("/generate_image", json=body, headers=key)
        assert (again.status_code, again.json["code"]) == (404, "not_found")
        assert again.json["job"]["id"] == made["job"]["id"]
        fresh = client.post("/generate_image", json={**body, "reuse": True})
        assert (fresh.status_code, fresh.json["replayed"]) == (200, False)


@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/restore")])
def test_somebody_elses_picture_looks_like_none(studio: Studio, client: FlaskClient, method: str, tail: str) -> None:
    body = {"json": {"favourite": True}} if method == "PATCH" else {}
    foreign = draw(studio, owner="bob")
    answers = [client.open(f"/api/pictures/{one}{tail}", method=method, **body) for one in (foreign, new_id(), "x")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json["error"] for answer in answers}) == 1
    assert studio.library.find("bob", foreign)


def test_a_picture_knows_what_it_was_made_from_and_what_it_led_to(studio: Studio, client: FlaskClient) -> None:
    mother = draw(studio)
    facts = studio.library.find(STUDIO, mother)
    given = InputPicture(
        digest=facts.digest, mime_type="image/png", width=64, height=48, byte_size=len(DATA), picture_id=mother
    )
    job = drawn(studio, DATA, request=Edit(prompt="blue", model="gpt-image-2", images=(given,)))
    child = job.pictures[0].id
    assert client.get(f"/api/pictures/{child}").json["made_from"] == [mother]
    assert client.get(f"/api/pictures/{mother}").json["led_to"] == [child]
    client.delete(f"/api/pictures/{mother}")
    assert client.get(f"/api/pictures/{child}").json["made_from"] == []
    assert client.get(f"/api/jobs/{job.id}").status_code == 200
