"""What every form of the studio is made from."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm


class PageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form that reads what forms send: Flask-WTF would take a JSON body too, whose values need not be text."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the same
        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            return None if request.is_json else super().wrap_formdata(form, formdata)
