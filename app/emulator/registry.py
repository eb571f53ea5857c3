"""The image models of the outside world: dates, limits and options.

Source: fact sheet section 1. Facts marked there as unconfirmed are named beside the value. Nothing here is
taken from the studio's own catalogue: the two are written apart so that each checks the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.emulator import errors

LEGACY_SQUARES = ("256x256", "512x512", "1024x1024")
WIDE_AND_TALL = ("1024x1024", "1792x1024", "1024x1792")
THREE_SIZES = ("1024x1024", "1024x1536", "1536x1024", "auto")


@dataclass(frozen=True)
class Model:
    """What one model id accepts. Empty tuples mean "the parameter does not exist for it"."""

    id: str
    family: str
    released: date
    shutdown: date | None = None
    endpoints: tuple[str, ...] = ("generations", "edits")
    longest_prompt: int = 32_000
    most_pictures: int = 10
    most_inputs: int = 16
    sizes: tuple[str, ...] = ()  # empty: any size under the free-size rule
    qualities: tuple[str, ...] = ("low", "medium", "high", "auto")
    styles: tuple[str, ...] = ()
    backgrounds: tuple[str, ...] = ("transparent", "opaque", "auto")
    preview_backgrounds: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("png", "jpeg", "webp")
    preview_formats: tuple[str, ...] = ()
    fidelities: tuple[str, ...] = ()
    complexities: tuple[str, ...] = ()
    markup: bool = False

    @property
    def dall_e(self) -> bool:
        return self.family.startswith("dall-e")

    @property
    def free_size(self) -> bool:
        return not self.sizes


_DALL_E_RETIRED = date(2026, 5, 12)
_SECOND_WAVE_RETIRES = date(2026, 12, 1)
_FINE_QUALITIES = ("low", "medium", "high", "xhigh", "max", "auto")


def _first_generation(model_id: str, released: date, shutdown: date, *fidelities: str) -> Model:
    return Model(model_id, "gpt-image-1", released, shutdown, sizes=THREE_SIZES, fidelities=fidelities)


def _models() -> tuple[Model, ...]:
    dall_e_2 = Model(
        "dall-e-2",
        "dall-e-2",
        date(2022, 11, 3),
        _DALL_E_RETIRED,
        endpoints=("generations", "edits", "variations"),
        longest_prompt=1_000,
        most_inputs=1,
        sizes=LEGACY_SQUARES,
        qualities=("standard",),
        backgrounds=(),
        formats=(),
    )
    dall_e_3 = replace(
        dall_e_2,
        id="dall-e-3",
        family="dall-e-3",
        released=date(2023, 11, 6),
        endpoints=("generations",),
        longest_prompt=4_000,
        most_pictures=1,
        sizes=WIDE_AND_TALL,
        qualities=("standard", "hd"),
        styles=("vivid", "natural"),
    )
    one_five = _first_generation("gpt-image-1.5", date(2025, 12, 16), _SECOND_WAVE_RETIRES, "high", "low")
    two = Model(
        "gpt-image-2",
        "gpt-image-2",
        date(2026, 4, 21),
        # Transparent is "in preview" for this model and was refused at its launch.
        backgrounds=("opaque", "auto"),
        preview_backgrounds=("transparent",),
    )
    two_five = Model(
        "gpt-image-2.5-sunburst",
        "gpt-image-2.5",
        date(2026, 9, 8),
        qualities=_FINE_QUALITIES,
        markup=True,
    )
    two_six = replace(
        two_five,
        id="gpt-image-2.6-sunburst",
        family="gpt-image-2.6",
        released=date(2026, 11, 4),
        preview_formats=("gif", "svg"),
        complexities=("low", "medium", "high"),
    )
    return (
        dall_e_2,
        dall_e_3,
        _first_generation("gpt-image-1", date(2025, 4, 23), date(2026, 10, 23), "high", "low"),
        _first_generation("gpt-image-1-mini", date(2025, 10, 6), _SECOND_WAVE_RETIRES, "low"),
        one_five,
        replace(one_five, id="gpt-image-1.5-2025-12-16"),
        replace(one_five, id="chatgpt-image-latest"),
        two,
        replace(two, id="gpt-image-2-2026-04-21"),
        two_five,
        replace(two_five, id="gpt-image-2.5-sunburst-2026-09-08"),
        replace(two_five, id="gpt-image-2.5-flare"),
        replace(two_five, id="gpt-image-2.5-flare-2026-09-08"),
        two_six,
        replace(two_six, id="gpt-image-2.6-flare"),
    )


class Registry:
    """Which models answer on a given day.

    ``legacy`` keeps retired models alive; ``preview`` grants the gated output formats and backgrounds.
    ``today`` is fixed when given, else the real UTC date at each question.
    """

    def __init__(self, *, legacy: bool, preview: bool) -> None:
        self.legacy = legacy
        self.preview = preview
        self._models = {model.id: self._with_preview(model) for model in _models()}

    def _with_preview(self, model: Model) -> Model:
        if not self.preview:
            return model
        return replace(model, backgrounds=(*model.preview_backgrounds, *model.backgrounds))

    def available(self, today: date) -> list[Model]:
        """Models that answer, oldest first."""
        return [model for model in self._models.values() if self._alive(model, today)]

    def find(self, model_id: str, today: date) -> Model:
        """The model of that name; ``ApiError`` 400 when it does not exist or no longer does."""
        model = self._models.get(model_id)
        if model is None or not self._alive(model, today):
            raise errors.no_such_model(model_id)
        return model

    def _alive(self, model: Model, today: date) -> bool:
        return self.legacy or model.shutdown is None or today < model.shutdown
