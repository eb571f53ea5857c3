"""Untrusted bytes in, a safe picture out.

What is kept of an upload decodes to exactly the pixels that the upload shows, and holds nothing else:

- An upright sRGB JPEG keeps its own coded pixels, with every other segment dropped: exact, as small as
  it came, and quick. (Bytes that sit inside a scan and that decoders skip would survive; everything is
  served with a fixed type and `nosniff`.)
- Everything else becomes a PNG: PNG, WebP, and JPEGs that had to be turned or whose colours had to be
  converted, because saving those as JPEG again would change each pixel a little.

Bounds: size by header before a decoder sees the file; bytes by `max_bytes`; scans by `jpeg.MOST_SCANS`.
Measured at 50 million pixels: 0.4 s and 0.2 GB for an ordinary JPEG, 2.5 s and 0.5 GB for a progressive one
made to be slow, 5 s and 0.5 GB for one that lies on its side, 6 s and 1 GB for WebP, the worst. With these
bounds there is nothing left to kill, so decoding runs in the caller's thread (Pillow lets go of the
interpreter meanwhile); `workbench.Workbench` keeps several at once from adding up.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from app.domain.sentences import say
from app.domain.sizes import Size
from app.imaging import headers, sniff
from app.imaging.colour import needs_conversion, orientation, to_srgb, upright
from app.imaging.errors import BadPicture, damaged, too_many_bytes, too_many_pixels
from app.imaging.jpeg import PlainJpeg, strip_jpeg
from app.imaging.limits import MAX_PIXELS
from app.imaging.png import write_png

MAX_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class SafePicture:
    """Bytes that may be kept, served and sent: upright, sRGB, without metadata. Sizes in pixels."""

    data: bytes
    mime_type: str
    width: int
    height: int
    has_alpha: bool


@dataclass(frozen=True, slots=True)
class Decoded:
    """An upload's pixels (RGB or RGBA); `as_it_came` are its own coded pixels where those can be kept."""

    image: Image.Image
    as_it_came: bytes | None = None


def measure_upload(data: bytes, *, max_pixels: int = MAX_PIXELS, max_bytes: int = MAX_BYTES) -> Size:
    """The size in the header, before turning upright, without decoding. Raises `BadPicture`."""
    return _measured(data, max_pixels, max_bytes)[1]


def decode_upload(data: bytes, *, max_pixels: int = MAX_PIXELS, max_bytes: int = MAX_BYTES) -> SafePicture:
    """What to keep of an upload, whatever its name or claimed type. Raises `BadPicture`."""
    decoded = read_upload(data, max_pixels=max_pixels, max_bytes=max_bytes)
    image = decoded.image
    if decoded.as_it_came is not None:
        return SafePicture(decoded.as_it_came, "image/jpeg", image.width, image.height, has_alpha=False)
    return SafePicture(write_png(image), "image/png", image.width, image.height, has_alpha=image.mode == "RGBA")


def read_upload(
    data: bytes, *, max_pixels: int = MAX_PIXELS, max_bytes: int = MAX_BYTES, grey: bool = False
) -> Decoded:
    """The pixels of an upload, upright and in sRGB. Raises `BadPicture`.

    With `grey`, opaque grey pictures stay L and profiles are not looked at, as suits a mask.
    """
    kind, size, plain = _measured(data, max_pixels, max_bytes)
    try:
        return _decoded_jpeg(plain, grey) if plain else _decoded(kind, size, data, grey)
    except (BadPicture, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise too_many_pixels(size.width, size.height, max_pixels) from error
    except Exception as error:  # Pillow raises many kinds for broken files; each means the same here
        raise damaged() from error


def _measured(data: bytes, max_pixels: int, max_bytes: int) -> tuple[str, Size, PlainJpeg | None]:
    kind = sniff.kind_of(data)
    if len(data) > max_bytes:
        raise too_many_bytes(max_bytes)
    plain = strip_jpeg(data) if kind == sniff.JPEG else None
    size = plain.size if plain else headers.png_size(data) if kind == sniff.PNG else headers.webp_size(data)
    if size.pixels > max_pixels:
        raise too_many_pixels(size.width, size.height, max_pixels)
    return kind, size, plain


def _decoded_jpeg(plain: PlainJpeg, grey: bool) -> Decoded:
    exif = Image.Exif()
    try:
        exif.load(plain.exif)
        turned = orientation(exif)
    except Exception:  # damaged EXIF is as good as none
        turned = 1
    with Image.open(BytesIO(plain.data), formats=[sniff.JPEG]) as opened:
        opened.load()
        mode = opened.mode
        # Turning comes last, on the smaller kind of pixels.
        image = upright(to_srgb(opened, profile=plain.profile, grey=grey), turned)
    exact = turned == 1 and mode in ("RGB", "L") and not needs_conversion(plain.profile)
    return Decoded(image, plain.data if exact else None)


def _decoded(kind: str, size: Size, data: bytes, grey: bool) -> Decoded:
    if kind == sniff.PNG:
        with Image.open(BytesIO(data), formats=[kind]) as opened:
            opened.verify()  # every chunk's sum, which decoding alone does not look at
    with Image.open(BytesIO(data), formats=[kind]) as opened:
        if getattr(opened, "n_frames", 1) > 1:
            raise BadPicture(
                "invalid_image",
                say("The picture is an animation. Save the frame you want as PNG."),
                say("The mask is an animation. Save the frame you want as PNG."),
            )
        if opened.size != size:
            raise damaged()
        opened.load()  # first: Pillow may look for EXIF behind the pixels, and would not report broken ones twice
        try:
            turned = orientation(opened.getexif())
        except Exception:  # damaged EXIF is as good as none
            turned = 1
        profile = opened.info.get("icc_profile") or b""
        depth = headers.png_depth(data) if kind == sniff.PNG else 8
        return Decoded(upright(to_srgb(opened, profile=profile, depth=depth, grey=grey), turned))


def read_safe(data: bytes) -> Image.Image:
    """The pixels (RGB or RGBA) of bytes that `decode_upload` or this package made: they need no judging."""
    with Image.open(BytesIO(data), formats=[sniff.PNG, sniff.JPEG]) as opened:
        if opened.mode in ("RGB", "RGBA"):
            opened.load()
            return opened
        return opened.convert("RGBA" if opened.has_transparency_data else "RGB")
