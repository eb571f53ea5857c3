"""What files tell is read strictly: it may come from anybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.provenance import LONGEST_TEXT, OPTIONS, NotOurs, Provenance

GOOD: dict[str, Any] = {"atelier": 1, "wish": "generate", "prompt": "a cat", "model": "gpt-image-2"}


def test_the_least_that_is_read_is_what_was_asked_of_which_model() -> None:
    assert Provenance.from_text(json.dumps(GOOD)) == Provenance(wish="generate", prompt="a cat", model="gpt-image-2")


def test_nothing_private_and_no_other_picture_is_among_the_options() -> None:
    assert OPTIONS.isdisjoint({"user", "images", "mask", "given", "prompt", "model"})
    assert {"size", "quality", "output_format", "input_fidelity", "n"} <= OPTIONS


def test_options_of_a_later_release_are_left_out() -> None:
    text = json.dumps(GOOD | {"options": {"size": "auto", "dreaminess": 3, "user": "me"}})
    assert Provenance.from_text(text).options == {"size": "auto"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{" * 100_000,
        "9" * 100_000,
        json.dumps(GOOD)[:-1],
        json.dumps(GOOD)[:-1] + ', "model": "dall-e-2"}',
        json.dumps(GOOD)[:-1] + ', "created_at": NaN}',
        json.dumps(GOOD)[:-1] + ', "created_at": Infinity}',
        " " * LONGEST_TEXT + json.dumps(GOOD),
        *(
            json.dumps(GOOD | change)
            for change in (
                {"atelier": 2},
                {"atelier": None},
                {"wish": "paint"},
                {"wish": ["edit"]},
                {"prompt": 1},
                {"prompt": None},
                {"model": ""},
                {"stray": 1},
                {"options": []},
                {"options": {"size": None}},
                {"options": {"size": ["1"]}},
                {"options": {"n": 1.5}},
                {"options": {"n": True}},
                {"options": {"n": 10**12}},
                {"picture_id": "../../etc/passwd"},
                {"picture_id": 1},
                {"created_at": -1},
                {"created_at": 1e300},
                {"created_at": "now"},
                {"practice": "yes"},
            )
        ),
        json.dumps({name: value for name, value in GOOD.items() if name != "prompt"}),
    ],
    ids=lambda text: text[:60],
)
def test_what_is_not_exactly_ours_is_refused(text: str) -> None:
    with pytest.raises(NotOurs):
        Provenance.from_text(text)
