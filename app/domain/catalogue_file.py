"""Reads `catalogue.toml`: kits by name, models that refer to them. A wrong name there is a `KeyError`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.domain.counting import AxisRule, Counting, InputRule, TableRule
from app.domain.models import MaskLimits, Model, PictureLimits
from app.domain.options import Option
from app.domain.prices import PicturePrices, TokenPrices, TokenRates, dearest
from app.domain.sizes import CommonSize, FreeSizeRule, Size, Sizes, parse_size
from app.domain.text_models import TextModel, read_text_models

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """What the file says. `generic` stands for every name it does not list; its own id is empty."""

    default_model: str
    models: tuple[Model, ...]
    generic: Model
    default_text_model: str
    text_models: tuple[TextModel, ...]


def read_catalogue_file(path: Path) -> CatalogueFile:
    """Raises `OSError`, `tomllib.TOMLDecodeError`, or `KeyError` when the file contradicts itself."""
    with path.open("rb") as file:
        kits: Table = tomllib.load(file)
    models = tuple(_model(entry, kits, _pricing(entry, kits)) for entry in kits["models"])
    generic = kits["generic"]
    unknown_price = TokenPrices(
        rates=dearest([model.pricing.rates for model in models if isinstance(model.pricing, TokenPrices)]),
        counting=_counting(kits["counting"][generic["counting"]], kits),
    )
    return CatalogueFile(
        kits["default_model"],
        models,
        _model({"id": "", "title": "", **generic}, kits, unknown_price, known=False),
        kits["default_text_model"],
        read_text_models(kits),
    )


def _model(entry: Table, kits: Table, pricing: TokenPrices | PicturePrices, *, known: bool = True) -> Model:
    inputs, mask = entry.get("inputs"), entry.get("mask")
    options = [_option(kits["options"][name]) for name in entry["options"]]
    return Model(
        id=entry["id"],
        title=entry["title"],
        aliases=tuple(entry.get("aliases", ())),
        known=known,
        released=entry.get("released"),
        retires_on=entry.get("retires_on"),
        replacement=entry.get("replacement"),
        endpoints=tuple(entry["endpoints"]),
        prompt_max=entry["prompt_max"],
        n_max=10,  # every model and every known gateway
        n_per_call=entry.get("n_per_call", 10),
        accepts_response_format=entry.get("accepts_response_format", False),
        sizes=_sizes(kits["sizes"][entry["sizes"]]),
        options={option.name: option for option in options},
        inputs=None if inputs is None else PictureLimits(**_frozen(kits["inputs"][inputs])),
        mask=None if mask is None else MaskLimits(**_frozen(kits["masks"][mask])),
        pricing=pricing,
        prices_verified_on=kits["prices_verified_on"],
    )


def _sizes(kit: Table) -> Sizes:
    return Sizes(
        common=tuple(CommonSize(size, label) for size, label in kit["common"]),
        auto=kit.get("auto", False),
        rule=FreeSizeRule(**kit["rule"]) if "rule" in kit else None,
        any=kit.get("any", False),
    )


def _option(kit: Table) -> Option:
    return Option(
        name=kit["name"],
        kinds=tuple(kit.get("kinds", ("generate", "edit", "turn"))),
        values=None if kit.get("text") or "range" in kit else tuple(kit["values"]),
        range=(kit["range"][0], kit["range"][1]) if "range" in kit else None,
        default=kit.get("default"),
        formats=tuple(kit.get("formats", ())),
        value_formats=_frozen(kit.get("value_formats", {})),
        preview=tuple(kit.get("preview", ())),
    )


def _pricing(entry: Table, kits: Table) -> TokenPrices | PicturePrices:
    kit = kits["prices"][entry["prices"]]
    if "per_picture" in kit:
        return PicturePrices(table=_decimals(kit["per_picture"]))
    rates = {name: Decimal(kit[name]) for name in ("text_in", "image_in", "image_out", "text_out")}
    return TokenPrices(
        rates=TokenRates(**rates),
        counting=_counting(kits["counting"][entry["counting"]], kits),
        published=_decimals(kit.get("published", {})),
    )


def _counting(kit: Table, kits: Table) -> Counting:
    per_input = kit.get("text_per_input", 0)
    return Counting(
        output=_output_rule(kit, kits),
        inputs=InputRule(kit["inputs"]),
        text_per_input=per_input,
        text_per_input_at_most=kit.get("text_per_input_at_most", per_input),
        confirmed=kit["confirmed"],
    )


def _output_rule(kit: Table, kits: Table) -> AxisRule | TableRule:
    if "table" in kit:
        return TableRule(table=kits["tables"][kit["table"]], auto_quality=kit["auto_quality"])
    return AxisRule(
        axis=kit["axis"],
        axis_at_most=kit.get("axis_at_most", kit["axis"]),
        auto_quality=kit["auto_quality"],
        auto_size_at_most=_size(kit["auto_size_at_most"]),
    )


def _size(text: str) -> Size:
    size = parse_size(text)
    if size is None:
        raise KeyError(text)
    return size


def _decimals(table: Table) -> dict[str, dict[str, Decimal]]:
    return {quality: {size: Decimal(dollars) for size, dollars in row.items()} for quality, row in table.items()}


def _frozen(table: Table) -> dict[str, Any]:
    """The table with its lists as tuples, for frozen values."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
