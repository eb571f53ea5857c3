"""Is this a whole picture, of which kind and size? Answered from its structure, without decoding pixels.

Used on what a provider drew: those bytes are kept as they came, so decoding them would only cost
time; a picture that is cut short, or is something else, has to be noticed all the same.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from app.domain.sentences import say
from app.imaging.limits import MAX_PIXELS

_MIME_OF_FORMAT = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}


class NotAPicture(ValueError):
    """The bytes are not a whole PNG, JPEG, WebP or GIF of acceptable size; `reason` is a clause about it."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What a picture's own bytes say about it; sizes in pixels."""

    mime_type: str
    width: int
    height: int


def inspect_picture(data: bytes) -> PictureFacts:
    """The facts about a whole picture. Raises `NotAPicture`."""
    try:
        with Image.open(BytesIO(data), formats=list(_MIME_OF_FORMAT)) as picture:
            kind = picture.format or ""
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise _too_large()
    except (NotAPicture, MemoryError):  # the latter says nothing about the picture
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large() from error
    except Exception as error:  # Pillow raises many kinds for broken files; each means the same here
        raise NotAPicture(say("it is not a PNG, JPEG, WebP or GIF, or it is damaged")) from error
    if not _is_complete(kind, data):
        raise NotAPicture(say("it ends too early"))
    return PictureFacts(_MIME_OF_FORMAT[kind], width, height)


def _too_large() -> NotAPicture:
    return NotAPicture(say("it has more than {millions} million pixels", millions=MAX_PIXELS // 1_000_000))


def _is_complete(kind: str, data: bytes) -> bool:
    """Whether the file reaches its own end marker; bytes after it are tolerated, as decoders do."""
    if kind == "JPEG":
        return b"\xff\xd9" in data[-4096:]
    if kind == "WEBP":
        return len(data) >= int.from_bytes(data[4:8], "little") + 8
    if kind == "GIF":
        return b"\x3b" in data[-16:]
    return _is_whole_png(data)


def _is_whole_png(data: bytes) -> bool:
    """Whether the chunks lead over an IDAT to IEND, each with its right sum (ISO/IEC 15948, 5.3).

    `Image.verify` does the same and copies every chunk to do it, which takes twice the time.
    """
    view = memoryview(data)
    at, has_pixels = 8, False
    while at + 12 <= len(view):
        end = at + 8 + int.from_bytes(view[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if zlib.crc32(view[at + 4 : end]) != int.from_bytes(view[end : end + 4], "big") or end + 4 > len(view):
            return False
        if kind == b"IEND":
            return has_pixels
        has_pixels = has_pixels or kind == b"IDAT"
        at = end + 4
    return False
