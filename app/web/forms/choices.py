"""What a form offers for each model, in people's words.

The same facts render the fields on the server and, as JSON in the page, let the script rebuild them
when another model is chosen: there is one place that decides what is offered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.drafts import SOURCE_SIZE
from app.domain.models import Model
from app.domain.options import Option
from app.domain.requests import Edit, Turn
from app.domain.sizes import AUTO, FreeSizeRule, Sizes, parse_size
from app.web.wording import picture_size

CUSTOM = "custom"
"""The value of the size field that stands for the two fields beside it."""

_LONGEST_LIST = 16
"""Whole numbers up to this many are offered as a list, more as a field to type into."""

_WORDS = {
    "low": "Low",
    "medium": "Medium",
    "high": "High",
    "xhigh": "Extra high",
    "max": "Maximum",
    "hd": "HD",
    "png": "PNG",
    "jpeg": "JPEG",
    "webp": "WebP",
    "gif": "GIF, animated",
    "auto": "Auto (explicit)",
    SOURCE_SIZE: "Same as the first picture",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list: what is sent, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One field as one model has it: a list of `choices`, or (`None`) a whole number or short text to type.

    `blank` says what happens when nothing is chosen. `formats`: only with these output formats.
    """

    choices: tuple[Choice, ...] | None
    blank: str
    hint: str = ""
    formats: tuple[str, ...] = ()

    def as_record(self) -> dict[str, Any]:
        return {
            "choices": None if self.choices is None else [[c.value, c.label] for c in self.choices],
            "blank": self.blank,
            "hint": self.hint,
            "formats": list(self.formats),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOffers:
    """Everything the form offers for one model. `custom_size`: what may be typed as a size; empty if nothing."""

    id: str
    label: str
    prompt_max: int
    custom_size: str
    fields: dict[str, Offer]

    def as_record(self) -> dict[str, Any]:
        return {
            "prompt_max": self.prompt_max,
            "custom_size": self.custom_size,
            "fields": {name: offer.as_record() for name, offer in self.fields.items()},
        }


def offers_of(model: Model, kind: str, today: date) -> ModelOffers:
    """What to offer for a model in one kind of request."""
    fields = {
        "size": Offer(choices=tuple(_sizes(model.sizes, kind)), blank=_blank_size(model.sizes)),
    }
    if kind != Turn.kind:
        fields["n"] = Offer(choices=_numbers(1, model.n_max), blank="1")
    options = model.options_for(kind)
    formats = options["output_format"].values if "output_format" in options else None
    fields |= {name: _offer(option, formats) for name, option in options.items()}
    return ModelOffers(
        id=model.id,
        label=f"{model.title}{_fate(model, today)}",
        prompt_max=model.prompt_max,
        custom_size=_custom_size(model.sizes),
        fields=fields,
    )


def word(value: str) -> str:
    """A value as people read it."""
    return _WORDS.get(value) or value[:1].upper() + value[1:]


def size_label(text: str, name: str = "") -> str:
    """ "Square, 1024 × 1024"; texts that are no size stay as they are."""
    size = parse_size(text)
    shown = picture_size(*size) if size else word(text)
    return f"{name}, {shown}" if name else shown


def _offer(option: Option, possible: tuple[str, ...] | None) -> Offer:
    """`possible`: the model's output formats; what goes with all of them is not worth mentioning."""
    blank = _blank(option.default)
    formats = () if possible is not None and set(possible) <= set(option.formats) else option.formats
    if option.range is not None:
        low, high = option.range
        if high - low < _LONGEST_LIST:
            return Offer(choices=_numbers(low, high), blank=blank, formats=formats)
        return Offer(choices=None, blank=blank, hint=f"{low} to {high}", formats=formats)
    if option.values is None:
        return Offer(choices=None, blank=blank, formats=formats)
    ordered = sorted(option.values, key=lambda value: value == AUTO)  # the explicit "auto" goes last
    choices = tuple(
        Choice(value, f"{word(value)} (preview access)" if value in option.preview else word(value))
        for value in ordered
    )
    return Offer(choices=choices, blank=blank, formats=formats)


def _blank(default: str | int | None) -> str:
    if default is None:
        return "Default"
    if default == AUTO:
        return "Automatic"
    return f"Default ({_WORDS.get(str(default), str(default))})"


def _numbers(low: int, high: int) -> tuple[Choice, ...]:
    return tuple(Choice(str(number), str(number)) for number in range(low, high + 1))


def _sizes(sizes: Sizes, kind: str) -> Iterable[Choice]:
    if kind == Edit.kind:
        yield Choice(SOURCE_SIZE, word(SOURCE_SIZE))
    for common in sizes.common:
        yield Choice(common.size, size_label(common.size, common.label))
    if sizes.auto:
        yield Choice(AUTO, word(AUTO))
    if sizes.rule or sizes.any:
        yield Choice(CUSTOM, "Custom…")


def _blank_size(sizes: Sizes) -> str:
    return "Automatic" if sizes.auto else f"Default ({size_label(sizes.common[0].size)})"


def _custom_size(sizes: Sizes) -> str:
    if sizes.rule:
        return _rule_in_words(sizes.rule)
    return "Width and height in pixels." if sizes.any else ""


def _rule_in_words(rule: FreeSizeRule) -> str:
    least, most = rule.min_pixels / 1_000_000, rule.max_pixels / 1_000_000
    return (
        f"Multiples of {rule.multiple} up to {rule.longest_edge}, from 1:{rule.max_ratio} to {rule.max_ratio}:1, "
        f"{least:.2f} to {most:.1f} megapixels."
    )


def _fate(model: Model, today: date) -> str:
    """What the list of models says about a model's days, where they are counted."""
    status = model.status(today)
    if status == "retired":
        return " (retired)"
    if status == "retiring" and model.retires_on is not None:
        return f" (until {model.retires_on.day} {model.retires_on:%b %Y})"
    return ""
