"""The form for editing: text and references in, an `EditDraft` out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from wtforms import StringField, TextAreaField

from app.domain.drafts import EditDraft, Extend, Source
from app.domain.errors import Problem
from app.domain.requests import Edit, Given
from app.domain.sentences import say
from app.web.forms.masks import FlagField, MaskForm
from app.web.forms.settings import SettingsForm

EDGES = ("left", "top", "right", "bottom")
EDGE_FIELDS = tuple(f"extend_{edge}" for edge in EDGES)
SHAPES = ("1:1", "3:2", "2:3", "4:3", "3:4", "16:9", "9:16", "21:9")
"""What a picture can be extended to without counting pixels."""
_PIXELS = re.compile(r"[0-9]{1,6}", re.ASCII)


class EditForm(MaskForm):
    """The settings, a prompt, how the mask is meant, and what to add around the picture.

    The pictures and the mask themselves are no fields of it: they come as files and go on as references.
    """

    sent = ("prompt", *SettingsForm.sent, "input_fidelity")

    prompt = TextAreaField()
    input_fidelity = StringField()
    full_resolution = FlagField(default="false")
    extend_left = StringField()
    extend_top = StringField()
    extend_right = StringField()
    extend_bottom = StringField()
    extend_to = StringField()

    @classmethod
    def of(cls, edit: Edit) -> EditForm:
        """The form that asks the same once more; its pictures go on as references."""
        given = edit.given or Given(images=edit.images, mask=edit.mask, size=edit.size)
        values = {**edit.chosen(), "size": given.size or ""}
        flags = {"keep_unmasked": given.keep_unmasked or given.mask is None, "full_resolution": given.full_resolution}
        return cls.prefilled(values | {name: str(value).lower() for name, value in flags.items()}, flags)

    def read(
        self, default_model: str, images: Sequence[str] = (), mask: str | None = None
    ) -> tuple[EditDraft, tuple[Problem, ...]]:
        """The edit of these references, and what could not be read; unreadable fields are left out."""
        values, problems = self.read_values(default_model)
        extend, unreadable = self._extend()
        means, untold = self.read_mask_means()
        draft = EditDraft(
            values=values,
            images=tuple(Source(reference=reference) for reference in images),
            mask=Source(reference=mask) if mask else None,
            mask_means=means,
            invert_mask=self.invert_mask.is_set,
            keep_unmasked=self.keep_unmasked.is_set,
            full_resolution=self.full_resolution.is_set,
            extend=extend,
        )
        return draft, (*problems, *unreadable, *untold)

    @property
    def extends(self) -> bool:
        """Whether anything stands in the fields for growing the picture."""
        return any(self.text(name).strip() not in ("", "0") for name in (*EDGE_FIELDS, "extend_to"))

    def _extend(self) -> tuple[Extend | None, tuple[Problem, ...]]:
        values: dict[str, Any] = {}
        problems = []
        for edge, name in zip(EDGES, EDGE_FIELDS, strict=True):
            text = self.text(name).strip()
            if _PIXELS.fullmatch(text):
                values[edge] = int(text)
            elif text:
                problems.append(Problem(name, "invalid_type", say("Write how many pixels to add, as a whole number.")))
        if shape := self.text("extend_to").strip():
            values["to"] = shape
        return (Extend(**values) if any(values.values()) else None), tuple(problems)
