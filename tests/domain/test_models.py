import json
from datetime import date

import pytest

from app.domain.catalogue import Catalogue


@pytest.mark.parametrize(
    ("name", "day", "status"),
    [
        ("gpt-image-1.5", date(2026, 10, 1), "live"),
        ("gpt-image-1.5", date(2026, 10, 2), "retiring"),
        ("gpt-image-1.5", date(2026, 11, 30), "retiring"),
        ("gpt-image-1.5", date(2026, 12, 1), "retired"),
        ("gpt-image-1-mini", date(2026, 11, 30), "retiring"),
        ("chatgpt-image-latest", date(2026, 12, 1), "retired"),
        ("gpt-image-1", date(2026, 10, 22), "retiring"),
        ("gpt-image-1", date(2026, 10, 23), "retired"),
        ("dall-e-2", date(2026, 5, 11), "retiring"),
        ("dall-e-3", date(2026, 5, 12), "retired"),
        ("gpt-image-2", date(2030, 1, 1), "live"),
        ("flux", date(2026, 11, 20), "unknown"),
    ],
)
def test_a_model_has_its_status_on_each_day(catalogue: Catalogue, name: str, day: date, status: str) -> None:
    assert catalogue.model_or_generic(name).status(day) == status


def test_options_belong_to_kinds_of_request(catalogue: Catalogue) -> None:
    model = catalogue.model_or_generic("gpt-image-1.5")
    assert "moderation" in model.options_for("generate")
    assert "moderation" not in model.options_for("edit")
    assert "input_fidelity" in model.options_for("edit")
    assert "input_fidelity" not in model.options_for("generate")
    assert model.options_for("vary") == {}


def test_every_record_is_plain_json(catalogue: Catalogue, today: date) -> None:
    for model in (*catalogue.models, catalogue.model_or_generic("flux")):
        record = model.as_record(today)
        assert json.loads(json.dumps(record)) == record


def test_a_record_tells_what_a_page_needs(catalogue: Catalogue, today: date) -> None:
    record = catalogue.model_or_generic("gpt-image-2.6-flare").as_record(today)
    assert record["status"] == "live"
    assert record["released"] == "2026-11-04"
    assert record["endpoints"] == ["generate", "edit", "responses"]
    assert {"size": "1024x1024", "label": "Square"} in record["sizes"]["common"]
    assert record["sizes"]["rule"]["multiple"] == 16
    assert record["options"]["output_compression"]["only_with_output_format"] == ["jpeg", "webp"]
    assert record["options"]["background"]["values_only_with_output_format"] == {"transparent": ["png", "webp"]}
    assert record["options"]["output_format"]["preview_values"] == ["gif"]
    assert record["inputs"]["max_count"] == 16
    assert record["mask"]["alpha"] is True
    assert record["prices"]["image_output"] == "30.00"
    assert record["prices_verified_on"] == "2026-11-20"


def test_the_record_of_a_retired_model_names_its_replacement(catalogue: Catalogue, today: date) -> None:
    record = catalogue.model_or_generic("dall-e-3").as_record(today)
    assert (record["status"], record["retires_on"], record["replacement"]) == ("retired", "2026-05-12", "gpt-image-2")
    assert record["prices"]["table"]["hd"]["1792x1024"] == "0.120"
    assert record["inputs"] is None
    assert record["n_per_call"] == 1
