"""Uploads by id: fact sheet section 2.5."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from app.emulator.stores import FileStore
from tests.emulator.calls import KEY, error_of


def upload(app: Flask, **fields: str) -> Any:
    data = {"purpose": "vision", "file": (BytesIO(b"bytes"), "a.png")} | fields
    return app.test_client().post("/v1/files", data=data, headers=KEY)


def test_a_file_is_kept_shown_and_deleted(emulator: Flask) -> None:
    client = emulator.test_client()
    stored = upload(emulator).json
    assert stored["id"].startswith("file-")
    assert {key: stored[key] for key in ("object", "bytes", "filename", "purpose", "status", "expires_at")} == {
        "object": "file",
        "bytes": 5,
        "filename": "a.png",
        "purpose": "vision",
        "status": "processed",
        "expires_at": None,
    }
    address = f"/v1/files/{stored['id']}"
    assert client.get(address, headers=KEY).json == stored
    assert client.get(f"{address}/content", headers=KEY).data == b"bytes"
    listing = client.get("/v1/files?purpose=vision", headers=KEY).json
    assert listing is not None
    assert listing["data"] == [stored]
    gone = {"id": stored["id"], "object": "file", "deleted": True}
    assert client.delete(address, headers=KEY).json == gone
    assert client.get(address, headers=KEY).status_code == 404


def test_a_purpose_narrows_the_listing(emulator: Flask) -> None:
    upload(emulator, purpose="batch")
    answer = emulator.test_client().get("/v1/files?purpose=vision", headers=KEY).json
    assert answer is not None
    assert answer["data"] == []


def test_a_file_can_expire(emulator: Flask) -> None:
    stored = upload(emulator, **{"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}).json
    assert stored["expires_at"] == stored["created_at"] + 3600


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"purpose": "fun"}, "purpose"),
        ({"expires_after[anchor]": "created_at", "expires_after[seconds]": "60"}, "expires_after[seconds]"),
        ({"expires_after[anchor]": "created_at"}, "expires_after[seconds]"),
        ({"expires_after[anchor]": "now", "expires_after[seconds]": "3600"}, "expires_after[anchor]"),
    ],
)
def test_a_wrong_upload_is_refused_by_name(emulator: Flask, fields: dict[str, str], param: str) -> None:
    answer = upload(emulator, **fields)
    assert answer.status_code == 400
    assert error_of(answer)["param"] == param


def test_an_expired_file_is_gone() -> None:
    store = FileStore()
    stored = store.add(b"x", "a.png", "image/png", "vision", life=-1)
    assert store.get(stored.id) is None
    assert store.all() == []
