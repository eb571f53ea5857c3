"""One picture: its page, its bytes as they were kept, its thumbnail; and nothing the bytes could do."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from app.domain.pictures import Picture
from app.wiring import Studio
from tests.upstream import picture
from tests.web.visiting import Visitor, drawn

DATA = picture((640, 480))


@pytest.fixture
def one(studio: Studio) -> Picture:
    return drawn(studio, DATA).pictures[0]


def test_the_page_tells_how_it_was_made(one: Picture, visitor: Visitor) -> None:
    page = visitor.open(f"/pictures/{one.id}")
    assert page.one("img", src=f"/pictures/{one.id}/file")["alt"] == "a white siamese cat"
    for told in ("gpt-image-2", "640 × 480", "Low", "PNG", "$0.006"):
        assert told in page.text
    assert page.one("a", href=f"/jobs/{one.job_id}")
    assert page.one("a", href=f"/?from={one.job_id}").text == "Again with changes"


def test_the_file_is_the_very_bytes_that_were_kept(one: Picture, visitor: Visitor) -> None:
    answer = visitor.fetch(f"/pictures/{one.id}/file")
    assert answer.data == DATA
    assert answer.content_length == len(DATA)
    assert answer.mimetype == "image/png"


def test_a_download_has_a_name_of_ours(one: Picture, visitor: Visitor) -> None:
    answer = visitor.fetch(f"/pictures/{one.id}/file?download=1")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=atelier-{one.id}.png"


def test_what_a_browser_has_is_not_sent_again(one: Picture, visitor: Visitor) -> None:
    for path in (f"/pictures/{one.id}/file", f"/pictures/{one.id}/thumbnail"):
        tag = visitor.fetch(path).headers["ETag"]
        again = visitor.fetch(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_the_file_can_be_asked_for(one: Picture, visitor: Visitor) -> None:
    answer = visitor.fetch(f"/pictures/{one.id}/file", headers={"Range": "bytes=8-15"})
    assert (answer.status_code, answer.data) == (206, DATA[8:16])
    assert answer.headers["Content-Range"] == f"bytes 8-15/{len(DATA)}"
    beyond = visitor.fetch(f"/pictures/{one.id}/file", headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416


@pytest.mark.parametrize("what", ["file", "thumbnail"])
def test_the_bytes_can_do_nothing_wherever_they_are_opened(one: Picture, visitor: Visitor, what: str) -> None:
    headers = visitor.fetch(f"/pictures/{one.id}/{what}").headers
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_the_thumbnail_is_small_and_made_once(studio: Studio, one: Picture, visitor: Visitor) -> None:
    first = visitor.fetch(f"/pictures/{one.id}/thumbnail")
    with Image.open(BytesIO(first.data)) as small:
        assert (small.format, small.size) == ("WEBP", (320, 240))
    for path in studio.settings.data_dir.rglob(one.digest):
        path.unlink()
    assert visitor.fetch(f"/pictures/{one.id}/thumbnail").data == first.data


def test_a_picture_that_cannot_be_decoded_is_shown_by_itself(studio: Studio, visitor: Visitor) -> None:
    whole = picture((64, 64), "WEBP")
    senseless = whole[:40] + b"\xff" * (len(whole) - 40)  # its head and length are right
    one = drawn(studio, senseless).pictures[0]
    answer = visitor.fetch(f"/pictures/{one.id}/thumbnail")
    assert (answer.status_code, answer.location) == (302, f"/pictures/{one.id}/file")


def test_a_picture_of_somebody_else_does_not_exist(studio: Studio, visitor: Visitor) -> None:
    theirs = drawn(studio, DATA, owner="bob").pictures[0]
    for name in (theirs.id, theirs.digest, "nonsense"):
        for what in ("", "/file", "/thumbnail"):
            visitor.open(f"/pictures/{name}{what}", status=404)


def test_a_picture_whose_file_is_gone_is_not_found(studio: Studio, one: Picture, visitor: Visitor) -> None:
    for path in studio.settings.data_dir.rglob(one.digest):
        path.unlink()
    visitor.open(f"/pictures/{one.id}/file", status=404)
    visitor.open(f"/pictures/{one.id}/thumbnail", status=404)
