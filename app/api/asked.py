"""What a job's record says was asked for: in the words of the request, never how it was made ready to be sent."""

from __future__ import annotations

from typing import Any

from app.domain.jobs import Job
from app.domain.requests import Given, InputPicture

_NOT_SHOWN = frozenset({"images", "mask", "given", "previous", "history_tokens", "fallback", "shows_fallback"})


def asked(job: Job) -> dict[str, Any]:
    """The fields that were chosen, by their names in JSON; pictures by where they can be had."""
    request = job.request
    chosen = {name: value for name, value in request.chosen().items() if name not in _NOT_SHOWN}
    given: Given | None = getattr(request, "given", None)
    if given is not None:
        chosen |= _as_given(given)
        if given.size is None:
            chosen.pop("size", None)  # what is there was chosen for the picture, not by the person
        if given.wish == "vary":
            chosen.pop("prompt", None)  # ours, where variations are made by an edit
    source = request if given is None else given
    images: tuple[InputPicture, ...] = getattr(source, "images", ())
    mask: InputPicture | None = getattr(source, "mask", None)
    if images:
        chosen["image"] = [_picture(job, str(number), picture) for number, picture in enumerate(images)]
    if mask is not None:
        chosen["mask"] = _picture(job, "mask", mask)
    return chosen


def _as_given(given: Given) -> dict[str, Any]:
    facts: dict[str, Any] = {} if given.size is None else {"size": given.size}
    if given.mask is not None:
        facts |= {"keep_unmasked": given.keep_unmasked, "full_resolution": given.full_resolution}
    if given.extended_from is not None:
        facts["extended"] = True
    if given.strength is not None:
        facts["strength"] = given.strength
    return facts


def _picture(job: Job, which: str, picture: InputPicture) -> dict[str, Any]:
    facts = {
        "url": f"/jobs/{job.id}/inputs/{which}",
        "width": picture.width,
        "height": picture.height,
        "mime_type": picture.mime_type,
    }
    return facts if picture.picture_id is None else {**facts, "picture_id": picture.picture_id}
