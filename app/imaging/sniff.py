"""Which kind of file is this? Told by its first bytes, never by its name or by what the sender claims.

Signatures are those of the formats' own specifications.
"""

from __future__ import annotations

from app.imaging.errors import BadPicture

PNG, JPEG, WEBP = "PNG", "JPEG", "WEBP"
"""Pillow's names for the kinds that are taken."""

_EXPORT = "Export it as JPEG or PNG"
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"GIF87a", "a GIF", "Save the frame you want as PNG"),
    (b"GIF89a", "a GIF", "Save the frame you want as PNG"),
    (b"BM", "a BMP", "Save it as PNG"),
    (b"II*\0", "a TIFF or a camera's raw file", _EXPORT),
    (b"MM\0*", "a TIFF or a camera's raw file", _EXPORT),
    (b"II+\0", "a TIFF", _EXPORT),
    (b"MM\0+", "a TIFF", _EXPORT),
    (b"%PDF", "a PDF", "Export the page as PNG"),
    (b"%!PS", "a PostScript file", _EXPORT),
    (b"8BPS", "a Photoshop file", _EXPORT),
    (b"\xff\x0a", "a JPEG XL", _EXPORT),
    (b"\0\0\0\x0cJXL ", "a JPEG XL", _EXPORT),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000", _EXPORT),
    (b"\xff\x4f\xff\x51", "a JPEG 2000", _EXPORT),
    (b"\0\0\1\0", "an icon file", "Save it as PNG"),
    (b"PK\3\4", "a zip archive", "Unpack it, and send the pictures"),
)
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "a HEIC photo"),
    **dict.fromkeys((b"avif", b"avis"), "an AVIF"),
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
        raise BadPicture("invalid_image", "The picture is an empty file. Choose another.")
    what, remedy = _recognised(data)
    raise BadPicture("unsupported_media_type", f"The picture is {what}, not a PNG, JPEG or WebP. {remedy}.")


def _recognised(data: bytes) -> tuple[str, str]:
    for signature, what, remedy in _OTHERS:
        if data.startswith(signature):
            return what, remedy
    if data[4:8] == b"ftyp":
        if what := _BRANDS.get(data[8:12], ""):
            return what, "Export it as JPEG"
        return "a video", "Save the frame you want as PNG"
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return "an SVG drawing", "Export it as PNG"
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page", "Save the picture itself, and send that"
    return "a file of an unknown kind", _EXPORT
