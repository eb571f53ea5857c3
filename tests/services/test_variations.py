"""Variations: by the endpoint where a model has it, by an edit with words of ours where not."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from app.domain.accounts import STUDIO
from app.domain.drafts import STRENGTHS, Source, VaryDraft
from app.domain.errors import InvalidRequest
from app.domain.requests import Edit, Vary
from app.services.variations import PROMPTS
from app.wiring import Studio
from tests.imaging.pictures import encoded, opened, soft
from tests.services.editors import done, drawing, result
from tests.upstream import Upstream, picture_answer

PHOTO = encoded(soft((240, 180)), "JPEG", quality=90)


def wish(*images: bytes, strength: str = "medium", **values: Any) -> VaryDraft:
    values = {"model": "gpt-image-2"} | values
    return VaryDraft(values=values, images=tuple(Source(data=image) for image in images), strength=strength)


@pytest.mark.parametrize("strength", STRENGTHS)
def test_newer_models_vary_by_an_edit_and_the_words_are_not_the_persons(
    studio: Studio, upstream: Upstream, strength: str
) -> None:
    prepared = studio.variations.prepare(STUDIO, wish(PHOTO, strength=strength, n=2, quality="low"))
    assert isinstance(prepared.request, Edit)
    upstream.script(picture_answer(2))
    job = done(studio, prepared.request)
    call = upstream.ledger[-1]
    assert call.path.endswith("/images/edits")
    assert call.fields == {
        "prompt": [PROMPTS[strength]],
        "model": ["gpt-image-2"],
        "n": ["2"],
        "quality": ["low"],
    }
    assert [(part.name, part.mime_type) for part in call.files] == [("image", "image/jpeg")]
    assert (job.request.wish, job.pictures[0].prompt) == ("vary", "")
    assert job.request.given.strength == strength  # type: ignore[union-attr]


def test_dall_e_2_varies_by_its_endpoint_from_a_square_png(studio: Studio, upstream: Upstream) -> None:
    prepared = studio.variations.prepare(STUDIO, wish(PHOTO, model="dall-e-2", n=1))
    assert isinstance(prepared.request, Vary)
    upstream.script(drawing(Image.new("RGB", (256, 256), "red")))
    job = done(studio, prepared.request)
    call = upstream.ledger[-1]
    assert call.path.endswith("/images/variations")
    assert "prompt" not in call.fields
    (part,) = call.files
    assert (part.name, part.mime_type, opened(part.data).size) == ("image", "image/png", (256, 256))
    assert result(studio, job.pictures[0]).size == (240, 180)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (wish(), "image"),
        (wish(PHOTO, PHOTO), "image"),
        (wish(b"nothing of the kind"), "image"),
        (wish(PHOTO, strength="wild"), "strength"),
        (wish(PHOTO, model="dall-e-2", quality="low"), "quality"),
        (wish(PHOTO, model="dall-e-3"), "model"),
        (wish(PHOTO, size="1000x1000"), "size"),
    ],
)
def test_what_cannot_be_varied_is_named(studio: Studio, draft: VaryDraft, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        studio.variations.prepare(STUDIO, draft)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_another_strength_is_another_request(studio: Studio) -> None:
    requests = {studio.variations.prepare(STUDIO, wish(PHOTO, strength=word)).request for word in STRENGTHS}
    assert len(requests) == 3
