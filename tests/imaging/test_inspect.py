"""A whole picture is told from a damaged one and from anything else, without decoding it."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from app.imaging.inspect import NotAPicture, inspect_picture


def picture(kind: str, size: tuple[int, int] = (40, 24)) -> bytes:
    buffer = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "mime_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("GIF", "image/gif")],
)
def test_the_four_kinds_are_known_by_content(kind: str, mime_type: str) -> None:
    facts = inspect_picture(picture(kind))
    assert (facts.mime_type, facts.width, facts.height) == (mime_type, 40, 24)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_cut_short_is_noticed(kind: str) -> None:
    data = picture(kind, (200, 200))
    with pytest.raises(NotAPicture):
        inspect_picture(data[: len(data) * 2 // 3])


def test_a_damaged_png_is_noticed_by_its_sums() -> None:
    data = bytearray(picture("PNG", (200, 200)))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(NotAPicture):
        inspect_picture(bytes(data))


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>no</html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", picture("TIFF")],
)
def test_anything_else_is_not_a_picture(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        inspect_picture(data)


def test_a_pixel_bomb_is_refused_by_its_header() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 12_000, 12_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(NotAPicture, match="million pixels"):
        inspect_picture(bomb)


def chunks(*kinds: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    bodies = {b"IHDR": header, b"IDAT": zlib.compress(b"\0\0"), b"tEXt": b"a\0b", b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(bodies[kind])) + kind + bodies[kind] + struct.pack(">I", zlib.crc32(kind + bodies[kind]))
        for kind in kinds
    )


def test_a_png_is_whole_with_pixels_and_an_end_whatever_comes_before_or_after() -> None:
    whole = chunks(b"IHDR", b"tEXt", b"IDAT", b"IDAT", b"tEXt", b"IEND")
    assert inspect_picture(whole).mime_type == "image/png"
    assert inspect_picture(whole + b"something else").mime_type == "image/png"


@pytest.mark.parametrize(
    "data",
    [
        chunks(b"IHDR", b"IEND"),
        chunks(b"IHDR", b"IDAT"),
        chunks(b"IHDR", b"IDAT", b"IEND")[:-1],
        chunks(b"IHDR", b"IDAT", b"IEND")[:-4] + b"\0\0\0\0",
        chunks(b"IHDR", b"IDAT") + b"\xff\xff\xff\xffIDAT",
    ],
    ids=["no pixels", "no end", "an end cut short", "an end with a wrong sum", "a chunk longer than the file"],
)
def test_a_png_without_pixels_or_end_is_not_whole(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        inspect_picture(data)
