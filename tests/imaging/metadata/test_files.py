"""Provenance goes into a file and comes back out of it; no pixel changes, and no file can do harm."""

from __future__ import annotations

import random
import time
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.domain.provenance import Provenance
from app.imaging.inspect import inspect_picture
from app.imaging.metadata.files import provenance_in, with_provenance
from app.imaging.metadata.xmp import NAMESPACE, packet, settings_in
from tests.upstream import picture

FORMATS = ("PNG", "JPEG", "WEBP")
TOLD = Provenance(
    wish="generate",
    prompt='a white siamese cat, <b>& "co"</b>\r\n雪の猫 🐈 ]]>',
    model="gpt-image-2",
    options={"size": "1024x1024", "quality": "low", "output_compression": 90},
    picture_id="01jd0000000000000000000000",
    revised_prompt="a cat",
    created_at=1_795_000_000.25,
    practice=True,
)


def saved(file_format: str, mode: str = "RGB", **options: Any) -> bytes:
    buffer = BytesIO()
    image = Image.linear_gradient("L").resize((37, 21)).convert("RGB")
    if mode == "RGBA":
        image.putalpha(Image.radial_gradient("L").resize((37, 21)))
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


KINDS = {
    "png": saved("PNG"),
    "png with alpha": saved("PNG", "RGBA"),
    "jpeg": saved("JPEG"),
    "jpeg with exif": saved("JPEG", exif=Image.Exif(), comment=b"hello"),
    "progressive jpeg": saved("JPEG", progressive=True),
    "plain lossy webp": saved("WEBP"),
    "lossless webp": saved("WEBP", lossless=True),
    "lossless webp with alpha": saved("WEBP", "RGBA", lossless=True),
    "lossy webp with alpha": saved("WEBP", "RGBA"),
    "webp with exif": saved("WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0"),
}


def written(data: bytes, told: Provenance = TOLD) -> bytes:
    spliced = with_provenance(BytesIO(data), told)
    assert spliced is not None
    with spliced:
        out = spliced.read()
        assert len(out) == spliced.seek(0, 2)
    return out


