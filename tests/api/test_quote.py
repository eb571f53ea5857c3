"""`POST /api/quote`: the price before it is paid, and nothing is paid for asking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.studios import client_of, open_studio
from tests.upstream import Upstream

CAT = {"prompt": "a white siamese cat", "size": "1024x1024", "quality": "low"}


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture
def client(tmp_path: Path, upstream: Upstream) -> Iterator[FlaskClient]:
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url) as studio:
        yield client_of(studio)


def test_a_quote_says_estimate_bound_and_tokens_and_calls_nobody(client: FlaskClient, upstream: Upstream) -> None:
    quote = client.post("/api/quote", json=CAT).json
    assert quote["model"] == "gpt-image-2"
    assert quote["exact"] is True
    assert quote["tokens"]["output_image_tokens"] == 196
    assert 0 < float(quote["estimate_usd"]) <= float(quote["at_most_usd"])
    assert quote["practice"] is False
    assert upstream.ledger == []


def test_the_picture_then_is_expected_to_cost_what_was_quoted(client: FlaskClient) -> None:
    quote = client.post("/api/quote", json={"kind": "generate", **CAT, "n": 2, "reuse": True}).json
    cost = client.post("/generate_image", json={**CAT, "n": 2}).json["cost"]
    assert {name: cost[name] for name in ("estimate_usd", "at_most_usd")} == {
        name: quote[name] for name in ("estimate_usd", "at_most_usd")
    }


def test_a_quote_warns_of_what_is_not_known(client: FlaskClient) -> None:
    quote = client.post("/api/quote", json={"prompt": "a cat", "model": "flux-9-pro"}).json
    assert any("flux-9-pro" in warning for warning in quote["warnings"])
    assert quote["exact"] is False
    assert quote["note"]


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({}, "missing_prompt", "prompt"),
        ({**CAT, "kind": "paint"}, "invalid_value", "kind"),
        ({**CAT, "kind": 1}, "invalid_type", "kind"),
        ({**CAT, "n": 11}, "invalid_value", "n"),
        ({**CAT, "style": "vivid"}, "unsupported_by_model", "style"),
        ({**CAT, "seed": 1}, "unknown_parameter", "seed"),
    ],
)
def test_what_cannot_be_asked_for_has_no_price(
    client: FlaskClient, body: dict[str, Any], code: str, param: str
) -> None:
    answer = client.post("/api/quote", json=body)
    assert (answer.status_code, answer.json["code"], answer.json["param"]) == (400, code, param)
