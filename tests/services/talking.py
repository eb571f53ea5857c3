"""Saying things in conversations over a whole studio, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.domain.accounts import STUDIO
from app.domain.conversations import ConversationDraft, ConversationTurn, Dialogue
from app.domain.drafts import Source
from app.domain.jobs import Job
from app.wiring import Studio

SMALL = {"size": "1024x640", "quality": "low"}


@dataclass
class Talk:
    """One conversation. `say` goes on after its newest turn, unless it says otherwise."""

    studio: Studio
    id: str | None = None

    def say(
        self,
        words: str,
        *images: Source,
        after: ConversationTurn | str | None = None,
        key: str | None = None,
        **more: Any,
    ) -> ConversationTurn:
        """Say it and wait for the end, whatever that is."""
        draft = self.draft(words, *images, after=after, **more)
        said = self.studio.conversations.say(STUDIO, draft, key=key)
        self.studio.generation.wait(said.submission.job, 20.0)
        self.id = said.place.conversation_id
        turn = self.dialogue.find(said.place.id)
        assert turn is not None
        return turn

    def draft(
        self, words: str, *images: Source, after: ConversationTurn | str | None = None, **more: Any
    ) -> ConversationDraft:
        place = after.id if isinstance(after, ConversationTurn) else after
        values = SMALL | more.pop("values", {}) | {"prompt": words}
        return ConversationDraft(values=values, conversation=self.id, after=place, images=images, **more)

    @property
    def dialogue(self) -> Dialogue:
        assert self.id is not None
        return self.studio.conversations.find(STUDIO, self.id)

    @property
    def jobs(self) -> list[Job]:
        return [turn.job for turn in self.dialogue.turns]
