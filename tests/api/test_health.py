"""`GET /health/live` and `/health/ready`: open to probes, and honest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app.api import health
from app.domain.accounts import STUDIO
from app.domain.errors import Fault, StudioError
from app.edge.languages import offer_languages
from app.services.health import Health
from tests.studios import client_of, open_studio


def test_both_are_open_to_anyone_even_with_a_password_and_under_any_name(tmp_path: Path) -> None:
    with open_studio(tmp_path, ATELIER_PASSWORD="correct horse battery", ATELIER_HOSTS="studio.example") as studio:
        client = client_of(studio)
        for path in ("/health/live", "/health/ready"):
            answer = client.get(path, headers={"Host": "10.0.0.7:8000"}, environ_base={"REMOTE_ADDR": "10.0.0.1"})
            assert answer.status_code == 200
        assert client.get("/health/live").json == {"status": "live"}
        assert client.get("/health/ready").json == {
            "status": "ready",
            "checks": {"database": "ok", "storage": "ok"},
            "practice": True,
        }


def test_what_is_broken_is_named_and_only_readiness_suffers() -> None:
    def broken() -> None:
        raise StudioError(Fault("not_ready", "The picture folder cannot be written: No space left on device."))

    app = Flask("health")
    offer_languages(app, log=lambda *_, **__: None)
    app.register_blueprint(health.make_room(Health({"database": lambda: None, "storage": broken}), practice=False))
    client = app.test_client()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json["code"], answer.json["retryable"]) == (503, "not_ready", True)
    assert "No space left" in answer.json["error"]
    assert answer.json["details"]["checks"]["database"] == "ok"
    assert client.get("/health/live").status_code == 200


def test_a_full_disk_is_told_by_readiness_by_the_api_and_on_the_page_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_studio(tmp_path) as studio:
        client = client_of(studio)
        monkeypatch.setattr("app.storage.blobs.free_bytes", lambda folder: 40_000_000)
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.json["code"]) == (503, "not_ready")
        assert "storage: There is not enough room left" in ready.json["error"]
        asked = client.post("/generate_image", json={"prompt": "a cat"})
        assert (asked.status_code, asked.json["code"], asked.json["retryable"]) == (503, "storage_full", True)
        form = client.get("/").text
        hidden = {
            name: re.findall(f'name="{name}"[^>]* value="([^"]+)"', form)[0] for name in ("csrf_token", "submission")
        }
        page = client.post("/generate", data={**hidden, "prompt": "a precious prompt"})
        assert page.status_code == 503
        assert "not enough room left" in page.text
        assert "a precious prompt" in page.text
        assert studio.jobs.store.recent(STUDIO) == []


def test_the_studios_of_tests_take_little_of_the_disk(tmp_path: Path) -> None:
    with open_studio(tmp_path) as studio:
        assert client_of(studio).get("/").status_code == 200
        assert sum(file.stat().st_blocks * 512 for file in tmp_path.rglob("*")) < 2_000_000
