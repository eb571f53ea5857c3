"""What goes to the provider: bytes of a kind, size and weight that the model takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from app.domain.models import MaskLimits, PictureLimits
from app.domain.sentences import say
from app.domain.sizes import Size
from app.imaging.boxes import whole
from app.imaging.decode import SafePicture, read_safe
from app.imaging.errors import BadPicture
from app.imaging.fit import Fitting
from app.imaging.mask import read_mask
from app.imaging.png import write_png

_SHRINK = 0.85
_WEBP_EDGE = 16383  # the longest edge a WebP can have


@dataclass(frozen=True, slots=True)
class Prepared:
    """What to send. `fitting` is the plan as carried out: less may be sent than was planned, never differently."""

    picture: SafePicture
    fitting: Fitting


def prepare(picture: bytes, fitting: Fitting, limits: PictureLimits) -> Prepared:
    """The first picture of an edit as the fitting says; `picture` is as `decode_upload` made it."""
    image = read_safe(picture)
    return Prepared(*_light_enough(fitting.forward(image), fitting, image, limits))


def prepare_mask(mask: bytes, fitting: Fitting, limits: MaskLimits) -> SafePicture:
    """The mask that belongs to what is sent: RGBA, alpha 0 exactly where to edit, as large as the picture.

    `mask` is as `understand_mask` made it, `fitting` as the picture's was carried out. Raises `BadPicture` when
    it is too intricate for its byte limit.
    """
    keep = fitting.forward_mask(read_mask(mask)).point([255] + [0] * 255)
    image = Image.merge("RGBA", (keep, keep, keep, keep))
    for level in (1, 9):
        data = write_png(image, level)
        if len(data) < limits.byte_limit:
            return SafePicture(data, "image/png", *image.size, has_alpha=True)
    raise BadPicture("invalid_mask", say("The mask is too intricate to be sent. Draw it with a larger brush."))


def prepare_reference(picture: bytes, limits: PictureLimits) -> SafePicture:
    """A picture that is not fitted, in another kind of file, or smaller, because the model does not take its own."""
    image = read_safe(picture)
    size = Size(*image.size)
    plan = Fitting(source=size, crop=whole(size), sent=size, placed=whole(size), asked=size)
    return _light_enough(image, plan, image, limits)[0]


def _light_enough(
    image: Image.Image, fitting: Fitting, source: Image.Image, limits: PictureLimits
) -> tuple[SafePicture, Fitting]:
    while True:
        if limits.mime_types == ("image/png",):
            # DALL·E 2, the one model that takes only PNG, is known to refuse RGB pictures with a mask.
            image = image.convert("RGBA")
        for data, mime_type in _files(image, limits):
            if len(data) < limits.byte_limit:
                return SafePicture(data, mime_type, *image.size, has_alpha=image.mode == "RGBA"), fitting
        fitting = fitting.shrunk(_SHRINK)
        image = fitting.forward(source)


def _files(image: Image.Image, limits: PictureLimits) -> Iterator[tuple[bytes, str]]:
    """The picture as files, the most faithful first; the later ones are made only when asked for."""
    yield write_png(image), "image/png"
    if limits.mime_types == ("image/png",):
        yield write_png(image, level=9), "image/png"
    elif max(image.size) > _WEBP_EDGE:
        return
    elif image.mode == "RGBA" and "image/webp" in limits.mime_types:
        yield _saved(image, "WEBP", quality=95, method=0), "image/webp"
    elif image.mode == "RGB" and "image/jpeg" in limits.mime_types:
        yield _saved(image, "JPEG", quality=95, subsampling=0), "image/jpeg"


def _saved(image: Image.Image, kind: str, **options: int) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
