"""The sign-in form."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField

from app.domain.sentences import say
from app.web.forms.base import PageForm


class SignInForm(PageForm):
    """The shared password, and where to go afterwards. An empty password is simply a wrong one."""

    password = PasswordField(say("Password"))
    next = HiddenField()
