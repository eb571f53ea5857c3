"""Bodies with many pictures are read one picture at a time, however they were sent."""

from __future__ import annotations

import base64
import json
import tracemalloc
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, cast

import pytest
from flask import Flask, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from app.api.drafts import Drafting
from app.api.parsing import read_body
from app.api.schemas import EDIT
from app.domain.drafts import EditDraft, Source
from app.services.editing import Editing
from app.services.uploads import Uploads
from app.services.variations import Variations

MEGABYTE = 1_000_000
SIZES = [4 * MEGABYTE + number for number in range(8)]

application = Flask(__name__)


@dataclass
class Shelf:
    """Stands for uploads and editing: notes what it is given and keeps nothing."""

    sizes: list[int] = field(default_factory=list)
    drafts: list[EditDraft] = field(default_factory=list)

    def add(self, owner: str, data: bytes) -> Shelf:
        self.sizes.append(len(data))
        return self

    @property
    def id(self) -> int:
        return len(self.sizes)

    def prepare(self, owner: str, draft: EditDraft, *, key: str | None) -> None:
        self.drafts.append(draft)


def peak_of(body: bytes, content_type: str) -> tuple[Shelf, int]:
    """What the shelf was given, and the most bytes in use beyond the body itself."""
    shelf = Shelf()
    drafting = Drafting(cast(Editing, shelf), cast(Variations, shelf), cast(Uploads, shelf), "gpt-image-2")
    with application.test_request_context("/", method="POST", data=body, content_type=content_type):
        tracemalloc.start()
        try:
            drafting.prepare("alice", "edit", read_body(request).take(EDIT))
            return shelf, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def form() -> tuple[bytes, str]:
    parts: list[tuple[str, Any]] = [("image", FileStorage(BytesIO(bytes(size)), "a.png")) for size in SIZES]
    body, _, boundary = stream_encode_multipart(MultiDict([("prompt", "a cat"), *parts]), use_tempfile=False)
    return body.read(), f"multipart/form-data; boundary={boundary}"


def text() -> tuple[bytes, str]:
    pictures = [base64.b64encode(bytes(size)).decode() for size in SIZES]
    return json.dumps({"prompt": "a cat", "image": pictures}).encode(), "application/json"


# JSON is held twice while it is parsed; of a form, one file and the parser's buffers.
@pytest.mark.parametrize(("write", "most"), [(form, 1.5 * SIZES[0]), (text, 2.2 * 4 / 3 * sum(SIZES))])
def test_pictures_are_let_go_one_by_one(write: Any, most: float) -> None:
    shelf, peak = peak_of(*write())
    assert shelf.sizes == SIZES
    (draft,) = shelf.drafts
    assert draft.images == tuple(Source(reference=f"upload:{number}") for number in range(1, 9))
    assert peak < most
