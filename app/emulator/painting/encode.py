"""Pixels to bytes, in the format and at the compression asked for."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

MIME = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "svg": "image/svg+xml",
}


def encode(image: Image.Image, form: str, compression: int = 100) -> bytes:
    """PNG, JPEG or WebP bytes. ``compression`` (0 to 100) is the quality of the lossy two, 100 the best."""
    out = BytesIO()
    if form == "png":
        # Level 1: a practice picture is read once, on this machine; the processor is what it costs.
        image.save(out, "PNG", compress_level=1)
    elif form == "jpeg":
        image.convert("RGB").save(out, "JPEG", quality=max(1, compression))
    else:
        image.save(out, "WEBP", quality=compression, method=1)
    return out.getvalue()


def animated(frames: Sequence[Image.Image], milliseconds: int) -> bytes:
    """An endless GIF; each frame is held for ``milliseconds``, a multiple of ten."""
    out = BytesIO()
    first = frames[0].quantize(255, Image.Quantize.FASTOCTREE)
    rest = [frame.quantize(palette=first, dither=Image.Dither.NONE) for frame in frames[1:]]
    first.save(out, "GIF", save_all=True, append_images=rest, duration=milliseconds, loop=0, optimize=False, disposal=1)
    return out.getvalue()
