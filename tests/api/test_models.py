"""`GET /api/models`: what can be asked for here, today."""

from __future__ import annotations

from pathlib import Path

from tests.studios import client_of, open_studio


def test_the_catalogue_is_told_with_the_default_in_it(tmp_path: Path) -> None:
    with open_studio(tmp_path, ATELIER_DEFAULT_MODEL="gpt-image-2.5-flare") as studio:
        answer = client_of(studio).get("/api/models").json
    models = {model["id"]: model for model in answer["models"]}
    assert answer["default_model"] == "gpt-image-2.5-flare"
    assert answer["practice"] is True
    assert models["gpt-image-2"]["n_max"] == 10
    assert models["gpt-image-2"]["sizes"]["rule"]["multiple"] == 16
    assert models["dall-e-3"]["options"]["style"]["values"] == ["vivid", "natural"]
    assert models["gpt-image-2"]["prices"]["currency"] == "USD"


def test_retired_models_are_offered_in_practice_and_not_against_openai(tmp_path: Path) -> None:
    def retired(folder: str, **environ: str) -> dict[str, bool]:
        with open_studio(tmp_path / folder, **environ) as studio:
            models = client_of(studio).get("/api/models").json["models"]
        return {model["id"]: model["offered"] for model in models if model["status"] == "retired"}

    practice, paid = retired("practice"), retired("paid", OPENAI_API_KEY="sk-canary-5f1c")
    assert practice.keys() == paid.keys() >= {"dall-e-2", "dall-e-3"}
    assert all(practice.values())
    assert not any(paid.values())
