"""The sign-in form."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The shared password, and where to go afterwards. An empty password is simply a wrong one."""

    password = PasswordField("Password")
    next = HiddenField()
