"""One frozen dataclass per template: what a page gets, and all it gets (beside the `site`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask import Response, make_response, render_template
from markupsafe import Markup

from app.domain.jobs import Job
from app.domain.pictures import Picture
from app.services.costs import Overview
from app.web.chart import Chart, Meter
from app.web.composer import Composer
from app.web.doubts import Again, Doubt
from app.web.explanations import Explanation
from app.web.facts import Fact
from app.web.forms.choices import Choice


@dataclass(frozen=True, slots=True)
class Thumb:
    """A picture in a grid; `width` and `height` in pixels of its thumbnail, so that nothing jumps."""

    picture: Picture
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePage:
    """The prompt form, and the newest pictures or, while there are none, prompts to press."""

    template: ClassVar[str] = "generation/create.html"
    kind: ClassVar[str] = "generate"
    verb: ClassVar[str] = "Generate"

    composer: Composer
    recent: tuple[Thumb, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A finished picture. `data_uri` is `None` when its file is gone from the store."""

    picture: Picture
    data_uri: Markup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A picture still to come: its proportions (in any unit), and its newest preview's address.

    `ordinal` names the paid call whose previews belong into it; `None` where none are expected.
    """

    width: int
    height: int
    ordinal: int | None = None
    preview: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """`typical` and `elapsed` in seconds; `typical` is `None` while nothing like it was ever made.

    `resumes_in`: the seconds after which a waiting job is sent again.
    `frames` are the pictures still to come.
    """

    template: ClassVar[str] = "jobs/job.html"

    job: Job
    title: str
    stage: str
    prompt: str
    elapsed: float
    typical: float | None
    can_cancel: bool
    refresh_seconds: int
    resumes_in: float | None = None
    frames: tuple[Frame, ...] = ()
    results: tuple[Result, ...] = ()
    facts: tuple[Fact, ...] = ()
    explanation: Explanation | None = None
    doubt: Doubt | None = None
    again: Again | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryPage:
    """`older` is the id to continue after, `None` at the end; `is_first` is the page of the newest."""

    template: ClassVar[str] = "library/library.html"

    thumbs: tuple[Thumb, ...]
    older: str | None
    is_first: bool
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePage:
    """One kept picture and the job that made it."""

    template: ClassVar[str] = "pictures/picture.html"

    picture: Picture
    job: Job
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingPage:
    """The studio's money. `months` are what the ledger can be exported by, newest first."""

    template: ClassVar[str] = "costs/spending.html"

    overview: Overview
    meters: tuple[Meter, ...]
    chart: Chart
    months: tuple[Choice, ...]
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """Why a page could not be shown."""

    template: ClassVar[str] = "errors/error.html"

    status: int
    explanation: Explanation
    request_id: str | None


Page = CreatePage | JobPage | LibraryPage | PicturePage | SpendingPage | ErrorPage


def render(page: Page, status: int = 200) -> Response:
    """The page as an answer."""
    return make_response(render_template(page.template, page=page), status)
