"""The pages of conversations: what their templates get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.domain.conversations import Conversation
from app.domain.sentences import say
from app.services.prepared import MaskReading
from app.web.composer import Composer
from app.web.dialogues import ToldTurn, Version
from app.web.forms.choices import Choice
from app.web.forms.controls import Control
from app.web.forms.masks import MASK_MEANINGS
from app.web.given import MOST_PICTURES, GivenPicture
from app.web.thumbs import Thumb

EXAMPLE = say("Draw a gray tabby cat hugging an otter")
GOES_ON = (say("now make it evening"), say("back to the first, but in watercolour"))
"""What may be said next, of the example."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in the list: how many turns it has, and its newest picture."""

    conversation: Conversation
    turns: int
    thumb: Thumb | None


@dataclass(frozen=True, slots=True)
class Renaming:
    """A title that could not be taken: whose it should have become, as it was typed, and why not."""

    conversation_id: str
    title: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationsPage:
    """`before` is what the page continues after, empty on that of the newest (`is_first`); `older` is the address of
    those that come after, `None` at the end."""

    template: ClassVar[str] = "conversations/conversations.html"
    example: ClassVar[str] = EXAMPLE
    goes_on: ClassVar[tuple[str, ...]] = GOES_ON

    listed: tuple[Listed, ...]
    query: str
    older: str | None
    before: str = ""
    renaming: Renaming | None = None

    @property
    def is_first(self) -> bool:
        return not self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """One branch of a conversation, and the form for its next turn. `conversation` is `None` before the first.

    `at` is what the form's address calls the place of the next turn. `onward`: how it went on from here already.
    `marked`: what a mask lies on; `mask` is as it was given, `mask_view` shows it as it was understood (`reading`).
    `waits`: the turn before is still being worked on. `has_no_chain`: the provider has no conversations.
    `settings` are those that only turns have.
    """

    template: ClassVar[str] = "conversations/conversation.html"
    kind: ClassVar[str] = "turn"
    verb: ClassVar[str] = say("Send")
    most: ClassVar[int] = MOST_PICTURES
    order_hint: ClassVar[str] = say("Up to {most} pictures, to be used or changed", most=MOST_PICTURES)
    mask_meanings: ClassVar[tuple[Choice, ...]] = MASK_MEANINGS
    example: ClassVar[str] = EXAMPLE
    goes_on: ClassVar[tuple[str, ...]] = GOES_ON

    conversation: Conversation | None
    composer: Composer
    at: str | None
    settings: tuple[Control, ...]
    turns: tuple[ToldTurn, ...] = ()
    onward: tuple[Version, ...] = ()
    pictures: tuple[GivenPicture, ...] = ()
    marked: GivenPicture | None = None
    is_last_marked: bool = False
    mask: GivenPicture | None = None
    mask_view: str | None = None
    reading: MaskReading | None = None
    mask_open: bool = False
    options_open: bool = False
    shelf: tuple[Thumb, ...] = ()
    waits: bool = False
    refresh_seconds: int = 0
    has_no_chain: bool = False
    renaming: Renaming | None = None

    @property
    def title(self) -> str:
        return self.conversation.title if self.conversation else say("New conversation")

    @property
    def address(self) -> str:
        """Where the form goes; should it be shown again, the last turn is in view."""
        if self.conversation is None:
            return "/conversations/new"
        last = f"#{self.turns[-1].id}" if self.turns else ""
        return f"/conversations/{self.conversation.id}/turns?at={self.at}{last}"

    @property
    def next_look(self) -> str:
        """Where the page is asked for again while its last turn is worked on.

        Never the very address it has: with a `#` in it a browser would stay on the page without asking.
        """
        assert self.conversation is not None, "only what was said is waited for"
        last = self.turns[-1]
        return f"/conversations/{self.conversation.id}?at={last.id}&seconds={int(last.elapsed)}#{last.id}"
