"""`POST /api/uploads`: a picture is brought once, made safe, and named from then on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from app.domain.accounts import STUDIO
from app.wiring import Studio
from tests.api.editing import PICTURE, post
from tests.imaging.pictures import encoded, opened, soft
from tests.studios import client_of, open_studio


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with open_studio(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


@pytest.fixture
def client(studio: Studio) -> FlaskClient:
    return client_of(studio)


def test_what_was_brought_is_described_and_can_be_referred_to(client: FlaskClient, studio: Studio) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "a secret"
    answer = post(client, "/api/uploads", {"image": encoded(soft((60, 45)), "JPEG", exif=exif)})
    assert answer.status_code == 201
    upload = answer.json
    assert upload == {
        "id": upload["id"],
        "reference": f"upload:{upload['id']}",
        "url": f"/uploads/{upload['id']}/file",
        "width": 45,
        "height": 60,
        "mime_type": "image/png",
        "bytes": upload["bytes"],
        "has_alpha": False,
    }
    assert answer.headers["Location"] == upload["url"]
    kept = studio.uploads.read(studio.uploads.find(STUDIO, upload["id"]))
    assert len(kept) == upload["bytes"]
    assert opened(kept).size == (45, 60)
    assert b"secret" not in kept
    quote = client.post("/api/quote", json={"kind": "vary", "image": upload["reference"]})
    assert quote.status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"image": ""}, 400, "invalid_image"),
        ({"image": "upload:" + "0" * 26}, 400, "invalid_image"),
        ({"image": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}, 415, "unsupported_media_type"),
        ({"image": b"%PDF-1.7"}, 415, "unsupported_media_type"),
        ({"image": PICTURE[:-30]}, 400, "invalid_image"),
        ({"image": [PICTURE, PICTURE]}, 400, "invalid_value"),
        ({"image": PICTURE, "owner": "admin"}, 400, "unknown_parameter"),
        ({"mask": PICTURE}, 400, "unknown_parameter"),
    ],
)
def test_what_is_no_picture_is_refused(client: FlaskClient, fields: dict[str, object], status: int, code: str) -> None:
    answer = post(client, "/api/uploads", fields)
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text


def test_only_files_are_taken(client: FlaskClient) -> None:
    answer = client.post("/api/uploads", json={"image": "AAAA"})
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_a_full_disk_is_said_and_nothing_of_it_is_our_fault(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # /dev/full takes no byte, as a full disk; forms above 500 kB go to a temporary file.
    full = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115 - closed by the request, as its files are
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", lambda **_: full)
    answer = post(client, "/api/uploads", {"image": PICTURE})
    assert (answer.status_code, answer.json["code"], answer.json["retryable"]) == (503, "storage_full", True)
    assert full.closed
