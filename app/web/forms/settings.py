"""What the forms for pictures have in common: the settings, and turning text into values.

Nothing is judged here but what text cannot become a value at all; the catalogue explains the rest,
so that a form keeps and shows any value, however wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Self

from wtforms import HiddenField, StringField

from app.domain.errors import Problem
from app.domain.ids import is_id, new_id
from app.domain.sentences import say
from app.domain.sizes import parse_size
from app.web.forms.base import PageForm
from app.web.forms.choices import CUSTOM

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBERS = {
    "n": say("The number of pictures must be a whole number."),
    "output_compression": say("The compression must be a whole number."),
    "partial_images": say("The number of previews must be a whole number."),
    "frame_count": say("The number of frames must be a whole number."),
    "frame_duration_ms": say("The time for each frame must be a whole number."),
}


class SettingsForm(PageForm):
    """Fields bear the names of the JSON fields. An empty field was not chosen.

    `submission` is the one-time id that makes a double click the same job. `size` is any size, or
    `custom` for what `width` and `height` say. `sent` names the fields that become values of a request.
    """

    sent: ClassVar[tuple[str, ...]] = (
        "model",
        "n",
        "size",
        "quality",
        "background",
        "output_format",
        "output_compression",
        "moderation",
        "complexity",
        "partial_images",
        "frame_count",
        "frame_duration_ms",
        "user",
    )

    model = StringField()
    n = StringField()
    size = StringField()
    width = StringField()
    height = StringField()
    quality = StringField()
    background = StringField()
    output_format = StringField()
    output_compression = StringField()
    moderation = StringField()
    complexity = StringField()
    partial_images = StringField()
    frame_count = StringField()
    frame_duration_ms = StringField()
    user = HiddenField()
    submission = HiddenField(default=new_id)

    @classmethod
    def prefilled(cls, values: Mapping[str, object], others: Collection[str] = ()) -> Self:
        """A form that was not sent yet, with these fields filled in; names but `sent` and `others` are passed over."""
        data = {name: str(value) for name, value in values.items() if name in cls.sent or name in others}
        return cls(formdata=None, data=data)

    @property
    def key(self) -> str:
        """The idempotency key. An id that is not ours is replaced: it could not have come from this form."""
        if not is_id(self.submission.data or ""):
            self.renew()
        return f"form:{self.submission.data}"

    def renew(self) -> None:
        """Give the form a fresh submission id: sending it again will be another job."""
        self.submission.data = new_id()

    def text(self, name: str) -> str:
        """What stands in a field, as typed; empty for a field that this form does not have."""
        return (self[name].data or "") if name in self else ""

    def read_values(self, default_model: str) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        """The values that were chosen, and what could not be read; unreadable fields are left out."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name in self.sent:
            text = self.text(name)
            if name == "prompt":
                values[name] = text.replace("\r\n", "\n")  # browsers send CR LF, JSON clients mean LF
            elif text.strip() and name in _NUMBERS:
                if _WHOLE_NUMBER.fullmatch(text.strip()):
                    values[name] = int(text)
                else:
                    problems.append(Problem(name, "invalid_type", _NUMBERS[name]))
            elif text.strip():
                values[name] = text.strip()
        if values.get("size") == CUSTOM:
            width, height = self.text("width").strip(), self.text("height").strip()
            values["size"] = f"{width}x{height}"
            if not (width and height):
                del values["size"]
                problems.append(Problem("size", "invalid_value", say("Write both width and height, in pixels.")))
        values.setdefault("model", default_model)
        return values, tuple(problems)

    def show_size(self, offered: frozenset[str]) -> None:
        """A size that no list offers moves into the fields for width and height."""
        size = parse_size(self.text("size"))
        if size is not None and self.text("size") not in offered:
            self.size.data, self.width.data, self.height.data = CUSTOM, str(size.width), str(size.height)
