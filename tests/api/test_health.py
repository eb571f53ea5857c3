"""`GET /health/live` and `/health/ready`: open to probes, and honest."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from app.api import health
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