def pixels(data: bytes) -> tuple[str, bytes]:
    with Image.open(BytesIO(data)) as image:
        return image.mode, image.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read_back_and_no_pixel_changes(kind: str) -> None:
    data = KINDS[kind]
    out = written(data)
    assert provenance_in(BytesIO(out)) == TOLD
    assert pixels(out) == pixels(data)
    assert inspect_picture(out) == inspect_picture(data)
    assert provenance_in(BytesIO(data)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_writing_again_replaces_what_was_written_before(kind: str) -> None:
    other = Provenance(wish="vary", prompt="", model="dall-e-2")
    again = written(written(KINDS[kind]), other)
    assert provenance_in(BytesIO(again)) == other
    assert again.count(b"W5M0MpCehiHzreSzNTczkc9d") == 1
    assert pixels(again) == pixels(KINDS[kind])


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_byte_of_the_original_is_still_there_in_its_order(file_format: str) -> None:
    data, out = picture((64, 64), file_format), written(picture((64, 64), file_format))
    tail = data[100:]  # behind what the formats' heads say of the length
    assert tail in out


@pytest.mark.parametrize("file_format", FORMATS)
def test_other_programs_find_the_prompt_where_they_look_for_it(file_format: str) -> None:
    out = written(picture((64, 64), file_format), Provenance(wish="edit", prompt="a & b", model="gpt-image-2"))
    with Image.open(BytesIO(out)) as image:
        found = image.info["XML:com.adobe.xmp"].encode() if file_format == "PNG" else image.info["xmp"]
        if file_format == "PNG":
            assert image.info["Description"] == "a & b"
    assert b"<Iptc4xmpExt:AIPromptInformation>a &amp; b</Iptc4xmpExt:AIPromptInformation>" in found
    assert b"digitalsourcetype/compositeWithTrainedAlgorithmicMedia" in found
    assert b"<Iptc4xmpExt:AISystemUsed>gpt-image-2<" in found


@settings(max_examples=60, deadline=None)
@given(prompt=st.text(st.characters()), revised=st.none() | st.text(st.characters()), name=st.sampled_from(FORMATS))
def test_any_text_comes_back_as_it_was(prompt: str, revised: str | None, name: str) -> None:
    told = Provenance(wish="edit", prompt=prompt, model="m\ud800\x1b", revised_prompt=revised)
    out = written(picture((8, 8), name), told)
    assert provenance_in(BytesIO(out)) == told


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_longest_prompt_fits_into_every_format(file_format: str) -> None:
    told = Provenance(wish="generate", prompt="🐈" * 32_000, model="gpt-image-2")
    out = written(picture((64, 64), file_format), told)
    assert provenance_in(BytesIO(out)) == told
    assert inspect_picture(out).width == 64


def test_a_program_that_writes_the_property_as_an_attribute_is_understood() -> None:
    text = TOLD.as_text().replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    document = f'<d xmlns:x="{NAMESPACE}" x:Settings="{text}"/>'
    assert settings_in(document.encode()) == TOLD.as_text()


def test_a_packet_with_a_doctype_is_not_read() -> None:
    laughs = b'<!DOCTYPE a [<!ENTITY l "ha">' + b'<!ENTITY m "&l;&l;&l;&l;">' + b"]>"
    assert settings_in(packet(TOLD)) == TOLD.as_text()
    assert settings_in(laughs + packet(TOLD).partition(b"?>")[2]) is None
    assert settings_in(packet(TOLD).replace(b"<x:xmpmeta", laughs + b"<x:xmpmeta")) is None
    for nonsense in (b"", b"<", b"\xff\xfe", b"<a/>", b"<?xml version='1.0' encoding='cp9999'?><a/>", b"<a>" * 100_000):
        assert settings_in(nonsense) is None


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_read_without_a_fault_and_without_end(kind: str) -> None:
    out = written(KINDS[kind])
    chance = random.Random(kind)
    for _ in range(60):
        broken = bytearray(out[: chance.randrange(len(out))] if chance.random() < 0.3 else out)
        for _ in range(chance.randrange(1, 6)):
            if broken:
                broken[chance.randrange(len(broken))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        found = provenance_in(BytesIO(bytes(broken)))
        assert found is None or isinstance(found, Provenance)
        spliced = with_provenance(BytesIO(bytes(broken)), TOLD)  # what was kept may be damaged too
        assert spliced is None or len(spliced.read()) == spliced.seek(0, 2)


def test_what_cannot_hold_it_stays_as_it_is() -> None:
    gif = BytesIO()
    Image.new("P", (4, 4)).save(gif, "GIF")
    for data in (gif.getvalue(), b"", KINDS["png"][:20], b"RIFF\0\0\0\0WEBP", b"text"):
        assert with_provenance(BytesIO(data), TOLD) is None
        assert provenance_in(BytesIO(data)) is None


def test_a_parts_reader_gets_the_same_bytes_wherever_it_begins() -> None:
    data = KINDS["jpeg with exif"]
    out = written(data)
    spliced = with_provenance(BytesIO(data), TOLD)
    assert spliced is not None
    for start in (0, 1, 19, 30, len(out) // 2, len(out) - 1, len(out), len(out) + 9):
        spliced.seek(start)
        assert spliced.read(57) == out[start : start + 57]
    assert spliced.seek(-5, 2) == len(out) - 5
    assert spliced.read() == out[-5:]


def test_the_sums_of_png_chunks_are_right() -> None:
    out = written(KINDS["png"])
    at = 8
    while at < len(out):
        length = int.from_bytes(out[at : at + 4], "big")
        assert zlib.crc32(out[at + 4 : at + 8 + length]) == int.from_bytes(
            out[at + 8 + length : at + 12 + length], "big"
        )
        at += 12 + length


@pytest.mark.parametrize(
    "data",
    [
        KINDS["png"][:33] + b"\0\0\0\0tEXt\0\0\0\0" * 4_000_000,
        b"\xff\xd8" + b"\xff\xe5\0\x02" * 12_000_000,
        b"\xff\xd8" + b"\xff" * 40_000_000,
        b"RIFF\xff\xff\xff\x02WEBP" + b"EXIF\0\0\0\0" * 6_000_000,
    ],
    ids=["png", "jpeg", "fill bytes", "webp"],
)
def test_millions_of_empty_parts_are_not_walked(data: bytes) -> None:
    started = time.process_time()
    assert provenance_in(BytesIO(data)) is None
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize("kind", ["png", "lossless webp"])
def test_not_a_pixel_is_lost_of_a_file_with_more_parts_than_are_looked_at(kind: str) -> None:
    data = KINDS[kind]
    if kind == "png":
        stuffed = data[:33] + (b"\0\0\0\0tESt" + zlib.crc32(b"tESt").to_bytes(4, "big")) * 60_000 + data[33:]
    else:
        body = data[:12] + b"ABCD\0\0\0\0" * 60_000 + data[12:]
        stuffed = body[:4] + (len(body) - 8).to_bytes(4, "little") + body[8:]
        stuffed = written(data)[:30] + stuffed[12:]  # an extended header, so that more chunks are allowed
        stuffed = stuffed[:4] + (len(stuffed) - 8).to_bytes(4, "little") + stuffed[8:]
    assert data[33:60] in written(stuffed)
    assert len(written(stuffed)) > len(stuffed)
