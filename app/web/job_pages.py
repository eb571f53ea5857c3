"""The page of a job: what its template gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from app.domain.jobs import Job
from app.domain.pictures import Picture
from app.domain.requests import Turn
from app.web.doubts import Again, Doubt
from app.web.explanations import Explanation
from app.web.facts import Fact
from app.web.made_from import Before, Source
from app.web.progress import Frame


@dataclass(frozen=True, slots=True)
class Result:
    """A finished picture. `data_uri` is `None` when its file is gone from the store.

    `before`: what to compare it with. `drift`: a sentence on what was put back outside the mask.
    """

    picture: Picture
    data_uri: Markup | None
    before: Before | None = None
    drift: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """`typical` and `elapsed` in seconds; `typical` is `None` while nothing like it was ever made.

    `resumes_in`: the seconds after which a waiting job is sent again.
    `slow_after`: the seconds after which it takes longer than it should.
    `frames` are the pictures still to come, `sources` what they are made from. `form` is the address of the form
    that asks the same. `brief` are the facts on one line, `is_surprising`: the others are worth unfolding.
    """

    template: ClassVar[str] = "jobs/job.html"

    job: Job
    title: str
    stage: str
    prompt: str
    form: str
    elapsed: float
    typical: float | None
    can_cancel: bool
    refresh_seconds: int
    slow_after: float = 0.0
    resumes_in: float | None = None
    frames: tuple[Frame, ...] = ()
    results: tuple[Result, ...] = ()
    sources: tuple[Source, ...] = ()
    facts: tuple[Fact, ...] = ()
    brief: tuple[str, ...] = ()
    is_surprising: bool = False
    explanation: Explanation | None = None
    doubt: Doubt | None = None
    again: Again | None = None

    @property
    def is_turn(self) -> bool:
        """Whether it is part of a conversation."""
        return self.job.request.wish == Turn.kind

    @property
    def ground(self) -> str | None:
        """The id of the one picture that the next wish can be about; a turn has its conversation for that."""
        shown = [result.picture.id for result in self.results if result.data_uri]
        return shown[0] if len(shown) == 1 and not self.is_turn else None
