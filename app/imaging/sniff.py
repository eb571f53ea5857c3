"""Which kind of file is this? Told by its first bytes, never by its name or by what the sender claims.

Signatures are those of the formats' own specifications.
"""

from __future__ import annotations

from app.domain.sentences import Sentence, joined, say
from app.imaging.errors import BadPicture

PNG, JPEG, WEBP = "PNG", "JPEG", "WEBP"
"""Pillow's names for the kinds that are taken."""

_EXPORT = say("Export it as JPEG or PNG.")
_OTHERS: tuple[tuple[bytes, Sentence, Sentence], ...] = (
    (b"GIF87a", say("a GIF"), say("Save the frame you want as PNG.")),
    (b"GIF89a", say("a GIF"), say("Save the frame you want as PNG.")),
    (b"BM", say("a BMP"), say("Save it as PNG.")),
    (b"II*\0", say("a TIFF or a camera's raw file"), _EXPORT),
    (b"MM\0*", say("a TIFF or a camera's raw file"), _EXPORT),
    (b"II+\0", say("a TIFF"), _EXPORT),
    (b"MM\0+", say("a TIFF"), _EXPORT),
    (b"%PDF", say("a PDF"), say("Export the page as PNG.")),
    (b"%!PS", say("a PostScript file"), _EXPORT),
    (b"8BPS", say("a Photoshop file"), _EXPORT),
    (b"\xff\x0a", say("a JPEG XL"), _EXPORT),
    (b"\0\0\0\x0cJXL ", say("a JPEG XL"), _EXPORT),
    (b"\0\0\0\x0cjP  ", say("a JPEG 2000"), _EXPORT),
    (b"\xff\x4f\xff\x51", say("a JPEG 2000"), _EXPORT),
    (b"\0\0\1\0", say("an icon file"), say("Save it as PNG.")),
    (b"PK\3\4", say("a zip archive"), say("Unpack it, and send the pictures.")),
)
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), say("a HEIC photo")),
    **dict.fromkeys((b"avif", b"avis"), say("an AVIF")),
}


def kind_of(data: bytes) -> str:
    """PNG, JPEG or WEBP. Raises `BadPicture` for anything else, naming what it is where that is known."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if not data:
        raise BadPicture(
            "invalid_image",
            say("The picture is an empty file. Choose another."),
            say("The mask is an empty file. Choose another."),
        )
    what, remedy = _recognised(data)
    raise BadPicture(
        "unsupported_media_type",
        joined(say("The picture is {what}, not a PNG, JPEG or WebP.", what=what), remedy),
        joined(say("The mask is {what}, not a PNG, JPEG or WebP.", what=what), remedy),
    )


def _recognised(data: bytes) -> tuple[Sentence, Sentence]:
    for signature, what, remedy in _OTHERS:
        if data.startswith(signature):
            return what, remedy
    if data[4:8] == b"ftyp":
        if photo := _BRANDS.get(data[8:12]):
            return photo, say("Export it as JPEG.")
        return say("a video"), say("Save the frame you want as PNG.")
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return say("an SVG drawing"), say("Export it as PNG.")
    if start.startswith((b"<!doctype html", b"<html")):
        return say("a web page"), say("Save the picture itself, and send that.")
    return say("a file of an unknown kind"), _EXPORT
