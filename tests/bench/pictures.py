"""Pictures of the usual size, each another one: a store that keeps bytes by digest must write every one of them.

1024 x 1024 pixels of noise in 15 shades, which compresses to 1.8 MB as drawn pictures do.
"""

from __future__ import annotations

import base64
import random
import struct
import zlib

EDGE = 1024
_SHADES = bytes(value % 15 * 16 for value in range(256))
_LABEL_BYTES = 42  # the part that differs ends on a multiple of three bytes, so that its base64 stands alone


class Album:
    """Makes pictures that differ in a text chunk at their beginning; everything after it is made once."""

    def __init__(self) -> None:
        noise = random.Random(7).randbytes(3 * EDGE * EDGE).translate(_SHADES)
        rows = b"".join(b"\0" + noise[start : start + 3 * EDGE] for start in range(0, len(noise), 3 * EDGE))
        header = struct.pack(">IIBBBBB", EDGE, EDGE, 8, 2, 0, 0, 0)
        self._head = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header)
        self._rest = base64.b64encode(_chunk(b"IDAT", zlib.compress(rows, 1)) + _chunk(b"IEND", b""))

    def png(self, label: str) -> bytes:
        """A picture that bears `label`, as a file."""
        return b"".join(map(base64.b64decode, self.base64(label)))

    def base64(self, label: str) -> tuple[bytes, bytes]:
        """A picture that bears `label` (ASCII, at most 36 characters), as two pieces of base64."""
        text = b"label\0" + label.encode("ascii").ljust(_LABEL_BYTES - 6)
        head = self._head + _chunk(b"tEXt", text)
        assert len(head) % 3 == 0, "its base64 would need padding"
        return base64.b64encode(head), self._rest


def label_of(picture: bytes) -> str:
    """The label that a picture bears."""
    begin = picture.index(b"tEXtlabel\0") + len(b"tEXtlabel\0")
    return picture[begin : begin + _LABEL_BYTES - 6].decode("ascii").strip()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
