"""One picture: its page, its bytes as they were kept, its thumbnail; and nothing the bytes could do."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from app.domain.accounts import STUDIO
from app.domain.drafts import EditDraft, Source
from app.domain.pictures import Picture
from app.domain.requests import Generate
from app.wiring import Studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, drawn

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
    assert beyond.headers["Content-Range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize("asked", ["bytes=abc", "bytes=5-2", "items=0-1", "bytes=0-0,5-9"])
def test_what_is_no_range_that_can_be_served_brings_the_whole_file(one: Picture, visitor: Visitor, asked: str) -> None:
    answer = visitor.fetch(f"/pictures/{one.id}/file", headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, DATA)
    assert answer.headers["Accept-Ranges"] == "bytes"


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


def test_one_walks_through_what_a_search_found_and_back_to_it(studio: Studio, visitor: Visitor) -> None:
    cats = [drawn(studio, DATA, request=Generate(prompt=f"cat {n}", model="gpt-image-2")) for n in range(2)]
    drawn(studio, DATA, request=Generate(prompt="a dog", model="gpt-image-2"))
    old, new = (job.pictures[0].id for job in cats)
    page = visitor.open(f"/pictures/{new}?query=cat")
    assert not page.all("a", rel="prev")
    assert page.one("a", rel="next")["href"] == f"/pictures/{old}?query=cat"
    assert page.all("a", href="/library?query=cat")
    assert visitor.open(f"/pictures/{old}?query=cat").one("a", rel="prev")["href"] == f"/pictures/{new}?query=cat"
    assert visitor.open(f"/pictures/{old}").all("a", href="/library")


def test_tags_note_and_albums_are_kept_and_shown(studio: Studio, one: Picture, visitor: Visitor) -> None:
    visitor.send(f"/pictures/{one.id}", do="save", tags="Sea, night", note="The best\r\nof all")
    visitor.send(f"/pictures/{one.id}", do="album", album_name="Trip")
    page = visitor.open(f"/pictures/{one.id}")
    assert page.all("a", href="/library?tag=Sea")
    assert (page.value("tags"), page.value("note")) == ("", "The best\nof all")
    (album,) = studio.library.albums(STUDIO)
    assert page.one("a", href=f"/library?album={album.id}").text == "Trip"
    visitor.send(f"/pictures/{one.id}", do="unalbum", album=album.id)
    assert not visitor.open(f"/pictures/{one.id}").all("a", href=f"/library?album={album.id}")


def test_whichever_button_takes_a_tag_or_an_album_away_nothing_typed_is_left_out(
    studio: Studio, one: Picture, visitor: Visitor
) -> None:
    visitor.send(f"/pictures/{one.id}", tags="sea, night", album_name="Trip")
    (trip,) = studio.library.albums(STUDIO)
    visitor.send(f"/pictures/{one.id}", untag="sea", tags="red", note="Kept", album_name="Woods")
    visitor.send(f"/pictures/{one.id}", unalbum=trip.id, tags="blue", note="Kept too")
    item = studio.library.item(STUDIO, one.id)
    assert (item.tags, item.picture.note) == (("blue", "night", "red"), "Kept too")
    assert [album.name for album in studio.library.albums_of(STUDIO, one.id)] == ["Woods"]


def test_what_cannot_be_kept_makes_no_album_either(studio: Studio, one: Picture, visitor: Visitor) -> None:
    visitor.send(f"/pictures/{one.id}", note="x" * 4_001, album_name="Trip")
    assert not studio.library.albums(STUDIO)


@pytest.mark.parametrize("token", [{}, {"csrf_token": "stale"}], ids=["too long", "stale form"])
def test_a_note_that_cannot_be_kept_is_not_lost(one: Picture, visitor: Visitor, token: dict[str, str]) -> None:
    note = "x" * 4_001
    answer = visitor.client.post(
        f"/pictures/{one.id}", data={**visitor.form(), **token, "do": "save", "tags": "sea", "note": note}
    )
    assert answer.status_code == 400
    page = Document(answer)
    assert (page.value("note"), page.value("tags")) == (note, "sea")
    assert page.one("p", class_="field-error", role="alert").text


def test_a_stale_form_of_a_picture_that_is_gone_is_not_found(visitor: Visitor) -> None:
    answer = visitor.client.post("/pictures/gone", data={"do": "save", "csrf_token": "stale"})
    assert answer.status_code == 404


def test_a_favourite_says_so_and_can_be_taken_back(one: Picture, visitor: Visitor) -> None:
    for do, pressed in (("favourite", "true"), ("unfavourite", "false")):
        button = visitor.open(f"/pictures/{one.id}").one("button", class_="button star")
        assert button["value"] == do
        visitor.send(f"/pictures/{one.id}", do=do)
        assert visitor.open(f"/pictures/{one.id}").one("button", class_="button star")["aria-pressed"] == pressed


def test_after_deleting_comes_the_next_one_with_an_undo(studio: Studio, visitor: Visitor) -> None:
    old, new = (drawn(studio, DATA).pictures[0].id for _ in range(2))
    answer = visitor.send(f"/pictures/{new}", do="delete", words="query=cat")
    assert answer.location == f"/pictures/{old}?query=cat"
    undo = visitor.open(answer.location).one("button", name="undo")["value"]
    assert visitor.send(f"/pictures/{old}", do="delete").location == "/library"
    visitor.send("/library/undo", undo=undo)
    assert studio.library.find(STUDIO, new)
    visitor.open(f"/pictures/{old}", status=404)


def test_again_costs_what_it_says_and_happens_once(studio: Studio, one: Picture, visitor: Visitor) -> None:
    page = visitor.open(f"/pictures/{one.id}")
    assert "about $0.006" in page.text
    fields = {name: page.value(name) for name in ("csrf_token", "submission")}
    first, second = (visitor.send(f"/jobs/{one.job_id}/again", **fields).location for _ in range(2))
    assert first == second != f"/jobs/{one.job_id}"
    assert len(studio.jobs.recent(STUDIO)) == 2


def test_the_family_is_shown_both_ways(studio: Studio, one: Picture, visitor: Visitor) -> None:
    draft = EditDraft(
        values={"prompt": "add a hat", "model": "gpt-image-2"}, images=(Source(reference=f"picture:{one.id}"),)
    )
    edited = drawn(studio, DATA, request=studio.editing.prepare(STUDIO, draft).request).pictures[0]
    below = visitor.open(f"/pictures/{edited.id}")
    assert below.all("a", href=f"/pictures/{one.id}")
    assert len(below.all("compare-slider")) == 1
    above = visitor.open(f"/pictures/{one.id}")
    assert above.all("a", href=f"/pictures/{edited.id}")
    assert not above.all("compare-slider")


def test_nobody_elses_picture_can_be_changed(studio: Studio, visitor: Visitor) -> None:
    theirs = drawn(studio, DATA, owner="bob").pictures[0]
    for do in ("save", "delete", "favourite"):
        assert visitor.send(f"/pictures/{theirs.id}", do=do, note="mine").status_code == 404
    assert studio.library.find("bob", theirs.id) == theirs
