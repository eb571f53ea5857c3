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
from app.domain.sentences import say
from app.domain.sizes import AUTO, FreeSizeRule, Sizes, parse_size
from app.edge.languages import told
from app.web.wording import day, picture_size

CUSTOM = "custom"
"""The value of the size field that stands for the two fields beside it."""

_LONGEST_LIST = 16
"""Whole numbers up to this many are offered as a list, more as a field to type into."""

_SIZE_NAMES: dict[str, str] = {
    name: name
    for name in (
        say("Square"),
        say("Landscape"),
        say("Portrait"),
        say("Wide"),
        say("4K wide"),
        say("4K tall"),
        say("Small"),
        say("Medium"),
        say("Large"),
        say("Large square"),
    )
}
"""What the catalogue calls common sizes."""

_WORDS = {
    "low": say("Low"),
    "medium": say("Medium"),
    "high": say("High"),
    "xhigh": say("Extra high"),
    "max": say("Maximum"),
    "standard": say("Standard"),
    "hd": "HD",
    "opaque": say("Opaque"),
    "transparent": say("Transparent"),
    "vivid": say("Vivid"),
    "natural": say("Natural"),
    "png": "PNG",
    "jpeg": "JPEG",
    "webp": "WebP",
    "gif": say("GIF, animated"),
    "auto": say("Auto (explicit)"),
    SOURCE_SIZE: say("Same as the first picture"),
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
            "choices": None if self.choices is None else [[c.value, told(c.label)] for c in self.choices],
            "blank": told(self.blank),
            "hint": told(self.hint),
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
            "custom_size": told(self.custom_size),
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
        label=_named(model, today),
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
    return say("{name}, {size}", name=_SIZE_NAMES.get(name, name), size=shown) if name else shown


def _offer(option: Option, possible: tuple[str, ...] | None) -> Offer:
    """`possible`: the model's output formats; what goes with all of them is not worth mentioning."""
    blank = _blank(option.default)
    formats = () if possible is not None and set(possible) <= set(option.formats) else option.formats
    if option.range is not None:
        low, high = option.range
        if high - low < _LONGEST_LIST:
            return Offer(choices=_numbers(low, high), blank=blank, formats=formats)
        return Offer(choices=None, blank=blank, hint=say("{low} to {high}.", low=low, high=high), formats=formats)
    if option.values is None:
        return Offer(choices=None, blank=blank, formats=formats)
    ordered = sorted(option.values, key=lambda value: value == AUTO)  # the explicit "auto" goes last
    choices = tuple(
        Choice(value, say("{value} (preview access)", value=word(value)) if value in option.preview else word(value))
        for value in ordered
    )
    return Offer(choices=choices, blank=blank, formats=formats)


def _blank(default: str | int | None) -> str:
    if default is None:
        return say("Default")
    if default == AUTO:
        return say("Automatic")
    return say("Default ({value})", value=_WORDS.get(str(default), str(default)))


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
        yield Choice(CUSTOM, say("Custom…"))


def _blank_size(sizes: Sizes) -> str:
    return say("Automatic") if sizes.auto else say("Default ({value})", value=size_label(sizes.common[0].size))


def _custom_size(sizes: Sizes) -> str:
    if sizes.rule:
        return _rule_in_words(sizes.rule)
    return say("Width and height in pixels.") if sizes.any else ""


def _rule_in_words(rule: FreeSizeRule) -> str:
    least, most = rule.min_pixels / 1_000_000, rule.max_pixels / 1_000_000
    return say(
        "Multiples of {multiple} up to {edge}, from 1:{ratio} to {ratio}:1, {least} to {most} megapixels.",
        multiple=rule.multiple,
        edge=rule.longest_edge,
        ratio=rule.max_ratio,
        least=f"{least:.2f}",
        most=f"{most:.1f}",
    )


def _named(model: Model, today: date) -> str:
    """The model in the list of models, with its last day where its days are counted."""
    status = model.status(today)
    if status == "retired":
        return say("{model} (retired)", model=model.title)
    if status == "retiring" and model.retires_on is not None:
        return say("{model} (until {day})", model=model.title, day=day(model.retires_on))
    return model.title
