"""What was asked of a model beside what it really did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.drafts import SOURCE_SIZE
from app.domain.jobs import Job
from app.domain.pictures import Picture
from app.domain.sentences import say
from app.web.forms.choices import word
from app.web.made_from import given_to
from app.web.wording import duration, money, picture_size

_UNSAID = say("left to the model")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the table. `differs`: something definite was asked, and something else came."""

    name: str
    asked: str
    actual: str
    differs: bool


def facts_of(job: Job) -> tuple[Fact, ...]:
    """Model, size, quality, background, format and number of a job that is done."""
    request, resolved = job.request, job.resolved
    sizes = _each(picture_size(picture.width, picture.height) for picture in job.pictures)
    formats = _each(_word(picture.mime_type.removeprefix("image/")) for picture in job.pictures)
    lines = [
        _fact(say("Model"), request.model, resolved.model or request.model),
        _fact(say("Size"), _asked_size(job), sizes or _spaced(resolved.size)),
        _fact(say("Quality"), _word(getattr(request, "quality", None)), _word(resolved.quality)),
        _fact(say("Background"), _word(getattr(request, "background", None)), _word(resolved.background)),
        _fact(say("Format"), _word(getattr(request, "output_format", None)), formats or _word(resolved.output_format)),
        _fact(say("Pictures"), str(request.count), str(len(job.pictures) + job.deleted)),
    ]
    return tuple(fact for fact in lines if fact is not None)


def brief_of(job: Job, title: str) -> tuple[str, ...]:
    """What matters first of a job that is done, to stand on one line. `title` is the model's."""
    cost = money(job.cost or 0)
    facts = (
        title,
        _each(picture_size(picture.width, picture.height) for picture in job.pictures),
        _word(job.resolved.quality or getattr(job.request, "quality", None)),
        _each(_word(picture.mime_type.removeprefix("image/")) for picture in job.pictures),
        say("{cost}, not charged", cost=cost) if job.practice else cost,
        duration(job.finished_at - job.created_at) if job.finished_at else "",
    )
    return tuple(fact for fact in facts if fact)


def brief_of_picture(picture: Picture, job: Job, title: str) -> tuple[str, ...]:
    """What matters first of one picture of a job, to stand on one line. `title` is the model's."""
    cost = money(picture.cost)
    facts = (
        title,
        picture_size(picture.width, picture.height),
        _word(job.resolved.quality or getattr(job.request, "quality", None)),
        _word(picture.mime_type.removeprefix("image/")),
        say("{cost}, not charged", cost=cost) if picture.practice else cost,
    )
    return tuple(fact for fact in facts if fact)


def is_surprising(job: Job, facts: Iterable[Fact]) -> bool:
    """Whether something that was chosen came out differently, or the bill reads otherwise than its estimate."""
    return any(fact.differs for fact in facts) or (job.cost is not None and money(job.cost) != money(job.estimate))


def _fact(name: str, asked: str | None, actual: str | None) -> Fact | None:
    if not asked and not actual:
        return None
    definite = asked not in (None, "", "Auto")
    return Fact(
        name,
        asked or _UNSAID,
        actual or say("not reported"),
        differs=definite and bool(actual) and not _agree(str(asked), str(actual)),
    )


def _asked_size(job: Job) -> str | None:
    """What the person asked for; where everything outside a mask is kept, that is their picture's size."""
    given = given_to(job)
    if given is None:
        return _spaced(job.request.size)
    if given.images and (given.keeps or given.size == SOURCE_SIZE):
        return picture_size(given.images[0].width, given.images[0].height)
    return _spaced(given.size)


def _agree(asked: str, actual: str) -> bool:
    """A dated snapshot of the model that was asked for is that model."""
    return asked == actual or actual.startswith(f"{asked}-")


def _word(value: str | None) -> str | None:
    if value == "auto":
        return say("Auto")
    if value == "gif":
        return "GIF"
    return word(value) if value else None


def _spaced(size: str | None) -> str | None:
    if size == "auto":
        return say("Auto")
    return size.replace("x", " × ") if size else None


def _each(values: Iterable[str | None]) -> str:
    """The values without repetition."""
    return ", ".join(dict.fromkeys(value for value in values if value))
