"""What every form of the studio is made from."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict


class PageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form that reads the text that forms send.

    Flask-WTF would take files for fields of text too, and a JSON body, whose values need not be text.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the same
        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            if request.is_json:
                return None
            wrapped = super().wrap_formdata(form, formdata)
            return request.form if isinstance(wrapped, CombinedMultiDict) else wrapped
