"""What forms say about a mask: how it is meant, and whether everything else is kept."""

from __future__ import annotations

from wtforms import StringField

from app.domain.drafts import MASK_MEANS
from app.domain.errors import Problem
from app.domain.sentences import choose, joined, say
from app.web.forms.choices import Choice
from app.web.forms.settings import SettingsForm

MASK_MEANINGS = (
    Choice("auto", say("Found out from the file")),
    Choice("transparent-is-edited", say("transparent")),
    Choice("white-is-edited", say("white")),
    Choice("black-is-edited", say("black")),
)
"""What a form offers of `drafts.MASK_MEANS`."""


class FlagField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A checkbox behind a hidden field of the same name that says "false": only the last value counts.

    So that an unchecked box differs from a field that was not sent, and a page shown again keeps it unchecked.
    """

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = valuelist[-1]

    @property
    def is_set(self) -> bool:
        return str(self.data).lower() in ("true", "1", "on")


class MaskForm(SettingsForm):
    """The settings, and how a mask is meant. The mask itself comes as a file and goes on as a reference."""

    mask_means = StringField(default=MASK_MEANS[0])
    invert_mask = FlagField(default="false")
    keep_unmasked = FlagField(default="true")

    def read_mask_means(self) -> tuple[str, tuple[Problem, ...]]:
        """How the mask is meant, and what is wrong with how that was said."""
        means = self.text("mask_means") or MASK_MEANS[0]
        if means in MASK_MEANS:
            return means, ()
        sentence = joined(say("A mask cannot mean that."), choose(MASK_MEANS))
        return MASK_MEANS[0], (Problem("mask_means", "invalid_value", sentence),)
