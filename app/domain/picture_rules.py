"""What is wrong with the pictures of an edit or a variation, by their facts; no bytes are read here."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.errors import Problem
from app.domain.models import MaskLimits, Model, PictureLimits
from app.domain.requests import AnyRequest, Edit, Generate, InputPicture, Turn, Vary
from app.domain.sentences import one_of
from app.domain.turns import shown_pictures

_NAMES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP"}


def picture_problems(request: AnyRequest, model: Model) -> Iterator[Problem]:
    if isinstance(request, Generate) or model.inputs is None:
        return
    limits, most = model.inputs, 1 if isinstance(request, Vary) else model.inputs.max_count
    if not request.images and not isinstance(request, Turn):
        yield _image("No picture provided. Choose the one to start from.")
    if len(request.images) > most:
        yield _image(
            f"There are {len(request.images)} pictures, and {model.id} takes at most {most} here. Remove some."
        )
    for number, picture in enumerate(request.images, start=1):
        for sentence in _picture_sentences(picture, limits):
            yield _image(f"Picture {number}: {sentence}")


def mask_problems(request: AnyRequest, model: Model, output_format: str) -> Iterator[Problem]:
    if not isinstance(request, Edit | Turn) or request.mask is None:
        return
    images = request.images if isinstance(request, Edit) else shown_pictures(request)
    if model.mask is None:
        yield Problem("mask", "unsupported_by_model", f"{model.id} takes no mask. Leave it out.")
        return
    if output_format in model.mask.not_with_formats:
        yield Problem(
            "mask",
            "invalid_value",
            f"There is no mask with output_format {output_format}. Leave one of them out.",
        )
    for sentence in _mask_sentences(request.mask, images, model.mask):
        yield Problem("mask", "invalid_mask", sentence)


def _picture_sentences(picture: InputPicture, limits: PictureLimits) -> Iterator[str]:
    if picture.mime_type not in limits.mime_types:
        yield f"it must be {_formats(limits.mime_types)}. Convert it."
    if picture.byte_size >= limits.byte_limit:
        yield f"it must be smaller than {_megabytes(limits.byte_limit)}. Make it smaller."
    if picture.width < 1 or picture.height < 1:
        yield "it is empty. Choose another."
    if limits.square and picture.width != picture.height:
        yield f"it must be square, and is {picture.width}x{picture.height}. Crop it."


def _mask_sentences(mask: InputPicture, images: tuple[InputPicture, ...], limits: MaskLimits) -> Iterator[str]:
    if mask.mime_type not in limits.mime_types:
        yield f"The mask must be {_formats(limits.mime_types)}. Convert it."
    if not mask.has_alpha:
        yield "The mask must have an alpha channel: what is transparent gets changed. Save it with transparency."
    if mask.byte_size >= limits.byte_limit:
        yield f"The mask must be smaller than {_megabytes(limits.byte_limit)}. Make it smaller."
    if images and (mask.width, mask.height) != (images[0].width, images[0].height):
        yield (
            f"The mask is {mask.width}x{mask.height} and the first picture {images[0].width}x{images[0].height}. "
            "Make them the same size."
        )


def _image(sentence: str) -> Problem:
    return Problem("image", "invalid_image", sentence)


def _formats(mime_types: tuple[str, ...]) -> str:
    return one_of(_NAMES[mime_type] for mime_type in mime_types)


def _megabytes(limit: int) -> str:
    return f"{limit // 1_000_000} MB"
