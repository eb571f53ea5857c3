"""What `/openapi.json` says of values holds for every model: it refuses nothing that one of them takes."""

from __future__ import annotations

from datetime import date
from typing import Any

import jsonschema_rs
import pytest

from app.api.limits import limits_of
from app.api.openapi_bodies import json_schema
from app.api.schemas import GENERATE
from app.domain.catalogue import Catalogue, load_catalogue
from app.domain.requests import Generate

TODAY = date(2026, 11, 20)
UNLISTED = "flux-9-pro"

VALUES: dict[str, tuple[Any, ...]] = {
    "n": (-1, 0, 1, 2, 10, 11),
    "size": ("auto", "256x256", "1024x640", "3840x2160", "99999x1", "100000x1", "0x0", "01x1", "AUTO", "1024", ""),
    "quality": ("low", "hd", "standard", "", "x" * 64, "x" * 65),
    "output_format": ("png", "jpeg", "webp", "gif", "svg", "bmp", ""),
    "output_compression": (-1, 0, 100, 101),
    "partial_images": (-1, 0, 3, 4),
    "frame_count": (1, 2, 16, 17),
    "frame_duration_ms": (9, 10, 655350, 655351),
    "prompt": ("", "x", "x" * 32000, "x" * 32001),
    "user": ("", "x" * 256, "x" * 257),
    "model": ("x" * 256, "x" * 257, ""),
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def is_taken(catalogue: Catalogue, field: str, value: Any) -> bool:
    """Whether some model takes the value, with the output format that suits it."""
    names = [model.id for model in catalogue.models] + [UNLISTED]
    formats = [{}, {"output_format": "gif"}, {"output_format": "jpeg"}]
    candidates = [{"prompt": "x", "model": name, **extra, field: value} for name in names for extra in formats]
    return any(not catalogue.problems(Generate(**fields), today=TODAY, legacy=True) for fields in candidates)


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in VALUES.items() for value in values])
def test_the_schema_takes_a_value_exactly_when_some_model_does(catalogue: Catalogue, field: str, value: Any) -> None:
    schema = json_schema(GENERATE, ("prompt",), limits_of(catalogue, "generate"))
    allowed = jsonschema_rs.is_valid(schema, {"prompt": "x", field: value})
    assert allowed == is_taken(catalogue, field, value)


def test_null_is_no_choice_except_for_the_prompt(catalogue: Catalogue) -> None:
    schema = json_schema(GENERATE, ("prompt",), limits_of(catalogue, "generate"))
    assert jsonschema_rs.is_valid(schema, {"prompt": "x", **dict.fromkeys([f.name for f in GENERATE[1:]])})
    assert not jsonschema_rs.is_valid(schema, {"prompt": None})
