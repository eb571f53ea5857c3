"""WebP: one XMP chunk, announced in the extended header (RFC 9649, 2.7)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from app.domain.provenance import Provenance
from app.imaging.headers import webp_size
from app.imaging.metadata.splice import MOST_PARTS, Piece, Span, length_of
from app.imaging.metadata.xmp import packet

_HAS_XMP, _HAS_ALPHA = 0x04, 0x10
_EXTENDED = b"VP8X"
_HEAD = 12


def is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def webp_pieces(file: BinaryIO, told: Provenance) -> list[Piece]:
    """The file with our packet at its end, and without an earlier one. Raises `BadPicture` when it is damaged."""
    body: list[Piece] = [_extended_header(file)]
    at = _HEAD
    for kind, start, at in _chunks(file):
        if kind not in (_EXTENDED, b"XMP "):
            body.append(Span(start, at))
    rest = Span(at, max(at, _end(file)))  # what could not be understood stays where it was
    body += [rest, _chunk(b"XMP ", packet(told))]
    length = 4 + sum(map(length_of, body))
    return [b"RIFF" + struct.pack("<I", length) + b"WEBP", *body]


def webp_settings(file: BinaryIO) -> Iterator[bytes]:
    """The XMP packets."""
    for kind, start, end in _chunks(file):
        if kind == b"XMP ":
            file.seek(start + 4)
            length = int.from_bytes(file.read(4), "little")
            yield file.read(min(length, end - start - 8))


def _extended_header(file: BinaryIO) -> bytes:
    file.seek(0)
    head = file.read(_HEAD + 18)
    if head[_HEAD : _HEAD + 4] == _EXTENDED:
        flags = head[_HEAD + 8] | _HAS_XMP
        rest = head[_HEAD + 9 : _HEAD + 18]
    else:
        size = webp_size(head[:4] + struct.pack("<I", len(head) - 8) + head[8:])
        # A lossless picture says in its own header whether it uses alpha; a plain lossy one has none.
        is_transparent = head[_HEAD : _HEAD + 4] == b"VP8L" and head[_HEAD + 12] & 0x10
        flags = _HAS_XMP | (_HAS_ALPHA if is_transparent else 0)
        rest = b"\0\0\0" + (size.width - 1).to_bytes(3, "little") + (size.height - 1).to_bytes(3, "little")
    return _chunk(_EXTENDED, bytes([flags]) + rest)


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end (padding included) of each chunk that is there to its end."""
    at, last = _HEAD, _end(file)
    for _ in range(MOST_PARTS):
        if at + 8 > last:
            return
        file.seek(at)
        head = file.read(8)
        length = int.from_bytes(head[4:8], "little")
        end = at + 8 + length + length % 2
        if end > last + length % 2:
            return
        yield head[:4], at, min(end, last)
        at = end


def _end(file: BinaryIO) -> int:
    """Where the picture ends: as its head says, or where the file does."""
    file.seek(4)
    claimed = 8 + int.from_bytes(file.read(4), "little")
    return min(claimed, file.seek(0, 2))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
