"""Edits over the whole path: from a draft, over what arrives upstream, to the picture that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from app.domain.accounts import STUDIO
from app.wiring import Studio
from tests.imaging.pictures import edit_map, encoded, opened, soft
from tests.services.editors import done, draft, drawing, result
from tests.studios import open_studio
from tests.upstream import Upstream


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def studio(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder: Path = tmp_path_factory.mktemp("studio")
    with open_studio(folder, OPENAI_BASE_URL=upstream.base_url) as studio:
        yield studio


def test_what_is_outside_the_mask_comes_back_as_it_was(studio: Studio, upstream: Upstream) -> None:
    source, box = soft((1000, 750)), (100, 100, 300, 300)
    prepared = studio.editing.prepare(STUDIO, draft(encoded(source), mask=encoded(edit_map(source.size, box))))
    upstream.script(drawing(Image.new("RGB", (512, 384), "red")))
    job = done(studio, prepared.request)
    call = upstream.ledger[-1]
    assert [(part.name, part.file_name, part.mime_type) for part in call.files] == [
        ("image", "image-1.png", "image/png"),
        ("mask", "mask.png", "image/png"),
    ]
    assert call.fields["size"] == ["1008x752"]
    sent, mask = (opened(part.data) for part in call.files)
    assert sent.size == mask.size == (1008, 752)
    kept = result(studio, job.pictures[0])
    assert kept.getpixel((200, 200)) == (255, 0, 0)
    assert ImageChops.difference(kept, source).getbbox() == box
