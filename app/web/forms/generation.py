"""The prompt form: text as it was typed in, a `Generate` out."""

from __future__ import annotations

from wtforms import StringField, TextAreaField

from app.domain.errors import Problem
from app.domain.requests import Generate
from app.web.forms.settings import SettingsForm


class GenerationForm(SettingsForm):
    """The settings, a prompt and a style."""

    sent = ("prompt", *SettingsForm.sent, "style")

    prompt = TextAreaField()
    style = StringField()

    def read(self, default_model: str) -> tuple[Generate, tuple[Problem, ...]]:
        """The request that was typed, and what could not be read as one; unreadable fields are left out."""
        values, problems = self.read_values(default_model)
        return Generate(**values), problems
