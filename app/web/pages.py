"""One frozen dataclass per template: what a page gets, and all it gets (beside the `site`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask import Response, make_response, render_template

from app.domain.jobs import Job
from app.domain.library import Album
from app.domain.pictures import Picture
from app.domain.sentences import say
from app.services.costs import Overview
from app.services.prepared import FullResolution, MaskReading
from app.web.changes import counted
from app.web.chart import Chart, Meter
from app.web.coming import ComingPicture
from app.web.composer import Composer
from app.web.conversation_pages import ConversationPage, ConversationsPage
from app.web.done import Done
from app.web.doubts import Again
from app.web.examples import EXAMPLES
from app.web.explanations import Explanation
from app.web.facts import Fact
from app.web.forms.choices import Choice
from app.web.forms.editing import EDGES, SHAPES
from app.web.forms.masks import MASK_MEANINGS
from app.web.forms.variations import STRENGTH_CHOICES, Strength
from app.web.given import MOST_PICTURES, GivenPicture
from app.web.job_pages import JobPage
from app.web.library_search import Search
from app.web.made_from import Before, Source
from app.web.model_facts import ModelFacts
from app.web.thumbs import Thumb


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePage:
    """The prompt form, and the newest pictures or, while there are none, prompts to press.

    `restored`: the form is filled in from a file; the reference of its picture, empty when that is not at hand.
    """

    template: ClassVar[str] = "generation/create.html"
    kind: ClassVar[str] = "generate"
    verb: ClassVar[str] = say("Generate")
    question: ClassVar[str] = say("What should the picture show?")
    example: ClassVar[str] = EXAMPLES[0]
    focus: ClassVar[bool] = True

    composer: Composer
    recent: tuple[Thumb, ...] = ()
    examples: tuple[str, ...] = ()
    restored: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage:
    """The form for editing. `mask` is as it was given; `mask_view` shows it as it was understood (`reading`).

    `offer`: the masked part could be drawn in more detail. `mask_open` and `extend_open`: show those settings.
    `newest`: kept pictures to begin with, while none is given.
    """

    template: ClassVar[str] = "editing/edit.html"
    kind: ClassVar[str] = "edit"
    verb: ClassVar[str] = say("Edit")
    question: ClassVar[str] = say("What should the whole picture be?")
    example: ClassVar[str] = say("The same room, with a green velvet sofa by the window")
    most: ClassVar[int] = MOST_PICTURES
    order_hint: ClassVar[str] = say("Up to {most} pictures; the first is the one that is marked", most=MOST_PICTURES)
    shapes: ClassVar[tuple[str, ...]] = SHAPES
    edges: ClassVar[tuple[str, ...]] = EDGES
    mask_meanings: ClassVar[tuple[Choice, ...]] = MASK_MEANINGS

    composer: Composer
    pictures: tuple[GivenPicture, ...] = ()
    newest: tuple[Thumb, ...] = ()
    mask: GivenPicture | None = None
    mask_view: str | None = None
    reading: MaskReading | None = None
    offer: FullResolution | None = None
    mask_open: bool = False
    extend_open: bool = False

    @property
    def focus(self) -> bool:
        """Whether the words have to change. Else a script begins with them where they stand beside the picture."""
        return bool(self.composer.errors("prompt"))

    @property
    def marked(self) -> GivenPicture | None:
        """What the mask lies on."""
        return self.pictures[0] if self.pictures else None


@dataclass(frozen=True, slots=True, kw_only=True)
class VaryPage:
    """The form for variations of one picture. `newest`: kept pictures to begin with, while none is given."""

    template: ClassVar[str] = "variations/vary.html"
    kind: ClassVar[str] = "vary"
    verb: ClassVar[str] = say("Vary")
    most: ClassVar[int] = 1
    strengths: ClassVar[tuple[Strength, ...]] = STRENGTH_CHOICES

    composer: Composer
    strength: str
    pictures: tuple[GivenPicture, ...] = ()
    newest: tuple[Thumb, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryPage:
    """What a search of the library finds, a page at a time. `words` are its query as the address has it.

    `older`, `newest` and `there` are addresses: of the next page (`None` on the last), of the first, and of the same
    search among what is not deleted. `before`: the id that this page continues after. `found` tells how many there
    are, where that could be asked.
    """

    template: ClassVar[str] = "library/library.html"

    search: Search
    thumbs: tuple[Thumb, ...]
    coming: tuple[ComingPicture, ...] = ()
    words: str
    before: str | None
    older: str | None
    newest: str
    there: str
    in_bin: bool
    found: str | None
    done: Done | None
    bin_days: int
    example: str

    @property
    def shelf(self) -> str:
        """Which of the shelves is looked at; empty within a search."""
        if self.in_bin:
            return "bin"
        if self.search.album:
            return "albums"
        return {"": "all", "favourite=1": "favourites"}.get(self.words, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumsPage:
    """The albums. `name` and `problem`: what was typed and is wrong, `about` which album (`None`: a new one)."""

    template: ClassVar[str] = "library/albums.html"
    shelf: ClassVar[str] = "albums"

    albums: tuple[Album, ...]
    done: Done | None
    about: str | None = None
    name: str = ""
    problem: str = ""

    @staticmethod
    def count_of(album: Album) -> str:
        """ "Empty", "One picture", "3 pictures"."""
        return counted(album.count) if album.count else say("Empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePage:
    """One kept picture, the job that made it, and its neighbours in the search `words`.

    `newer`, `older` and `back` are addresses. `is_result`: it is one of the library's, and not what a model drew
    before the rest was put back. `tags` (to be added), `note` and `album_name` are as they stand in the form, `problem`
    what is wrong there. `inside` and `outside`: the albums that hold it, and the others. `brief` are the facts on one
    line, `is_surprising`: the others are worth unfolding.
    """

    template: ClassVar[str] = "pictures/picture.html"

    picture: Picture
    job: Job
    shape: str
    title: str
    prompt: str
    form: str
    words: str
    newer: str | None
    older: str | None
    back: str
    is_result: bool
    tags: str
    shown_tags: tuple[str, ...]
    note: str
    album_name: str
    problem: str
    inside: tuple[Album, ...]
    outside: tuple[Album, ...]
    before: Before | None
    drift: str | None
    sources: tuple[Source, ...]
    led_to: tuple[Thumb, ...]
    facts: tuple[Fact, ...]
    brief: tuple[str, ...]
    is_surprising: bool
    elapsed: float
    again: Again | None
    tells: bool
    done: Done | None


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
class HelpPage:
    """What there is to know. `bin_days`: how long the bin keeps. `tells`: downloads hold how they were made."""

    template: ClassVar[str] = "help/help.html"

    models: tuple[ModelFacts, ...]
    bin_days: int
    tells: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """Why a page could not be shown. `again`: the same may succeed another time."""

    template: ClassVar[str] = "errors/error.html"

    status: int
    explanation: Explanation
    request_id: str | None
    again: bool


Page = (
    CreatePage
    | EditPage
    | VaryPage
    | ConversationsPage
    | ConversationPage
    | JobPage
    | LibraryPage
    | AlbumsPage
    | PicturePage
    | SpendingPage
    | HelpPage
    | ErrorPage
)


def render(page: Page, status: int = 200) -> Response:
    """The page as an answer."""
    return make_response(render_template(page.template, page=page), status)
