"""A downloaded picture says how it was made, unless somebody does not want that; it converts; it streams."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from app.domain.jobs import State
from app.domain.pictures import Picture
from app.domain.provenance import Provenance, provenance_of
from app.domain.requests import Edit, Generate, Given, InputPicture, Turn
from app.services.downloads import settings_of
from app.wiring import Studio
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import Visitor, ask, at_rest, drawn, end, kept

ASKED = Generate(prompt="an unmistakable prompt", model="gpt-image-2", quality="low", size="1024x1024", user="me")


@pytest.fixture(params=["PNG", "JPEG", "WEBP"])
def one(request: pytest.FixtureRequest, studio: Studio) -> Picture:
    return drawn(studio, picture((640, 480), request.param), request=ASKED).pictures[0]


def test_a_download_holds_the_settings_it_was_made_with(studio: Studio, one: Picture, visitor: Visitor) -> None:
    answer = visitor.fetch(f"/pictures/{one.id}/download")
    told = settings_of(BytesIO(answer.data))
    assert told is not None
    assert (told.prompt, told.model, told.picture_id) == (ASKED.prompt, ASKED.model, one.id)
    assert told.options == {"quality": "low", "size": "1024x1024"}
    assert answer.content_length == len(answer.data)
    assert answer.headers["Content-Disposition"] == f"attachment; filename={one.file_name}"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    with studio.library.open(one) as kept:
        assert settings_of(kept) is None


def test_without_it_the_file_is_the_very_bytes_that_were_kept(studio: Studio, one: Picture, visitor: Visitor) -> None:
    assert visitor.fetch(f"/pictures/{one.id}/download?metadata=0").data == studio.library.read(one)
    assert visitor.fetch(f"/pictures/{one.id}/file").data == studio.library.read(one)


def test_with_the_switch_off_not_a_byte_of_it_leaves(tmp_path: Path) -> None:
    with open_studio(tmp_path, ATELIER_EMBED_METADATA="0") as opened:
        studio = at_rest(opened)
        visitor = Visitor(studio)
        for name in ("PNG", "JPEG", "WEBP"):
            one = drawn(studio, picture((64, 48), name), request=ASKED).pictures[0]
            for query in ("", "?metadata=1", "?as=png", "?as=jpeg&metadata=1", "?as=webp"):
                answer = visitor.fetch(f"/pictures/{one.id}/download{query}")
                assert answer.status_code == 200
                for canary in (b"unmistakable", b"gpt-image", b"Atelier", b"atelier", b"xpacket", one.id.encode()):
                    assert canary not in answer.data


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_leaves_as_any_kind(one: Picture, visitor: Visitor, kind: str) -> None:
    answer = visitor.fetch(f"/pictures/{one.id}/download?as={kind}")
    ending = "jpg" if kind == "jpeg" else kind
    with Image.open(BytesIO(answer.data)) as image:
        assert (image.format, image.size) == (kind.upper(), (640, 480))
    assert answer.headers["Content-Disposition"] == f"attachment; filename=atelier-{one.id}.{ending}"
    told = settings_of(BytesIO(answer.data))
    assert told is not None
    assert told.picture_id == one.id


def test_parts_and_what_a_browser_has_work_with_the_settings_inside(one: Picture, visitor: Visitor) -> None:
    path = f"/pictures/{one.id}/download"
    whole = visitor.fetch(path)
    part = visitor.fetch(path, headers={"Range": "bytes=20-999", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.data) == (206, whole.data[20:1000])
    assert visitor.fetch(path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert whole.headers["ETag"] != visitor.fetch(f"{path}?metadata=0").headers["ETag"]
    assert visitor.fetch(path, headers={"Range": "bytes=99999999-"}).status_code == 416


def test_an_unknown_kind_is_refused_and_a_strangers_picture_does_not_exist(studio: Studio, visitor: Visitor) -> None:
    mine = drawn(studio, picture()).pictures[0]
    theirs = drawn(studio, picture(), owner="bob").pictures[0]
    assert "png, jpeg or webp" in visitor.open(f"/pictures/{mine.id}/download?as=exe", status=400).text
    for name in (theirs.id, theirs.digest, "nonsense"):
        visitor.open(f"/pictures/{name}/download?as=png", status=404)


def test_a_picture_that_cannot_be_converted_says_to_take_it_as_it_is(studio: Studio, visitor: Visitor) -> None:
    whole = picture((64, 64), "WEBP")
    one = drawn(studio, whole[:40] + b"\xff" * (len(whole) - 40)).pictures[0]
    assert "Download it as it is" in visitor.open(f"/pictures/{one.id}/download?as=png", status=400).text
    assert visitor.fetch(f"/pictures/{one.id}/download").status_code == 200


def names_in(data: bytes) -> list[str]:
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_all_what_a_search_finds_or_what_was_chosen_leaves_as_one_zip(studio: Studio, visitor: Visitor) -> None:
    cat = drawn(studio, picture(seed=1)).pictures[0]
    dog = drawn(studio, picture(seed=2), request=ASKED).pictures[0]
    drawn(studio, picture(seed=3), owner="bob")
    everything = visitor.fetch("/library/download")
    assert everything.mimetype == "application/zip"
    assert re.fullmatch(r'attachment; filename="atelier-[0-9-]{10}\.zip"', everything.headers["Content-Disposition"])
    named = {one.id: f"pictures/{one.file_name}" for one in (cat, dog)}
    assert names_in(everything.data) == [named[dog.id], named[cat.id], "manifest.jsonl"]
    assert names_in(visitor.fetch("/library/download?query=siamese").data) == [named[cat.id], "manifest.jsonl"]
    assert names_in(visitor.fetch("/library/download?favourite=1").data) == ["manifest.jsonl"]
    both = visitor.send("/library/download", id=[cat.id, dog.id], submission="")
    assert names_in(both.data) == [named[cat.id], named[dog.id], "manifest.jsonl"]
    assert (
        names_in(visitor.send("/library/download", ids=f"{dog.id}, nonsense", submission="").data)[0] == named[dog.id]
    )


def test_a_zip_holds_settings_only_when_that_is_wanted(studio: Studio, visitor: Visitor) -> None:
    one = drawn(studio, picture(), request=ASKED).pictures[0]
    for query, is_told in (("", False), ("?metadata=1", True)):
        with ZipFile(BytesIO(visitor.fetch(f"/library/download{query}").data)) as archive:
            data = archive.read(f"pictures/{one.file_name}")
            assert (settings_of(BytesIO(data)) is not None) is is_told


def test_nothing_chosen_and_a_query_of_nonsense_are_told(visitor: Visitor) -> None:
    assert "Choose at least one picture" in visitor.send("/library/download", submission="").text
    visitor.open("/library/download?favourite=perhaps", status=400)
    visitor.open("/library/download?stray=1", status=400)
    assert visitor.client.post("/library/download", data={"ids": "x"}).status_code == 400  # no CSRF token


def test_the_page_offers_every_kind_with_and_without_settings(studio: Studio, visitor: Visitor) -> None:
    one = drawn(studio, picture()).pictures[0]
    page = visitor.open(f"/pictures/{one.id}")
    kinds = [button["value"] for button in page.all("button", name="as")]
    assert kinds == ["png", "jpeg", "webp"]
    for kind in ("", *kinds):
        answer = visitor.fetch(f"/pictures/{one.id}/download?as={kind}&metadata={page.value('metadata')}")
        assert (answer.status_code, settings_of(BytesIO(answer.data))) == (200, None)


def test_an_edit_tells_what_was_chosen_and_not_what_was_sent(studio: Studio) -> None:
    source = kept(studio, picture((64, 64)))
    first = InputPicture(source.digest, source.mime_type, source.width, source.height, source.byte_size)
    edit = Edit(
        prompt="a hat",
        model="gpt-image-2",
        images=(first,),
        size="1024x1024",
        given=Given(images=(first,), wish="vary", size=None, strength="bold"),
    )
    turn = Turn(prompt="now a dog", model="gpt-image-2", text_model="gpt-5", quality="high")
    for request, wish, options in ((edit, "vary", {}), (turn, "turn", {"quality": "high"})):
        made = end(studio, ask(studio), State.DONE, pictures=(kept(studio, picture()),), cost=1, basis="usage")
        told = provenance_of(made.pictures[0], replace(made, request=request))
        assert (told.wish, told.options) == (wish, options)
        assert Provenance.from_text(told.as_text()) == told
