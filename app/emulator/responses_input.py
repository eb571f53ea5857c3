"""What a conversation's ``input`` says: the person's words, the pictures shown, the earlier ones named.

Source: fact sheet section 2.4. A list may repeat a whole conversation; the words are those of its last user message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.emulator import errors, uploads
from app.emulator.errors import ApiError
from app.emulator.parsing import Upload
from app.emulator.responses_store import ResponseStore
from app.emulator.stores import FileStore

_ROLES = ("user", "assistant", "system", "developer")
_TEXT_PARTS = ("input_text", "output_text", "refusal")
_DETAILS = ("low", "high", "auto", "original")
_CARRIED_OVER = ("reasoning", "item_reference")


@dataclass
class Said:
    """``words`` of the last user message, ``heard`` all text in the input, ``shown`` all pictures in order,
    ``recalled`` the drawings named by their ``ig_…``."""

    words: str = ""
    heard: list[str] = field(default_factory=list)
    shown: list[Upload] = field(default_factory=list)
    recalled: list[Upload] = field(default_factory=list)


def read(value: object, files: FileStore, responses: ResponseStore) -> Said:
    """Raises ``ApiError`` 400 for the first thing that is wrong."""
    said = Said()
    if isinstance(value, str):
        said.words = value
        said.heard.append(value)
        return said
    if not isinstance(value, list):
        raise errors.invalid_type("input", "string", value)
    for position, item in enumerate(value):
        param = f"input[{position}]"
        if not isinstance(item, Mapping):
            raise errors.invalid_type(param, "object", item)
        kind = item.get("type", "message")
        if kind == "message":
            _message(said, item, param, files)
        elif kind == "image_generation_call":
            said.recalled.append(_recalled(item, param, responses))
        elif kind not in _CARRIED_OVER:
            raise errors.invalid_choice(
                f"{param}.type", str(kind), ["message", "image_generation_call", *_CARRIED_OVER]
            )
    return said


def _message(said: Said, item: Mapping[str, object], param: str, files: FileStore) -> None:
    role, content = item.get("role"), item.get("content")
    if not isinstance(role, str):
        raise errors.missing_parameter(f"{param}.role")
    if role not in _ROLES:
        raise errors.invalid_choice(f"{param}.role", role, _ROLES)
    if content is None:
        raise errors.missing_parameter(f"{param}.content")
    parts = [{"type": "input_text", "text": content}] if isinstance(content, str) else content
    if not isinstance(parts, list):
        raise errors.invalid_type(f"{param}.content", "string", content)
    texts = []
    for number, part in enumerate(parts):
        place = f"{param}.content[{number}]"
        if not isinstance(part, Mapping):
            raise errors.invalid_type(place, "object", part)
        if part.get("type") in _TEXT_PARTS:
            texts.append(_text(part, place))
        elif part.get("type") == "input_image":
            said.shown.append(_picture(part, place, files))
        else:
            raise errors.invalid_choice(f"{place}.type", str(part.get("type")), ["input_text", "input_image"])
    said.heard += texts
    if role == "user":
        said.words = "\n".join(texts)


def _text(part: Mapping[str, object], place: str) -> str:
    text = part.get("text", part.get("refusal"))
    if not isinstance(text, str):
        raise errors.invalid_type(f"{place}.text", "string", text)
    return text


def _picture(part: Mapping[str, object], place: str, files: FileStore) -> Upload:
    detail = part.get("detail")
    if detail is not None and detail not in _DETAILS:
        raise errors.invalid_choice(f"{place}.detail", str(detail), _DETAILS)
    return uploads.referenced({k: v for k, v in part.items() if k not in ("type", "detail")}, place, files)


def _recalled(item: Mapping[str, object], param: str, responses: ResponseStore) -> Upload:
    """By its id alone, as the guide sends it; ``result`` and ``status`` may be there and do not matter."""
    call_id = item.get("id")
    if not isinstance(call_id, str):
        raise errors.missing_parameter(f"{param}.id")
    drawing = responses.drawing(call_id)
    if drawing is None:
        # The form in which the API misses other items; unconfirmed for image calls.
        raise ApiError(404, f"Item with id '{call_id}' not found.", param="input")
    return Upload(param, drawing.data, drawing.mime)
