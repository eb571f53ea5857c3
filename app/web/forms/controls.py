"""A form as a template shows it: every field with its value, its choices and its problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.errors import Problem
from app.domain.sentences import all_of, joined, say
from app.web.forms.choices import CUSTOM, Choice, ModelOffers, Offer, size_label, word
from app.web.forms.settings import SettingsForm

MAIN = ("size", "quality", "n")
"""The settings that matter, in their order after the model."""

MORE = (
    "background",
    "output_format",
    "output_compression",
    "frame_count",
    "frame_duration_ms",
    "input_fidelity",
    "style",
    "complexity",
    "moderation",
    "partial_images",
)
"""The settings behind "More options", in their order."""

_LABELS = {
    "model": say("Model"),
    "size": say("Shape"),
    "quality": say("Quality"),
    "n": say("How many"),
    "background": say("Background"),
    "output_format": say("File format"),
    "output_compression": say("Compression quality"),
    "frame_count": say("Frames"),
    "frame_duration_ms": say("Milliseconds per frame"),
    "input_fidelity": say("Faithfulness to the pictures"),
    "style": say("Style"),
    "complexity": say("Complexity"),
    "moderation": say("Moderation"),
    "partial_images": say("Previews while drawing"),
}
_HINTS = {
    "background": say("Transparent needs PNG or WebP."),
    "input_fidelity": say("High keeps faces and details closer, and costs more."),
    "moderation": say("Low filters less."),
    "partial_images": say("Each costs 100 output tokens."),
}
_FORMAT_NAMES = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "gif": "GIF"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One field. `choices` are the chosen model's, `elsewhere` those that only other models take.

    `typed`: there is no list, but a short text to type. `lacking`: the chosen model does not have it.
    """

    name: str
    label: str
    value: str
    choices: tuple[Choice, ...] = ()
    elsewhere: tuple[Choice, ...] = ()
    typed: bool = False
    lacking: bool = False
    hint: str = ""
    blank: str = ""
    errors: tuple[str, ...] = ()


def controls(
    form: SettingsForm,
    offers: Sequence[ModelOffers],
    chosen: ModelOffers,
    problems: Sequence[Problem] = (),
) -> dict[str, Control]:
    """Every setting that any of the `offers` has, by name, as the `chosen` model among them has it."""
    errors: dict[str, list[str]] = {}
    for problem in problems:
        errors.setdefault(problem.field, []).append(problem.message)
    told = {name: tuple(sentences) for name, sentences in errors.items()}
    return {
        "model": _model(form, offers, chosen, told),
        **{
            name: _control(name, form, offers, chosen, told)
            for name in (*MAIN, *MORE)
            if any(name in offer.fields for offer in offers)
        },
    }


def _model(
    form: SettingsForm, offers: Sequence[ModelOffers], chosen: ModelOffers, told: Mapping[str, tuple[str, ...]]
) -> Control:
    choices = tuple(Choice(offer.id, offer.label) for offer in offers)
    value = form.text("model") or chosen.id
    return Control(
        name="model",
        label=_LABELS["model"],
        value=value,
        choices=_with(value, choices, ()),
        errors=told.get("model", ()),
    )


def _control(
    name: str,
    form: SettingsForm,
    offers: Sequence[ModelOffers],
    chosen: ModelOffers,
    told: Mapping[str, tuple[str, ...]],
) -> Control:
    having = [model for model in offers if name in model.fields]
    own = chosen.fields.get(name)
    offer = own or next((model.fields[name] for model in having), None) or Offer(choices=None, blank=say("Default"))
    value = form.text(name)
    choices = offer.choices or ()
    elsewhere = _elsewhere(name, having, choices) if own and offer.choices is not None else ()
    blank = offer.blank if own else say("Leave out")
    if offer.choices is not None and name != "n":
        choices = (Choice("", blank), *choices)
    return Control(
        name=name,
        label=_LABELS[name],
        value=value or ("1" if name == "n" else ""),
        choices=_with(value, choices, elsewhere) if offer.choices is not None else (),
        elsewhere=elsewhere,
        typed=offer.choices is None,
        lacking=own is None,
        hint=_hint(name, offer, having, len(offers)),
        blank=blank,
        errors=told.get(name, ()),
    )


def _elsewhere(name: str, having: Sequence[ModelOffers], own: Sequence[Choice]) -> tuple[Choice, ...]:
    """What other models take and this one does not; without JavaScript the model may change after it."""
    known = {choice.value for choice in own}
    found: dict[str, Choice] = {}
    for model in having:
        for choice in model.fields[name].choices or ():
            if choice.value not in known:
                found.setdefault(choice.value, choice)
    return tuple(found.values())


def _with(value: str, choices: tuple[Choice, ...], elsewhere: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices, and the value too when nothing offers it: what was typed is never lost."""
    if not value or any(choice.value == value for choice in (*choices, *elsewhere)):
        return choices
    label = say("Custom…") if value == CUSTOM else size_label(value) if "x" in value else word(value)
    return (*choices, Choice(value, label))


def _hint(name: str, offer: Offer, having: Sequence[ModelOffers], models: int) -> str:
    parts = []
    if offer.hint:
        parts.append(offer.hint)
    if offer.formats:
        parts.append(_only(_FORMAT_NAMES.get(f, f) for f in offer.formats))
    if name in _HINTS:
        parts.append(_HINTS[name])
    if 0 < len(having) < models and len(having) <= 2:
        parts.append(_only(model.label for model in having))
    return joined(*parts)


def _only(names: Iterable[str]) -> str:
    return say("{names} only.", names=all_of(names))
