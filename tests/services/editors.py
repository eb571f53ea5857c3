"""Edits from draft to result over a whole studio and a scripted upstream, for tests."""

from __future__ import annotations

from typing import Any

from PIL import Image

from app.domain.accounts import STUDIO
from app.domain.drafts import EditDraft, Source
from app.domain.jobs import Job, State
from app.domain.pictures import Picture
from app.domain.requests import AnyRequest
from app.wiring import Studio
from tests.imaging.pictures import encoded, opened
from tests.upstream import Answer, b64, json_answer, picture_body

WISH = {"prompt": "a cat on the sofa", "model": "gpt-image-2", "quality": "low"}


def draft(*images: Source | bytes, mask: Source | bytes | None = None, **more: Any) -> EditDraft:
    """A draft of these pictures; `values` adds to `WISH`."""
    values = WISH | more.pop("values", {})
    return EditDraft(
        values=values,
        images=tuple(map(_source, images)),
        mask=None if mask is None else _source(mask),
        **more,
    )


def drawing(*images: Image.Image, kind: str = "PNG", **options: Any) -> Answer:
    """An answer with these pictures."""
    listed = [{"b64_json": b64(encoded(image, kind, **options))} for image in images]
    return json_answer(picture_body(file_format=kind) | {"data": listed})


def done(studio: Studio, request: AnyRequest, key: str | None = None) -> Job:
    """Submit, and wait for the end, which must be a good one."""
    job = studio.generation.wait(studio.generation.submit(STUDIO, request, key=key).job, 20.0)
    assert job.state is State.DONE, job.fault
    return job


def result(studio: Studio, picture: Picture) -> Image.Image:
    """A kept picture's pixels."""
    return opened(studio.library.read(picture))


def _source(given: Source | bytes) -> Source:
    return given if isinstance(given, Source) else Source(data=given)
