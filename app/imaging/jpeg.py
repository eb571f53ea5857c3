"""A JPEG cut down to what makes its pixels: no metadata, no thumbnails, nothing after its end.

The coded pixels are copied as they are, so the cut file decodes to exactly the pixels of the upload,
at no loss and almost no cost. Marker codes and layouts: ITU-T T.81, annex B.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.domain.sentences import say
from app.domain.sizes import Size
from app.imaging.errors import BadPicture, damaged

MOST_SCANS = 64
"""Encoders write about ten. Each costs a pass over all pixels, so thousands of empty ones would hold a
decoder for minutes (libjpeg-turbo's own advice is to set such a limit)."""

_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE
_ORDINARY_FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended and progressive: the ones browsers show
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TABLES = {0xC4, 0xDB, 0xDD}  # Huffman, quantisation, restart interval
_ICC = b"ICC_PROFILE\0"
_EXIF = b"Exif\0\0"
_PLAIN_JFIF = b"\xff\xe0\x00\x10JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


@dataclass(frozen=True, slots=True)
class PlainJpeg:
    """`data` is the cut file; `exif` and `profile` are what it lost, for turning and for colours."""

    data: bytes
    size: Size
    components: int
    exif: bytes
    profile: bytes


def strip_jpeg(data: bytes) -> PlainJpeg:
    """The JPEG without anything but its pixels. Raises `BadPicture` when it is not whole or not ordinary."""
    kept: list[bytes | memoryview] = [b"\xff\xd8"]
    view = memoryview(data)
    frame, exif, profile = b"", b"", []
    scans, at = 0, 2
    while True:
        marker, at = _marker(data, at)
        if marker == _EOI:
            break
        length = int.from_bytes(data[at : at + 2], "big")
        end = at + length
        if length < 2 or end > len(data):
            raise damaged()
        segment = view[at - 2 : end]
        body = data[at + 2 : end] if marker in _FRAMES or _APP0 <= marker <= _APP14 else b""
        if marker in _FRAMES:
            if frame or marker not in _ORDINARY_FRAMES or len(body) < 6 or body[0] != 8:
                raise _unusual()
            frame = body
            kept.append(segment)
        elif marker in _TABLES:
            kept.append(segment)
        elif marker == _SOS:
            scans += 1
            if scans > MOST_SCANS:
                raise _unusual()
            if not frame or not (found := _END_OF_SCAN.search(data, end)):
                raise damaged()
            kept.append(view[at - 2 : found.start()])
            end = found.start()
        elif marker == _APP0 and body.startswith(b"JFIF\0"):
            kept.append(_PLAIN_JFIF)
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 12:
            # Its last byte says how colours are coded, so pixels depend on it; the rest is fixed here.
            kept.append(b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + body[11:12])
        elif marker == _APP1 and body.startswith(_EXIF) and not exif:
            exif = body
        elif marker == _APP2 and body.startswith(_ICC):
            profile.append(body)
        at = end
    if not scans:
        raise damaged()
    kept.append(b"\xff\xd9")
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    if not width or not height:
        raise damaged()
    return PlainJpeg(b"".join(kept), Size(width, height), frame[5], exif, _joined(profile))


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The marker at or after `at` and the place after it; markers may be preceded by fill bytes."""
    if data[at : at + 1] != b"\xff":
        raise damaged()
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data):
        raise damaged()
    return data[at], at + 1


def _joined(chunks: list[bytes]) -> bytes:
    """The colour profile, whose parts carry their numbers (ICC.1, annex B.4)."""
    numbered = sorted(chunks, key=lambda chunk: chunk[len(_ICC) : len(_ICC) + 1])
    return b"".join(chunk[len(_ICC) + 2 :] for chunk in numbered)


def _unusual() -> BadPicture:
    return BadPicture(
        "invalid_image",
        say("The picture is a JPEG of an unusual kind. Open it in any viewer and save it as JPEG or PNG."),
        say("The mask is a JPEG of an unusual kind. Open it in any viewer and save it as JPEG or PNG."),
    )
