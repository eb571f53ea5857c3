"""Writing a picture's provenance into its file, and reading it back out of any file."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader
from typing import BinaryIO

from app.domain.provenance import LONGEST_TEXT, NotOurs, Provenance
from app.imaging.errors import BadPicture
from app.imaging.metadata import jpeg, png, webp
from app.imaging.metadata.splice import Piece, Splice
from app.imaging.metadata.xmp import settings_in

_BLOCK = 64 * 1024


def with_provenance(file: BinaryIO, told: Provenance) -> BinaryIO | None:
    """The file with its provenance inside, every other byte as it was; read from `file`, which it then owns.

    `None` for kinds of files, and damaged ones, that nothing can be written into.
    """
    file.seek(0)
    head = file.read(12)
    pieces: list[Piece]
    try:
        if head.startswith(png.SIGNATURE):
            pieces = png.png_pieces(file, told)
        elif head.startswith(jpeg.SIGNATURE):
            pieces = jpeg.jpeg_pieces(file, told)
        elif webp.is_webp(head):
            pieces = webp.webp_pieces(file, told)
        else:
            return None
    except BadPicture:
        return None
    return BufferedReader(Splice(file, pieces), _BLOCK)


def provenance_in(file: BinaryIO) -> Provenance | None:
    """What a file from anywhere tells of how it came to be; `None` when it tells nothing of the kind.

    No pixel is decoded. A file that other programs have saved again keeps it as long as they keep XMP.
    """
    file.seek(0)
    head = file.read(12)
    for text in _texts(file, head):
        if text is None:
            continue
        try:
            return Provenance.from_text(text)
        except NotOurs:
            continue
    return None


def _texts(file: BinaryIO, head: bytes) -> Iterator[str | None]:
    if head.startswith(png.SIGNATURE):
        for is_packet, data in png.png_settings(file):
            yield settings_in(data) if is_packet else _decoded(data)
    elif head.startswith(jpeg.SIGNATURE):
        yield from map(settings_in, jpeg.jpeg_settings(file))
    elif webp.is_webp(head):
        yield from map(settings_in, webp.webp_settings(file))


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode("utf-8") if len(data) <= 4 * LONGEST_TEXT else None
    except UnicodeDecodeError:
        return None
