"""Pictures for the tests of imaging: small, deterministic, made by Pillow or byte by byte."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image

from app.domain.catalogue import load_catalogue
from app.domain.models import Model
from app.domain.sizes import Size


def speckled(size: tuple[int, int], mode: str = "RGB", seed: int = 1) -> Image.Image:
    """A picture whose pixels nearly all differ, the same one each time."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    data = bytearray()
    state = seed
    for _ in range(size[0] * size[1] * bands):
        state = (state * 1_103_515_245 + 12_345) & 0x7FFFFFFF
        data.append(state >> 16 & 0xFF)
    return Image.frombytes(mode, size, bytes(data))


def soft(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture with slow gradients, as photos have."""
    return speckled((6, 5), mode).resize(size, Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def raw_png(size: tuple[int, int], depth: int, colour_type: int, rows: bytes, *extra: bytes) -> bytes:
    """A PNG from its rows (each with its filter byte), for kinds that Pillow does not write."""
    header = struct.pack(">IIBBBBB", *size, depth, colour_type, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(extra) + body + chunk(b"IEND", b"")


def edit_map(size: tuple[int, int], *boxes: tuple[int, int, int, int]) -> Image.Image:
    """255 within the boxes, 0 elsewhere."""
    image = Image.new("L", size, 0)
    for box in boxes:
        image.paste(255, box)
    return image


def model(name: str) -> Model:
    found = load_catalogue().model(name)
    assert found is not None
    return found


def size_of(image: Image.Image) -> Size:
    return Size(*image.size)
