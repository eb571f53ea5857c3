"""Any picture that Pillow decoded becomes RGB or RGBA, 8 bits, sRGB, upright, with the colours it shows.

Without a profile, colours are taken for sRGB; PNG's gamma and chromaticity chunks are not looked at.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageCms

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_MOST_PROFILE_BYTES = 4_000_000
_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}


def needs_conversion(profile: bytes) -> bool:
    """Whether pixels with this ICC profile show other colours than the same numbers would as sRGB."""
    if not 0 < len(profile) <= _MOST_PROFILE_BYTES:
        return False
    try:
        opened = ImageCms.ImageCmsProfile(BytesIO(profile))
        return "srgb" not in ImageCms.getProfileDescription(opened).lower()
    except Exception:  # a broken profile says nothing: browsers take such a picture for sRGB, and so do we
        return False


def orientation(exif: Image.Exif) -> int:
    """1 to 8, as EXIF counts; 1 when it says nothing sensible."""
    try:
        value = exif.get(_ORIENTATION)
    except Exception:  # damaged EXIF is as good as none
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright(image: Image.Image, turned: int) -> Image.Image:
    """The picture as it is meant to be seen, given its EXIF orientation."""
    return image if turned == 1 else image.transpose(_TURNS[turned])


def to_srgb(image: Image.Image, *, profile: bytes = b"", depth: int = 8, grey: bool = False) -> Image.Image:
    """RGB, or RGBA when something is transparent. `depth` is a PNG's bits per sample.

    With `grey`, opaque grey pictures become L instead of RGB, and profiles are not looked at.
    """
    image = _eight_bits(image, depth)
    alpha: Image.Image | None = None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        if alpha.getextrema() == (255, 255):
            alpha = None
    if grey and alpha is None and image.mode in ("1", "L"):
        return image.convert("L")
    if not grey and needs_conversion(profile):
        image = _converted(image, profile)
    if alpha is None:
        return image if image.mode == "RGB" else image.convert("RGB")
    if image.mode != "RGBA":
        image = image.convert("RGB")
        image.putalpha(alpha)
    return image


def _eight_bits(image: Image.Image, depth: int) -> Image.Image:
    """Greys of 16 bits as 8, which Pillow would clip; and its transparent value in the same scale as its pixels."""
    if image.mode.startswith("I"):
        transparent = image.info.get("transparency")
        # 65535 / 257 is 255: the nearest of the 256 greys.
        image = image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
        if isinstance(transparent, int):
            image.info["transparency"] = round(transparent / 257)
    elif depth == 16 and isinstance(image.info.get("transparency"), tuple):
        image.info["transparency"] = tuple(value >> 8 for value in image.info["transparency"])
    elif depth in (2, 4) and image.mode == "L" and isinstance(image.info.get("transparency"), int):
        image.info["transparency"] *= 255 // (2**depth - 1)
    return image


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """The pixels in sRGB, RGB; the picture itself when the profile does not fit its pixels."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        wanted = _SPACES.get(source.profile.xcolor_space)
        if wanted is None or (wanted == "CMYK") != (image.mode == "CMYK"):
            return image
        pixels = image if image.mode == wanted else image.convert(wanted)
        done = ImageCms.profileToProfile(pixels, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return image if done is None else done
