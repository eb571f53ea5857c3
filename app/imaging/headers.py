"""The size that a file's header claims, read before any decoder is told about the file.

Pillow's WebP reader makes room for the canvas as soon as a file is opened, and its PNG reader
inflates text: a size over the limit has to be refused before that. The layouts are those of the PNG
specification, section 11.2.2, and of RFC 9649 (WebP).
"""

from __future__ import annotations

from app.domain.sizes import Size
from app.imaging.errors import damaged


def png_size(data: bytes) -> Size:
    """Width and height in pixels of a PNG. Raises `BadPicture`."""
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise damaged()
    return _positive(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))


def png_depth(data: bytes) -> int:
    """Bits per sample, as the header says: 1, 2, 4, 8 or 16."""
    return data[24]


def webp_size(data: bytes) -> Size:
    """Width and height in pixels of a WebP that is there to its end. Raises `BadPicture`."""
    if len(data) < 30 or len(data) < int.from_bytes(data[4:8], "little") + 8:
        raise damaged()
    chunk = data[12:16]
    if chunk == b"VP8X":
        return _positive(int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1)
    if chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return _positive((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if chunk == b"VP8 ":
        width, height = int.from_bytes(data[26:28], "little"), int.from_bytes(data[28:30], "little")
        return _positive(width & 0x3FFF, height & 0x3FFF)
    raise damaged()


def _positive(width: int, height: int) -> Size:
    if width < 1 or height < 1:
        raise damaged()
    return Size(width, height)
