"""PNG: text chunks (ISO/IEC 15948, 11.3.3) and XMP in a text chunk of its own (XMP part 3, 1.1.5)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from app.domain.provenance import Provenance
from app.imaging.errors import damaged
from app.imaging.metadata.splice import MOST_PARTS, Piece, Span
from app.imaging.metadata.xmp import packet

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_XMP = "XML:com.adobe.xmp"
_SETTINGS = "Atelier"
_HEADER_END = 33
"""After the signature and IHDR, which every PNG begins with."""


def png_pieces(file: BinaryIO, told: Provenance) -> list[Piece]:
    """The file with our chunks right after its header, and without earlier ones. Raises `BadPicture` when cut short."""
    if file.seek(0, 2) < _HEADER_END:
        raise damaged()
    texts = {"Software": "Atelier", "Description": told.prompt, "Creation Time": told.made_at}
    ours = [_text(keyword, text) for keyword, text in texts.items() if text]
    ours += [_text(_SETTINGS, told.as_text()), _itxt(_XMP, packet(told))]
    pieces: list[Piece] = [Span(0, _HEADER_END), *ours]
    at = _HEADER_END
    for keyword, start, end in _texts(file):
        if keyword in (_XMP, _SETTINGS):
            pieces.append(Span(at, start))
            at = end
    return [*pieces, Span(at, file.seek(0, 2))]


def png_settings(file: BinaryIO) -> Iterator[tuple[bool, bytes]]:
    """What may hold settings: whether it is an XMP packet, and the text."""
    for keyword, start, end in _texts(file):
        if keyword in (_XMP, _SETTINGS):
            file.seek(start + 8)
            head, _, text = file.read(end - start - 12).partition(b"\0")
            compressed, rest = text[:1], text[2:].split(b"\0", 2)
            if head and compressed == b"\0" and len(rest) == 3:
                yield keyword == _XMP, rest[2]


def _texts(file: BinaryIO) -> Iterator[tuple[str, int, int]]:
    """The international text chunks: keyword, start and end in the file. Ends where the file makes no sense."""
    at, size = len(SIGNATURE), file.seek(0, 2)
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(8 + 80)
        if len(head) < 8:
            return
        end = at + 12 + int.from_bytes(head[:4], "big")
        if end > size:
            return
        if head[4:8] == b"iTXt":
            yield head[8:].partition(b"\0")[0].decode("latin-1"), at, end
        if head[4:8] == b"IEND":
            return
        at = end


def _text(keyword: str, text: str) -> bytes:
    return _itxt(keyword, text.replace("\0", "\ufffd").encode("utf-8", "replace"))


def _itxt(keyword: str, text: bytes) -> bytes:
    """Uncompressed, because programs that look for XMP need not inflate; in no language."""
    body = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0\0\0" + text
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
