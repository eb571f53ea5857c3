"""Edits as scripts send them, for tests: the same wish as JSON, with addresses, as a form."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, stream_encode_multipart

from tests.imaging.pictures import edit_map, encoded, soft

WISH = {"prompt": "a cat on the sofa", "model": "gpt-image-2", "quality": "low"}
SOURCE = soft((60, 45))
PICTURE = encoded(SOURCE)
OTHER = encoded(soft((45, 60)))
BOX = (10, 10, 30, 30)
MASK = encoded(edit_map(SOURCE.size, BOX))

WAYS = ("base64", "data", "form")


def post(client: FlaskClient, path: str, fields: dict[str, Any], way: str = "form", **options: Any) -> TestResponse:
    """Send it; values that are bytes are pictures, and so are lists of them."""
    if way == "form":
        # The test client would leave its own temporary file of a large form open.
        parts = {name: _part(value) for name, value in fields.items()}
        body, _, boundary = stream_encode_multipart(MultiDict(parts), use_tempfile=False)
        return client.post(path, data=body.read(), content_type=f"multipart/form-data; boundary={boundary}", **options)
    return client.post(path, json={name: _text(value, way) for name, value in fields.items()}, **options)


def _text(value: Any, way: str) -> Any:
    if isinstance(value, list):
        return [_text(one, way) for one in value]
    if not isinstance(value, bytes):
        return value
    encoded = base64.b64encode(value).decode()
    return f"data:image/png;base64,{encoded}" if way == "data" else encoded


def _part(value: Any) -> Any:
    if isinstance(value, list):
        return [_part(one) for one in value]
    if isinstance(value, bytes):
        return FileStorage(BytesIO(value), "cat.png", content_type="image/png")
    return str(value).lower() if isinstance(value, bool) else str(value)
