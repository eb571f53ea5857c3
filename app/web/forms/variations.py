"""The form for variations: text and one reference in, a `VaryDraft` out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wtforms import StringField

from app.domain.drafts import STRENGTHS, Source, VaryDraft
from app.domain.errors import Problem
from app.domain.requests import Edit, Given, Vary
from app.domain.sentences import choose, joined, say
from app.web.forms.settings import SettingsForm

USUAL_STRENGTH = "medium"


@dataclass(frozen=True, slots=True)
class Strength:
    """How far a variation may go, in a word and in a sentence."""

    value: str
    label: str
    hint: str


STRENGTH_CHOICES = (
    Strength("subtle", say("Subtle"), say("The same picture, small differences")),
    Strength("medium", say("Medium"), say("The same subject, told anew")),
    Strength("bold", say("Bold"), say("Another picture in its spirit")),
)
"""What a form offers of `drafts.STRENGTHS`."""


class VaryForm(SettingsForm):
    """The settings, and how far a variation may go. The picture itself comes as a file and goes on as a reference."""

    sent = (*SettingsForm.sent, "input_fidelity")

    input_fidelity = StringField()
    strength = StringField(default=USUAL_STRENGTH)

    @classmethod
    def of(cls, made: Vary | Edit) -> VaryForm:
        """The form that asks the same once more; its picture goes on as a reference."""
        given = made.given or Given(images=made.images, size=made.size)
        chosen = {**made.chosen(), "size": given.size or "", "strength": given.strength or USUAL_STRENGTH}
        return cls.prefilled(chosen, ("strength",))

    def read(self, default_model: str, images: Sequence[str] = ()) -> tuple[VaryDraft, tuple[Problem, ...]]:
        """The variations of what the references name, and what could not be read."""
        values, problems = self.read_values(default_model)
        strength = self.text("strength") or USUAL_STRENGTH
        if strength not in STRENGTHS:
            sentence = joined(say("There is no such strength."), choose(STRENGTHS))
            problems = (*problems, Problem("strength", "invalid_value", sentence))
            strength = USUAL_STRENGTH
        pictures = tuple(Source(reference=reference) for reference in images)
        return VaryDraft(values=values, images=pictures, strength=strength), problems
