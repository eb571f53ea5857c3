"""`POST /edit_image`: the contract, in every way a script may send it, over a scripted upstream."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageChops

from app.api.edits import FORM_BYTES, JSON_BYTES
from app.domain.accounts import STUDIO
from app.wiring import Studio
from tests.api.editing import BOX, MASK, OTHER, PICTURE, SOURCE, WAYS, WISH, post
from tests.imaging.pictures import edit_map, encoded, opened, soft
from tests.services.editors import drawing
from tests.studios import client_of, end_the_day_of_uploads, open_studio
from tests.upstream import Upstream, error_body, picture_answer, status


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def studio(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with open_studio(tmp_path_factory.mktemp("studio"), OPENAI_BASE_URL=upstream.base_url) as studio:
        yield studio


@pytest.fixture
def client(studio: Studio, upstream: Upstream) -> FlaskClient:
    upstream.ledger.clear()
    return client_of(studio)


def test_outside_the_mask_the_answer_is_the_upload(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(drawing(Image.new("RGB", (640, 480), "red")))
    answer = post(client, "/edit_image", {**WISH, "image": PICTURE, "mask": MASK})
    assert answer.status_code == 200
    body = answer.json
    kept = opened(base64.b64decode(body["image_base64"]))
    assert ImageChops.difference(kept, SOURCE).getbbox() == BOX
    assert (body["size"], body["output_format"], body["job"]["state"]) == ("60x45", "png", "done")
    (item,) = body["images"]
    assert (item["width"], item["height"], item["image_base64"]) == (60, 45, body["image_base64"])
    assert 0 < item["drift"] <= 255
    drawn = opened(client.get(item["model_picture"]["url"], buffered=True).data)
    assert (drawn.size, drawn.getpixel((0, 0))) == ((640, 480), (255, 0, 0))
    assert answer.content_length == len(answer.data)


def test_where_nothing_is_kept_the_answer_is_what_was_drawn(client: FlaskClient, upstream: Upstream) -> None:
    for more in ({"mask": MASK, "keep_unmasked": False}, {}):
        upstream.script(picture_answer(size=(64, 48)))
        (item,) = post(client, "/edit_image", {**WISH, "size": "1024x768", "image": PICTURE, **more}).json["images"]
        assert (item["width"], item["height"]) == (64, 48)
        assert "model_picture" not in item
        assert "drift" not in item


def test_the_job_says_what_was_asked_in_the_words_of_the_request(client: FlaskClient) -> None:
    wish = {**WISH, "size": "source", "image": [PICTURE, OTHER], "mask": MASK, "invert_mask": True}
    job = client.get(f"/api/jobs/{post(client, '/edit_image', wish).json['job']['id']}").json
    assert job["kind"] == "edit"
    address = f"/jobs/{job['id']}/inputs"
    assert job["request"] == {
        **WISH,
        "size": "source",
        "image": [
            {"url": f"{address}/0", "width": 60, "height": 45, "mime_type": "image/png"},
            {"url": f"{address}/1", "width": 45, "height": 60, "mime_type": "image/png"},
        ],
        "mask": {"url": f"{address}/mask", "width": 60, "height": 45, "mime_type": "image/png"},
        "keep_unmasked": True,
        "full_resolution": False,
    }
    assert job["images"][0]["model_picture"]["url"].startswith("/pictures/")


def test_an_extended_picture_says_so(client: FlaskClient) -> None:
    wish = {**WISH, "image": PICTURE, "extend_right": 30}
    answer = post(client, "/edit_image", wish).json
    assert (answer["images"][0]["width"], answer["images"][0]["height"]) == (90, 45)
    asked = client.get(f"/api/jobs/{answer['job']['id']}").json["request"]
    assert (asked["extended"], asked["image"][0]["width"]) == (True, 90)
    assert "size" not in asked


def test_however_it_is_written_it_is_the_same_request(client: FlaskClient, upstream: Upstream) -> None:
    wish = {**WISH, "image": PICTURE, "mask": MASK, "n": 1}
    here = post(client, "/api/uploads", {"image": PICTURE}).json["reference"]
    headers = {"Idempotency-Key": "one"}
    first = post(client, "/edit_image", wish, "base64", headers=headers)
    assert "Idempotent-Replayed" not in first.headers
    for way, image in (("data", PICTURE), ("form", PICTURE), ("base64", here), ("form", here)):
        again = post(client, "/edit_image", {**wish, "image": image}, way, headers=headers)
        assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true"), (way, again.text)
        assert again.json["job"] == first.json["job"]
    assert len(upstream.ledger) == 1
    for change in ({"image": OTHER, "mask": encoded(edit_map((45, 60), BOX))}, {"n": 2}, {"invert_mask": True}):
        other = post(client, "/edit_image", wish | change, headers=headers)
        assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")
    assert len(upstream.ledger) == 1


EXPIRING: dict[str, dict[str, Any]] = {
    "an edit": {"size": "source"},
    "a mask": {"mask": MASK, "invert_mask": True, "mask_means": "white-is-edited"},
    "an extension": {"extend_left": 16},
    "two pictures": {"more": OTHER},
}


@pytest.mark.parametrize("more", EXPIRING.values(), ids=EXPIRING.keys())
def test_a_retry_finds_its_job_when_its_uploads_are_no_longer_here(
    client: FlaskClient, studio: Studio, upstream: Upstream, more: dict[str, Any]
) -> None:
    def named(data: bytes) -> str:
        return f"upload:{studio.uploads.add(STUDIO, data).id}"

    wish = {**WISH, **{name: named(value) if name == "mask" else value for name, value in more.items()}}
    wish["image"] = [named(PICTURE), *([named(wish.pop("more"))] if "more" in wish else [])]
    headers = {"Idempotency-Key": f"a-day-later-{len(more)}-{min(more)}"}
    first = client.post("/edit_image", json=wish, headers=headers)
    assert first.status_code == 200, first.text
    end_the_day_of_uploads(studio)
    again = client.post("/edit_image", json=wish, headers=headers)
    assert (again.status_code, again.headers.get("Idempotent-Replayed")) == (200, "true"), again.text
    assert again.json["job"]["id"] == first.json["job"]["id"]
    other = client.post("/edit_image", json={**wish, "prompt": "a dog"}, headers=headers)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")
    unknown = client.post("/edit_image", json=wish, headers={"Idempotency-Key": "not-used-yet"})
    assert (unknown.status_code, unknown.json["code"]) == (400, "invalid_image")
    assert len(upstream.ledger) == 1


def test_a_result_is_used_again_and_a_client_need_not_wait(client: FlaskClient, upstream: Upstream) -> None:
    wish = {**WISH, "prompt": "a dog on the sofa", "image": PICTURE, "reuse": True}
    started = post(client, "/edit_image", wish, headers={"Prefer": "respond-async"})
    assert (started.status_code, started.json["kind"]) == (202, "edit")
    while client.get(started.headers["Location"]).json["state"] != "done":
        pass
    again = post(client, "/edit_image", wish, "base64").json
    assert (again["replayed"], again["job"]["id"]) == (True, started.json["id"])
    assert len(upstream.ledger) == 1


def test_sixteen_pictures_come_as_the_sdk_sends_them_and_go_out_in_order(
    client: FlaskClient, upstream: Upstream
) -> None:
    pictures = [encoded(soft((32 + number, 32))) for number in range(16)]
    files = [("image[]", (f"{number}.png", BytesIO(data), "image/png")) for number, data in enumerate(pictures)]
    with httpx2.Client(transport=httpx2.WSGITransport(app=client.application), base_url="http://localhost") as sdk:
        answer = sdk.post("/edit_image", data=WISH, files=files)
        assert answer.status_code == 200, answer.text
        (call,) = upstream.ledger
        assert [part.name for part in call.files] == ["image[]"] * 16
        assert [opened(part.data).width for part in call.files] == [32 + number for number in range(16)]
        for _, (_, data, _) in files:
            data.seek(0)
        refused = sdk.post("/edit_image", data=WISH, files=[*files, ("image[]", ("17.png", PICTURE, "image/png"))])
    assert (refused.status_code, refused.json()["code"], refused.json()["param"]) == (400, "invalid_image", "image")
    assert "17 pictures" in refused.json()["error"]


def test_references_come_before_files_and_lead_to_what_is_here(client: FlaskClient, upstream: Upstream) -> None:
    first = post(client, "/edit_image", {**WISH, "image": [PICTURE, OTHER], "mask": MASK}).json
    picture = first["images"][0]["id"]
    job = first["job"]["id"]
    upstream.ledger.clear()
    answer = post(
        client,
        "/edit_image",
        {
            **WISH,
            "image": [encoded(soft((32, 32))), f"picture:{picture}", f"input:{job}/1"],
            "mask": f"input:{job}/mask",
        },
    )
    assert answer.status_code == 200, answer.text
    images = client.get(f"/api/jobs/{answer.json['job']['id']}").json["request"]["image"]
    assert [image["width"] for image in images] == [60, 45, 32]
    assert images[0]["picture_id"] == picture
    assert "picture_id" not in images[1]


PNG_OF_50_MB = b"\x89PNG\r\n\x1a\n" + bytes(50_000_000)
REFUSED: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "no prompt": ({"image": PICTURE, "prompt": " "}, 400, "missing_prompt", "prompt"),
    "no picture": ({}, 400, "invalid_image", "image"),
    "no bytes": ({"image": b""}, 400, "invalid_image", "image"),
    "text as a picture": ({"image": b"hello, world"}, 415, "unsupported_media_type", "image"),
    "half a picture": ({"image": PICTURE[:-40]}, 400, "invalid_image", "image"),
    "too many bytes": ({"image": PNG_OF_50_MB}, 413, "picture_too_large", "image"),
    "not here": ({"image": "upload:" + "0" * 26}, 400, "invalid_image", "image"),
    "a path": ({"image": "input:../../etc/passwd"}, 400, "invalid_image", "image"),
    "an address": ({"image": "https://example.com/cat.png"}, 400, "invalid_image", "image"),
    "mask of another shape": ({"image": PICTURE, "mask": OTHER}, 400, "invalid_mask", "mask"),
    "mask of nothing": (
        {"image": PICTURE, "mask": encoded(Image.new("L", SOURCE.size)), "mask_means": "white-is-edited"},
        400,
        "invalid_mask",
        "mask",
    ),
    "damaged mask": ({"image": PICTURE, "mask": MASK[:-20]}, 400, "invalid_mask", "mask"),
    "unknown meaning": ({"image": PICTURE, "mask": MASK, "mask_means": "x"}, 400, "invalid_value", "mask_means"),
    "mask and extension": ({"image": PICTURE, "mask": MASK, "extend_to": "1:1"}, 400, "invalid_value", "mask"),
    "extended backwards": ({"image": PICTURE, "extend_top": -1}, 400, "invalid_value", "extend_top"),
    "odd shape": ({"image": PICTURE, "extend_to": "wide"}, 400, "invalid_value", "extend_to"),
    "unknown field": ({"image": PICTURE, "strength": "bold"}, 400, "unknown_parameter", "strength"),
    "our own field": ({"image": PICTURE, "given": "{}"}, 400, "unknown_parameter", "given"),
    "no such size": ({"image": PICTURE, "size": "12x12"}, 400, "invalid_value", "size"),
    "not this model's": (
        {"image": PICTURE, "input_fidelity": "high"},
        400,
        "unsupported_by_model",
        "input_fidelity",
    ),
}


@pytest.mark.parametrize("way", ["base64", "form"])
@pytest.mark.parametrize("label", REFUSED)
def test_what_cannot_be_done_is_refused_before_anything_is_sent(
    client: FlaskClient, upstream: Upstream, label: str, way: str
) -> None:
    fields, code, word, param = REFUSED[label]
    answer = post(client, "/edit_image", WISH | fields, way)
    assert (answer.status_code, answer.json["code"], answer.json["param"]) == (code, word, param), answer.text
    assert answer.json["job"] is None
    assert upstream.ledger == []


def test_of_several_pictures_each_bad_one_is_named(client: FlaskClient) -> None:
    answer = post(client, "/edit_image", {**WISH, "image": [PICTURE, b"text", PICTURE[:-40]]})
    sentences = [problem["message"] for problem in answer.json["problems"]]
    assert [sentence.partition(":")[0] for sentence in sentences] == ["Picture 2", "Picture 3"]


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({**WISH, "image": 5}, "invalid_type", "image"),
        ({**WISH, "image": ["upload:x", None]}, "invalid_type", "image"),
        ({**WISH, "image": [[]]}, "invalid_type", "image"),
        ({**WISH, "image": {"url": "x"}}, "invalid_type", "image"),
        ({**WISH, "image": []}, "invalid_image", "image"),
        ({**WISH, "image": "upload:x", "mask": ["upload:x"]}, "invalid_type", "mask"),
        ({**WISH, "image": "upload:x", "keep_unmasked": "true"}, "invalid_type", "keep_unmasked"),
        ({**WISH, "image": "upload:x", "extend_left": 1.5}, "invalid_type", "extend_left"),
        ({**WISH, "image": "upload:x", "image[]": "upload:x"}, "unknown_parameter", "image[]"),
    ],
)
def test_json_is_as_strict_with_pictures_as_with_words(
    client: FlaskClient, body: dict[str, Any], code: str, param: str
) -> None:
    answer = client.post("/edit_image", json=body)
    assert (answer.status_code, answer.json["code"], answer.json["param"]) == (400, code, param)


def test_somebody_elses_pictures_are_not_there(client: FlaskClient, studio: Studio) -> None:
    foreign = studio.uploads.add("somebody else", PICTURE).id
    answers = [
        post(client, "/edit_image", {**WISH, "image": f"upload:{name}"}, "base64").json
        for name in (foreign, "0" * len(foreign))
    ]
    sentences = {answer["error"].replace(foreign, "0" * len(foreign)) for answer in answers}
    assert len(sentences) == 1


@pytest.mark.parametrize(
    ("content_type", "length"),
    [
        ("application/json", JSON_BYTES + 1),
        ("multipart/form-data; boundary=b", FORM_BYTES + 1),
        ("text/plain", JSON_BYTES + 1),
    ],
)
def test_a_body_beyond_its_limit_is_refused_unread(client: FlaskClient, content_type: str, length: int) -> None:
    length_alone = {"CONTENT_LENGTH": str(length)}
    answer = client.post("/edit_image", content_type=content_type, environ_overrides=length_alone)
    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("path", ["/edit_image", "/vary_image", "/api/quote", "/api/uploads"])
def test_another_web_site_cannot_post_a_form_here(client: FlaskClient, path: str, upstream: Upstream) -> None:
    fields = {**WISH, "image": PICTURE} if path == "/edit_image" else {"image": PICTURE}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = post(client, path, fields, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    assert upstream.ledger == []


def test_a_refusal_from_upstream_is_told_like_any_other(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(status(400, error_body("No.", code="moderation_blocked")))
    answer = post(client, "/edit_image", {**WISH, "image": PICTURE})
    assert (answer.status_code, answer.json["code"], answer.json["job"]["state"]) == (
        400,
        "content_rejected",
        "rejected",
    )


@pytest.mark.parametrize("way", WAYS)
def test_practice_mode_edits_too(tmp_path: Path, way: str) -> None:
    with open_studio(tmp_path) as practice:
        answer = post(client_of(practice), "/edit_image", {**WISH, "image": PICTURE, "mask": MASK}, way)
    assert (answer.status_code, answer.json["practice"]) == (200, True)
