"""What a picture was made from, as its job's page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.jobs import Job
from app.domain.option_rules import is_lossless
from app.domain.pictures import Picture
from app.domain.requests import Edit, Generate, Given, InputPicture, Turn
from app.domain.sentences import joined, say
from app.domain.sizes import parse_size
from app.services.thumbnails import size_of
from app.web.inputs import file_of

_SAME_SHAPE = 0.02
_USUAL_SIZE = (1024, 1024)
_HARDLY = 0.05
"""A drift that nobody sees."""
_LOSSY = say("Saving it in this format changes every pixel a little; PNG, or WebP at 100, keeps them exactly.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A picture or mask that a job was given. `width` and `height` are its thumbnail's."""

    label: str
    link: str
    thumbnail: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What a result is compared with: the address and size in pixels of the picture that was edited."""

    file: str
    width: int
    height: int


def given_to(job: Job) -> Given | None:
    """What a person gave for the job; `None` for pictures made from words."""
    request = job.request
    if isinstance(request, Generate):
        return None
    return request.given or Given(images=request.images, mask=getattr(request, "mask", None), size=request.size)


def sources_of(job: Job) -> tuple[Source, ...]:
    """The pictures that the job was given, in order, and its mask."""
    given = given_to(job)
    if given is None:
        return ()
    several = len(given.images) > 1
    named = [
        (say("Picture {number}", number=n + 1) if several else say("Picture"), str(n), image)
        for n, image in enumerate(given.images)
    ]
    if given.mask and not given.extended_from:
        named.append((say("Mask"), "mask", given.mask))
    return tuple(_source(job, label, which, picture) for label, which, picture in named)


def before(job: Job, picture: Picture) -> Before | None:
    """What to compare a result with: the first picture, where both have the same shape."""
    given = given_to(job)
    if given is None or given.wish != Edit.kind or not given.images:
        return None
    first = given.images[0]
    if abs(picture.width * first.height / (picture.height * first.width) - 1) > _SAME_SHAPE:
        return None
    return Before(file=f"/jobs/{job.id}/inputs/0", width=first.width, height=first.height)


def coming_size(job: Job) -> tuple[int, int]:
    """The size that a picture still to come will have, as far as it is known; in pixels."""
    given, asked = given_to(job), parse_size(job.request.size)
    if isinstance(job.request, Turn) and job.request.fallback is not None and asked is None:
        return job.request.fallback.width, job.request.fallback.height
    if given is not None and given.images and (given.keeps or given.fitting is not None or asked is None):
        return given.images[0].width, given.images[0].height
    return asked or _USUAL_SIZE


def drift_told(job: Job, picture: Picture) -> str | None:
    """What the model did outside the mask, where that was put back; exactly so in files that lose nothing."""
    if picture.drift is None:
        return None
    kind = picture.mime_type.removeprefix("image/")
    is_exact = is_lossless(kind, getattr(job.request, "output_compression", None))
    if picture.drift < _HARDLY:
        if is_exact:
            return say("The model left what you did not mark as it was, and it is kept exactly.")
        return joined(say("The model left what you did not mark as it was."), _LOSSY)
    drift = f"{picture.drift:.1f}"
    if is_exact:
        return say(
            "The model also changed what you did not mark, by {drift} of 255 on average. "
            "It was put back: outside the mask this is your picture, pixel for pixel.",
            drift=drift,
        )
    told = say(
        "The model also changed what you did not mark, by {drift} of 255 on average. It was put back.", drift=drift
    )
    return joined(told, _LOSSY)


def _source(job: Job, label: str, which: str, picture: InputPicture) -> Source:
    place = f"/jobs/{job.id}/inputs/{which}"
    width, height = size_of(file_of(picture))
    link = f"/pictures/{picture.picture_id}" if picture.picture_id else place
    return Source(label=label, link=link, thumbnail=f"{place}/thumbnail", width=width, height=height)
