"""What holds for every model alike, as JSON Schema keywords for `/openapi.json`.

Read off the catalogue, names that it does not know included, so that a schema never refuses what
some model takes. What depends on the model is left to `GET /api/models`.
"""

from __future__ import annotations

from typing import Any

from app.domain.catalogue import Catalogue
from app.domain.drafts import MASK_MEANS, SOURCE_SIZE, STRENGTHS
from app.domain.models import Model
from app.domain.options import TEXT_LIMIT, Option
from app.domain.text_rules import MODEL_NAME_MAX, USER_MAX
from app.domain.turns import ACTIONS, TOOL_CHOICES
from app.services.extending import MOST_PIXELS_PER_EDGE

SIZE_PATTERN = "^(auto|[1-9][0-9]{0,4}x[1-9][0-9]{0,4})$"
"""The two forms of a size, as `domain.sizes.parse_size` and the word `auto` have them."""

_SIZE_OR_SOURCE = SIZE_PATTERN.replace("auto", f"auto|{SOURCE_SIZE}")

_OF_PICTURES: dict[str, dict[str, Any]] = {
    "size": {"pattern": _SIZE_OR_SOURCE},
    "mask_means": {"enum": list(MASK_MEANS)},
    "strength": {"enum": list(STRENGTHS)},
    "text_model": {"minLength": 1, "maxLength": MODEL_NAME_MAX},
    "action": {"enum": list(ACTIONS)},
    "tool_choice": {"enum": list(TOOL_CHOICES)},
    "extend_to": {"pattern": "^[1-9][0-9]{0,3}:[1-9][0-9]{0,3}$", "examples": ["16:9", "1:1"]},
    **{
        f"extend_{edge}": {"minimum": 0, "maximum": MOST_PIXELS_PER_EDGE} for edge in ("left", "top", "right", "bottom")
    },
}
"""What holds for drafts of edits, variations and turns, beside the options of the models."""

_UNLISTED = "some model that the catalogue does not list"


def limits_of(catalogue: Catalogue, kind: str) -> dict[str, dict[str, Any]]:
    """The keywords for each field of a kind of request ("generate", "edit", "vary", "turn"), by field name.

    Most models vary a picture by an edit, so the options of a variation are those of an edit.
    """
    kind = "edit" if kind == "vary" else kind
    models = (*catalogue.models, catalogue.model_or_generic(_UNLISTED))
    options: dict[str, list[Option]] = {}
    for model in models:
        for name, option in model.options_for(kind).items():
            options.setdefault(name, []).append(option)
    return {
        "prompt": {"minLength": 1, "maxLength": max(model.prompt_max for model in models)},
        "model": {
            "minLength": 1,
            "maxLength": MODEL_NAME_MAX,
            "examples": [model.id for model in catalogue.models if model.serves(kind)],
        },
        "n": {"minimum": 1, "maximum": max(model.n_max for model in models)},
        "size": {"pattern": SIZE_PATTERN, "examples": _sizes(catalogue.model_or_generic(catalogue.default_model))},
        "user": {"maxLength": USER_MAX},
        **{name: _limits_of_option(alike) for name, alike in options.items()},
        **({} if kind == "generate" else _OF_PICTURES),
    }


def _sizes(model: Model) -> list[str]:
    return list(model.sizes.offered)


def _limits_of_option(alike: list[Option]) -> dict[str, Any]:
    """The widest limits that models set to one option."""
    ranges = [option.range for option in alike if option.range is not None]
    if ranges:
        return {"minimum": min(low for low, _ in ranges), "maximum": max(high for _, high in ranges)}
    values = list(dict.fromkeys(value for option in alike for value in option.values or ()))
    if all(option.values is not None for option in alike):
        return {"enum": values}
    return {"minLength": 1, "maxLength": TEXT_LIMIT, "examples": values}
