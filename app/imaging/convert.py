"""A kept picture as a file of another kind, for whoever needs it so. What is kept stays as it came."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from app.domain.sentences import say
from app.imaging.colour import orientation, to_srgb, upright
from app.imaging.headers import png_depth
from app.imaging.inspect import NotAPicture
from app.imaging.png import write_png

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_LONGEST_WEBP_EDGE = 16_383


def converted(data: bytes, mime_type: str) -> bytes:
    """The picture (of an animation, its first frame) as PNG, JPEG or WebP: upright, sRGB, without metadata.

    PNG is exact; the others are made to look the same (quality 95, or 90 for WebP). What is transparent becomes
    white in a JPEG. Raises `NotAPicture` when the pixels cannot be decoded or the kind cannot hold so many.
    """
    try:
        return _written(_decoded(data), mime_type)
    except (MemoryError, NotAPicture):
        raise
    except Exception as error:  # Pillow raises many kinds for broken files; each means the same here
        raise NotAPicture(say("it cannot be decoded")) from error


def _decoded(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data), formats=_FORMATS) as opened:
        profile = opened.info.get("icc_profile") or b""
        turned = orientation(opened.getexif())
        opened.load()
        depth = png_depth(data) if opened.format == "PNG" else 8
        image = upright(to_srgb(opened, profile=profile, depth=depth), turned)
        image.info.clear()  # Pillow would write a JPEG's comment, and more, into the new file
        return image


def _written(image: Image.Image, mime_type: str) -> bytes:
    if mime_type == "image/png":
        return write_png(image)
    out = BytesIO()
    if mime_type == "image/jpeg":
        _on_white(image).save(out, "JPEG", quality=95, subsampling=0, optimize=True)
    elif max(image.size) > _LONGEST_WEBP_EDGE:
        raise NotAPicture(say("a WebP has at most {most} pixels along an edge", most=_LONGEST_WEBP_EDGE))
    else:
        image.save(out, "WEBP", quality=90, method=4)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image.getchannel("A"))
    return sheet
