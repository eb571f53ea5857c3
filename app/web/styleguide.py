"""`GET /styleguide`, in development only: what pages are made of, in every state, light and dark side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from flask import abort, current_app, render_template

from app.edge.rooms import Entry, Room, Speech
from app.web.dialogues import Version
from app.web.explanations import Explanation
from app.web.forms.choices import Choice
from app.web.forms.controls import Control
from app.web.progress import Frame

_TOKEN = re.compile(r"^ +(--[\w-]+):\s+([^;]+);", re.MULTILINE)
_PICTURE = "/static/icons/app-192.png"

EXPLANATION = Explanation(
    "The provider could not be reached",
    "No connection to api.openai.com within 10 seconds.",
    "Nothing was charged.",
    "Check the connection of the machine that Atelier runs on, and try again.",
)


@dataclass(frozen=True, slots=True)
class Token:
    """A custom property of `tokens.css`: `name` with its dashes, and its value as it is written there."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class SamplePicture:
    """As much of a picture as its row of actions and its thumbnail need."""

    id: str = "0" * 26
    width: int = 1536
    height: int = 1024
    byte_size: int = 1_834_211
    favourite: bool = False
    prompt: str = "A lighthouse at dusk"


@dataclass(frozen=True, slots=True)
class SampleThumb:
    """A thumbnail of a picture that is not there."""

    picture: SamplePicture
    width: int = 96
    height: int = 64


@dataclass(frozen=True, slots=True)
class Sample:
    """Something of everything, in one theme; names of fields differ from theme to theme, as ids must."""

    theme: str

    picture: ClassVar[SamplePicture] = SamplePicture()
    favourite: ClassVar[SamplePicture] = SamplePicture(favourite=True)
    thumb: ClassVar[SampleThumb] = SampleThumb(SamplePicture())
    file: ClassVar[str] = _PICTURE
    frame: ClassVar[Frame] = Frame(width=3, height=2)
    preview: ClassVar[Frame] = Frame(width=1, height=1, preview=_PICTURE)
    explanation: ClassVar[Explanation] = EXPLANATION
    amounts: ClassVar[tuple[int, ...]] = (0, 5_880, 1_234_560_000)
    versions: ClassVar[tuple[Version, ...]] = (
        Version(link="#", words="now make it evening", thumbnail=_PICTURE, width=192, height=192, current=True),
        Version(link="#", words="in watercolour, without the boats"),
    )
    facts: ClassVar[tuple[str, ...]] = ("GPT Image 2", "1536 × 1024", "low", "PNG", "$0.005")

    @property
    def controls(self) -> tuple[Control, ...]:
        """A list, a list with choices of other models, a short text, and a value that is wrong."""
        few, more = (Choice("low", "Low"), Choice("high", "High")), (Choice("hd", "HD"),)
        return (
            Control(name=f"{self.theme}-quality", label="Quality", value="low", choices=few),
            Control(
                name=f"{self.theme}-other",
                label="Elsewhere too",
                value="high",
                choices=few,
                elsewhere=more,
                hint="HD is DALL·E's.",
            ),
            Control(name=f"{self.theme}-text", label="Compression quality", value="", typed=True, blank="90"),
            Control(
                name=f"{self.theme}-wrong",
                label="Frames",
                value="0",
                typed=True,
                errors=("Choose a value between 1 and 10.",),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleGuidePage:
    """Tokens by what they are for, and a sample of every component for each theme."""

    template: ClassVar[str] = "styleguide/styleguide.html"

    values: tuple[Token, ...]
    roles: tuple[Token, ...]
    letters: tuple[Token, ...]
    spaces: tuple[Token, ...]
    samples: tuple[Sample, ...] = (Sample("light"), Sample("dark"))


def make_room() -> Room:
    """There is nothing here unless Flask runs in debug mode (`flask run --debug`)."""
    room = Room("styleguide", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/styleguide")
    def show() -> str:
        if not current_app.debug:
            abort(404)
        css = Path(current_app.static_folder or "static") / "css" / "tokens.css"
        page = page_of(css.read_text(encoding="utf-8"))
        return render_template(page.template, page=page)

    return room


def page_of(css: str) -> StyleGuidePage:
    """The guide to the tokens declared in a style sheet: colours have values, and roles that refer to them."""
    tokens = [Token(*found) for found in _TOKEN.findall(css)]

    def named(start: str) -> tuple[Token, ...]:
        return tuple(token for token in tokens if re.match(rf"--{start}(-|$)", token.name))

    return StyleGuidePage(
        values=tuple(token for token in tokens if "oklch(" in token.value),
        roles=tuple(token for token in tokens if re.fullmatch(r"var\(--[\w-]+\)", token.value)),
        letters=named("text"),
        spaces=named("space"),
    )
