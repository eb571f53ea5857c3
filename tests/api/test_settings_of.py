"""`POST /api/settings-of`: a downloaded file tells how it was made, and whether it is a picture of this library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.domain.requests import Generate
from app.wiring import Studio
from tests.api.editing import PICTURE, post
from tests.studios import client_of, open_studio
from tests.upstream import picture
from tests.web.visiting import at_rest, drawn

ASKED = Generate(prompt="a white cat", model="gpt-image-2", size="1024x1024", quality="low")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path) as studio:
        yield at_rest(studio)


@pytest.fixture
def client(studio: Studio) -> FlaskClient:
    return client_of(studio)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_a_downloaded_file_gives_back_its_settings(studio: Studio, client: FlaskClient, file_format: str) -> None:
    one = drawn(studio, picture(file_format=file_format), request=ASKED).pictures[0]
    data = client.get(f"/pictures/{one.id}/download").data
    answer = post(client, "/api/settings-of", {"image": data})
    assert answer.status_code == 200
    assert answer.json["picture_id"] == one.id
    told = answer.json["settings"]
    assert (told["kind"], told["prompt"], told["model"]) == ("generate", "a white cat", "gpt-image-2")
    assert told["options"] == {"size": "1024x1024", "quality": "low"}


def test_a_strangers_picture_gives_its_settings_but_is_none_of_this_library(
    studio: Studio, client: FlaskClient
) -> None:
    one = drawn(studio, picture(), request=ASKED, owner="bob").pictures[0]
    data = studio.downloads.prepare("bob", one.id).file.read()
    answer = post(client, "/api/settings-of", {"image": data}).json
    assert (answer["settings"]["prompt"], answer["picture_id"]) == ("a white cat", None)


def test_a_file_that_tells_nothing_is_no_mistake(client: FlaskClient) -> None:
    for data in (PICTURE, b"no picture at all"):
        answer = post(client, "/api/settings-of", {"image": data})
        assert (answer.status_code, answer.json) == (200, {"settings": None, "picture_id": None})


def test_without_a_file_there_is_nothing_to_read(client: FlaskClient) -> None:
    for fields in ({}, {"image": ""}, {"image": "upload:" + "0" * 26}):
        assert post(client, "/api/settings-of", fields).status_code == 400
