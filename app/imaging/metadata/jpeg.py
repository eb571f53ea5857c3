"""JPEG: XMP in APP1 segments (XMP part 3, 1.1.3), divided when it is longer than a segment can be."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from typing import BinaryIO

from app.domain.provenance import Provenance
from app.imaging.metadata.splice import MOST_PARTS, Piece, Span
from app.imaging.metadata.xmp import MOST_BYTES, divided_packet, extension, packet

SIGNATURE = b"\xff\xd8\xff"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_LONGEST_SEGMENT = 65_533
_EXTENSION_PART = 65_000
_SOS, _EOI, _APP0, _APP1 = 0xDA, 0xD9, 0xE0, 0xE1


def jpeg_pieces(file: BinaryIO, told: Provenance) -> list[Piece]:
    """The file with our packet after its JFIF and EXIF segments, and without an earlier packet."""
    ours: list[Piece] = list(_segments_of(told))
    pieces: list[Piece] = [Span(0, 2)]
    at = 2
    for marker, start, head, end in _segments(file):
        if marker == _APP1 and head.startswith((_XMP, _EXTENDED)):
            pieces.append(Span(at, start))
            at = end
        elif ours and marker != _APP0 and not (marker == _APP1 and head.startswith(b"Exif\0")):
            pieces += [Span(at, start), *ours]
            at, ours = start, []
    return [*pieces, *ours, Span(at, file.seek(0, 2))]


def jpeg_settings(file: BinaryIO) -> Iterator[bytes]:
    """The XMP packets: the plain ones, then what the extensions make together."""
    parts: dict[tuple[bytes, int], bytes] = {}
    for marker, start, head, end in _segments(file):
        if marker != _APP1 or not head.startswith((_XMP, _EXTENDED)):
            continue
        file.seek(start + 4)
        body = file.read(end - start - 4)
        if body.startswith(_XMP):
            yield body[len(_XMP) :]
        elif sum(map(len, parts.values())) + len(body) <= MOST_BYTES:
            rest = body[len(_EXTENDED) :]
            parts[rest[:32], int.from_bytes(rest[36:40], "big")] = rest[40:]
    for name in {name for name, _ in parts}:
        yield b"".join(part for (owner, _), part in sorted(parts.items()) if owner == name)


def _segments_of(told: Provenance) -> Iterator[bytes]:
    whole = _XMP + packet(told)
    if len(whole) <= _LONGEST_SEGMENT:
        yield _app1(whole)
        return
    long = extension(told)
    name = hashlib.md5(long, usedforsecurity=False).hexdigest().upper()  # the standard wants this digest
    yield _app1(_XMP + divided_packet(told, name))
    for at in range(0, len(long), _EXTENSION_PART):
        place = name.encode("ascii") + struct.pack(">II", len(long), at)
        yield _app1(_EXTENDED + place + long[at : at + _EXTENSION_PART])


def _app1(body: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _segments(file: BinaryIO) -> Iterator[tuple[int, int, bytes, int]]:
    """Marker, start, first bytes of the body and end of each segment before the pixels."""
    at, size = 2, file.seek(0, 2)
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(4 + len(_EXTENDED))
        if len(head) < 4 or head[0] != 0xFF or head[1] in (0, _EOI):
            return
        if head[1] == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(head[2:4], "big")
        if not at + 4 <= end <= size:
            return
        yield head[1], at, head[4:], end
        if head[1] == _SOS:
            return
        at = end
