"""What is wrong with the pictures of an edit or a variation, by their facts; no bytes are read here."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.errors import Problem
from app.domain.models import MaskLimits, Model, PictureLimits
from app.domain.requests import AnyRequest, Edit, Generate, InputPicture, Turn, Vary
from app.domain.sentences import Sentence, one_of, say
from app.domain.turns import shown_pictures

_NAMES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP"}


def picture_problems(request: AnyRequest, model: Model) -> Iterator[Problem]:
    if isinstance(request, Generate) or model.inputs is None:
        return
    limits, most = model.inputs, 1 if isinstance(request, Vary) else model.inputs.max_count
    if not request.images and not isinstance(request, Turn):
        yield _image(say("No picture provided. Choose the one to start from."))
    if len(request.images) > most:
        sentence = say(
            "There are {count} pictures, and {model} takes at most {most} here. Remove some.",
            count=len(request.images),
            model=model.id,
            most=most,
        )
        yield _image(sentence)
    for number, picture in enumerate(request.images, start=1):
        for wrong in _picture_sentences(picture, limits):
            yield _image(about_picture(number, wrong))


def about_picture(number: int, sentence: str) -> Sentence:
    """The sentence, which calls the picture "it", with the picture's number before it."""
    return say("Picture {number}: {sentence}", number=number, sentence=sentence)


def mask_problems(request: AnyRequest, model: Model, output_format: str) -> Iterator[Problem]:
    if not isinstance(request, Edit | Turn) or request.mask is None:
        return
    images = request.images if isinstance(request, Edit) else shown_pictures(request)
    if model.mask is None:
        yield Problem("mask", "unsupported_by_model", say("{model} takes no mask. Leave it out.", model=model.id))
        return
    if output_format in model.mask.not_with_formats:
        wrong = say("There is no mask with output_format {format}. Leave one of them out.", format=output_format)
        yield Problem("mask", "invalid_value", wrong)
    for sentence in _mask_sentences(request.mask, images, model.mask):
        yield Problem("mask", "invalid_mask", sentence)


def _picture_sentences(picture: InputPicture, limits: PictureLimits) -> Iterator[str]:
    if picture.mime_type not in limits.mime_types:
        yield say("it must be {formats}. Convert it.", formats=_formats(limits.mime_types))
    if picture.byte_size >= limits.byte_limit:
        yield say("it must be smaller than {size}. Make it smaller.", size=_megabytes(limits.byte_limit))
    if picture.width < 1 or picture.height < 1:
        yield say("it is empty. Choose another.")
    if limits.square and picture.width != picture.height:
        size = f"{picture.width}x{picture.height}"
        yield say("it must be square, and is {size}. Crop it.", size=size)


def _mask_sentences(mask: InputPicture, images: tuple[InputPicture, ...], limits: MaskLimits) -> Iterator[str]:
    if mask.mime_type not in limits.mime_types:
        yield say("The mask must be {formats}. Convert it.", formats=_formats(limits.mime_types))
    if not mask.has_alpha:
        yield say("The mask must have an alpha channel: what is transparent gets changed. Save it with transparency.")
    if mask.byte_size >= limits.byte_limit:
        yield say("The mask must be smaller than {size}. Make it smaller.", size=_megabytes(limits.byte_limit))
    if images and (mask.width, mask.height) != (images[0].width, images[0].height):
        yield say(
            "The mask is {mask} and the first picture {picture}. Make them the same size.",
            mask=f"{mask.width}x{mask.height}",
            picture=f"{images[0].width}x{images[0].height}",
        )


def _image(sentence: str) -> Problem:
    return Problem("image", "invalid_image", sentence)


def _formats(mime_types: tuple[str, ...]) -> Sentence:
    return one_of(_NAMES[mime_type] for mime_type in mime_types)


def _megabytes(limit: int) -> str:
    return f"{limit // 1_000_000} MB"
