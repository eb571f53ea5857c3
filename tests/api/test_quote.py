"""`POST /api/quote`: the price before it is paid, and nothing is paid for asking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.editing import BOX, MASK, PICTURE, WAYS, WISH, post
from tests.imaging.pictures import edit_map, encoded, soft
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


@pytest.mark.parametrize("way", WAYS)
def test_a_quote_for_an_edit_says_how_the_mask_was_understood_and_what_would_be_sent(
    client: FlaskClient, upstream: Upstream, way: str
) -> None:
    quote = post(client, "/api/quote", {"kind": "edit", **WISH, "image": PICTURE, "mask": MASK}, way)
    assert quote.status_code == 200, quote.text
    left, top, right, bottom = BOX
    mask = quote.json["mask"]
    assert mask["edited"] == {"left": left, "top": top, "width": right - left, "height": bottom - top}
    assert (mask["means"], mask["sure"], mask["width"], mask["height"]) == ("white-is-edited", True, 60, 45)
    assert mask["share"] == pytest.approx(400 / 2700, abs=1e-6)
    assert quote.json["sends"] == {"width": 960, "height": 720, "size": "960x720"}
    assert quote.json["full_resolution"] is None
    assert upstream.ledger == []


def test_what_was_quoted_for_an_edit_is_what_is_expected_of_it(client: FlaskClient) -> None:
    wish = {**WISH, "image": [PICTURE, PICTURE], "mask": MASK, "n": 2}
    quote = post(client, "/api/quote", {"kind": "edit", **wish, "reuse": True}, "base64").json
    cost = post(client, "/edit_image", wish).json["cost"]
    assert (cost["estimate_usd"], cost["at_most_usd"]) == (quote["estimate_usd"], quote["at_most_usd"])


def test_a_large_picture_is_offered_full_resolution_at_its_price(client: FlaskClient) -> None:
    size, box = (2400, 1800), (200, 200, 500, 500)
    wish = {"kind": "edit", **WISH, "size": "1024x768"}
    wish |= {"image": encoded(soft(size), "JPEG"), "mask": encoded(edit_map(size, box))}
    offer = post(client, "/api/quote", wish).json["full_resolution"]
    assert offer["note"]
    taken = post(client, "/api/quote", {**wish, "full_resolution": True}).json
    assert taken["full_resolution"] is None
    assert {name: taken[name] for name in ("estimate_usd", "at_most_usd")} == {
        name: offer[name] for name in ("estimate_usd", "at_most_usd")
    }


def test_a_form_may_ask_for_any_kind(client: FlaskClient) -> None:
    made = client.post("/api/quote", json=CAT).json
    fields = {**CAT, "n": "1"}
    assert post(client, "/api/quote", fields).json["estimate_usd"] == made["estimate_usd"]
    varied = post(client, "/api/quote", {"kind": "vary", "image": PICTURE}).json
    assert varied["sends"] == {"width": 60, "height": 45, "size": None}
    assert varied["mask"] is None
    wrong = post(client, "/api/quote", {"kind": "paint", "image": PICTURE})
    assert (wrong.status_code, wrong.json["param"]) == (400, "kind")
