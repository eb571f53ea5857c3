"""Pictures that come in: decoded with suspicion, refused with the API's own words.

Source: fact sheet sections 1 (limits, mask, markup), 2.2 (JSON references) and 4 (messages).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from app.emulator import errors
from app.emulator.errors import ApiError
from app.emulator.parsing import Upload
from app.emulator.registry import Model
from app.emulator.stores import FileStore

MIMETYPES = ("image/jpeg", "image/png", "image/webp")
LARGEST_IMAGE = 50 * 1024 * 1024
LARGEST_MASK = 4 * 1024 * 1024
LONGEST_URL = 20_971_520
_MOST_PIXELS = 80_000_000  # of our own: a 48-megapixel photograph passes, a bomb does not
_MODES = ("1", "L", "LA", "P", "RGB", "RGBA")
_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,")


@dataclass(frozen=True)
class Picture:
    """A decoded input, upright, mode RGBA."""

    image: Image.Image
    format: str

    @property
    def size(self) -> tuple[int, int]:
        return self.image.size

    @property
    def has_holes(self) -> bool:
        """Whether any pixel is fully transparent."""
        return self.image.getchannel("A").histogram()[0] > 0


def decode(upload: Upload, position: int) -> Picture:
    """The picture in ``upload``; ``position`` counts from 1. Raises ``ApiError`` ``invalid_image_file``."""
    try:
        with Image.open(BytesIO(upload.data), formats=("PNG", "JPEG", "WEBP")) as opened:
            if opened.width * opened.height > _MOST_PIXELS or opened.mode not in _MODES:
                raise errors.bad_image_file(position)
            name = str(opened.format)
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        # Pillow signals a doubtful size as a warning; where warnings are errors that is a refusal too.
        raise errors.bad_image_file(position) from error
    return Picture(upright, name)


def sources(uploads: Sequence[Upload], model: Model) -> tuple[Picture, ...]:
    """The input pictures, in the order in which the prompt may name them."""
    if len(uploads) > model.most_inputs:
        raise errors.too_many("image", len(uploads), model.most_inputs)
    if model.dall_e:
        return (_square_png(uploads[0]),)
    for upload in uploads:
        if upload.mimetype not in MIMETYPES:
            raise errors.wrong_mimetype(upload.param, upload.mimetype, MIMETYPES)
        if len(upload.data) >= LARGEST_IMAGE:
            # Unconfirmed wording.
            message = f"Invalid file '{upload.param}': file too large. The maximum size is 50 MB."
            raise ApiError(400, message, param=upload.param, code="image_file_too_large")
    return tuple(decode(upload, position) for position, upload in enumerate(uploads, start=1))


def _square_png(upload: Upload) -> Picture:
    if upload.mimetype != "image/png":
        raise errors.wrong_mimetype(upload.param, upload.mimetype, ["image/png"])
    picture = decode(upload, 1)
    if picture.format != "PNG" or len(upload.data) >= LARGEST_MASK or picture.size[0] != picture.size[1]:
        message = "Uploaded image must be a square PNG and less than 4 MB."  # unconfirmed wording
        raise ApiError(400, message, param="image")
    return picture


def _overlay(upload: Upload) -> Picture:
    if upload.mimetype != "image/png":
        raise errors.wrong_mimetype(upload.param, upload.mimetype, ["image/png"])
    if len(upload.data) >= LARGEST_MASK:
        raise errors.bad_mask(f"{upload.param} must be less than 4 MB")  # unconfirmed wording
    try:
        with Image.open(BytesIO(upload.data), formats=("PNG",)) as opened:
            alpha = "A" in opened.getbands() or "transparency" in opened.info
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise errors.bad_mask(f"{upload.param} is not a readable PNG") from error
    if not alpha:
        raise errors.bad_mask(f"{upload.param} has no alpha channel")
    return decode(upload, 1)


def mask(upload: Upload, source: Picture) -> Picture:
    """A mask over ``source``: transparent pixels may be repainted. Raises ``invalid_mask_image_format``."""
    picture = _overlay(upload)
    if picture.size != source.size:
        raise errors.bad_mask("mask size does not match image size")
    return picture


def markup(upload: Upload, source: Picture, model: Model) -> Picture:
    """Drawn remarks laid over ``source``; they leave at least some pixels transparent. Wording unconfirmed."""
    if not model.markup:
        raise errors.parameter_not_for_model(model.id, "markup")
    picture = _overlay(upload)
    if picture.size != source.size:
        raise errors.unsupported("The markup size does not match the image size.", "markup")
    if not picture.has_holes:
        raise errors.unsupported("The markup must contain transparent pixels.", "markup")
    return picture


def referenced(reference: object, param: str, files: FileStore) -> Upload:
    """A picture named in a JSON edit: ``{"image_url": …}`` or ``{"file_id": …}``, exactly one of them.

    Only ``data:`` URLs are opened; the emulator fetches nothing.
    """
    if not isinstance(reference, Mapping):
        raise errors.invalid_type(param, "object", reference)
    given = {name: value for name, value in reference.items() if value is not None}
    for name in given:
        if name not in ("image_url", "file_id"):
            raise errors.unknown_parameter(f"{param}.{name}")
    if len(given) != 1:
        message = f"Invalid '{param}': expected exactly one of 'image_url' and 'file_id'."
        raise ApiError(400, message, param=param, code="invalid_value")
    name, value = next(iter(given.items()))
    if not isinstance(value, str):
        raise errors.invalid_type(f"{param}.{name}", "string", value)
    return _from_file(value, param, files) if name == "file_id" else _from_url(value, param)


def _from_file(file_id: str, param: str, files: FileStore) -> Upload:
    stored = files.get(file_id)
    if stored is None:
        raise ApiError(400, f"File '{file_id}' not found.", param=param, code="image_file_not_found")
    return Upload(param, stored.data, stored.mimetype)


def _from_url(url: str, param: str) -> Upload:
    if len(url) > LONGEST_URL:
        raise errors.too_long(f"{param}.image_url", len(url), LONGEST_URL)
    match = _DATA_URL.match(url)
    if match is None:
        message = "Failed to download the image: the emulator opens data: URLs only."
        raise ApiError(400, message, param=param, code="failed_to_download_image")
    try:
        data = base64.b64decode(url[match.end() :], validate=True)
    except binascii.Error as error:
        message = "Invalid base64 image_url."
        raise ApiError(400, message, param=param, code="invalid_base64_image") from error
    return Upload(param, data, match[1])
