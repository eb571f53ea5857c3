"""`POST /vary_image`: by an edit or by the endpoint of that name, and in the words of the request either way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.api.editing import MASK, OTHER, PICTURE, SOURCE, WAYS, post
from tests.imaging.pictures import opened
from tests.studios import client_of, open_studio
from tests.upstream import Upstream, b64, json_answer, picture, picture_answer


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def opened_client(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with open_studio(tmp_path_factory.mktemp("studio"), OPENAI_BASE_URL=upstream.base_url) as studio:
        yield client_of(studio)


@pytest.fixture
def client(opened_client: FlaskClient, upstream: Upstream) -> FlaskClient:
    upstream.ledger.clear()
    return opened_client


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_alone_brings_variations(client: FlaskClient, upstream: Upstream, way: str) -> None:
    upstream.script(picture_answer(n=2))
    wish = {"image": PICTURE, "n": 2, "quality": "low", "strength": "bold"}
    answer = post(client, "/vary_image", wish, way)
    assert answer.status_code == 200, answer.text
    assert len(answer.json["images"]) == 2
    (call,) = upstream.ledger
    assert call.path.endswith("/images/edits")
    assert call.fields["n"] == ["2"]
    assert opened(call.files[0].data).size == SOURCE.size
    job = client.get(f"/api/jobs/{answer.json['job']['id']}").json
    assert job["kind"] == "vary"
    request = job["request"]
    assert (request["strength"], request["quality"], request["n"]) == ("bold", "low", 2)
    assert "prompt" not in request, "nobody wrote one"
    assert request["image"][0]["width"] == SOURCE.width


def test_where_the_model_has_the_endpoint_it_is_used(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(json_answer({"created": 1, "data": [{"b64_json": b64(picture((256, 256)))}]}))
    answer = post(client, "/vary_image", {"image": PICTURE, "model": "dall-e-2", "size": "256x256"})
    assert answer.status_code == 200, answer.text
    (call,) = upstream.ledger
    assert call.path.endswith("/images/variations")
    job = client.get(f"/api/jobs/{answer.json['job']['id']}").json
    assert (job["kind"], job["request"]["size"]) == ("vary", "256x256")
    assert "strength" not in job["request"]


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"n": 1}, "invalid_image", "image"),
        ({"image": [PICTURE, OTHER]}, "invalid_image", "image"),
        ({"image": PICTURE, "strength": "wild"}, "invalid_value", "strength"),
        ({"image": PICTURE, "prompt": "a cat"}, "unknown_parameter", "prompt"),
        ({"image": PICTURE, "mask": MASK}, "unknown_parameter", "mask"),
        ({"image": PICTURE, "n": 11}, "invalid_value", "n"),
        ({"image": PICTURE, "model": "dall-e-2", "quality": "hd"}, "unsupported_by_model", "quality"),
    ],
)
@pytest.mark.parametrize("way", ["base64", "form"])
def test_what_cannot_be_varied_is_refused_before_anything_is_sent(
    client: FlaskClient, upstream: Upstream, fields: dict[str, object], code: str, param: str, way: str
) -> None:
    answer = post(client, "/vary_image", fields, way)
    assert (answer.status_code, answer.json["code"], answer.json["param"]) == (400, code, param), answer.text
    assert upstream.ledger == []
