"""Conversations: saying something, and what was said so far. Every turn is a job on the one paid path."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.conversations import (
    START,
    Conversation,
    ConversationDraft,
    ConversationPage,
    ConversationTurn,
    Dialogue,
    chosen_title,
    mark_of,
    title_of,
)
from app.domain.errors import Fault, InvalidRequest, NotFound, Problem, StudioError
from app.domain.ids import is_id, new_id
from app.domain.search import terms_of
from app.domain.sentences import say
from app.domain.turns import NewTurn
from app.services.generation import Generation, Submission
from app.services.prepared import PreparedTurn
from app.services.replays import as_first_given
from app.services.store_ports import ConversationStore
from app.services.turning import Turning


@dataclass(frozen=True, slots=True)
class Said:
    """What was said: its job, and where it stands."""

    submission: Submission
    place: NewTurn


@dataclass(frozen=True, slots=True)
class Conversations:
    """Conversations as their owner sees them; somebody else's do not exist.

    Every method that names one raises `NotFound` when there is no such conversation.
    """

    store: ConversationStore
    generation: Generation
    turning: Turning

    def prepare(self, owner: str, draft: ConversationDraft, *, key: str | None = None) -> PreparedTurn:
        """The turn to quote (`Generation.quote`) or to say, its pictures kept. Nothing is sent, nothing is held.

        `key`: of a request that may be a retry, which is prepared as it was first said.
        Raises `InvalidRequest` when a picture, the mask or the place cannot be used; what else is wrong is left to
        `Generation`. `StudioError`: `storage_full`, `not_ready`.
        """
        draft = self._as_first_said(owner, draft, key)
        dialogue = None if draft.conversation is None else self.find(owner, draft.conversation)
        return self.turning.prepare(owner, draft, dialogue, _parent(dialogue, draft.after))

    def say(self, owner: str, draft: ConversationDraft, *, key: str | None) -> Said:
        """Admit the turn's job and set it going; its place is written in the same breath.

        The same owner, key and draft lead to the same turn. Raises what `prepare` and `Generation.submit` raise, and
        `StudioError` `turn_open` when the turn to follow has not ended.
        """
        placed = self._as_first_said(owner, draft, key)
        prepared = self.prepare(owner, placed)
        parent, dialogue = prepared.parent, prepared.dialogue
        if parent is not None and not parent.job.state.is_final:
            if self._as_first_said(owner, draft, key) != placed:
                return self.say(owner, draft, key=key)  # said just now by a request with the same key
            sentence = say(
                "The turn before is still being worked on. Wait until it has ended, or follow an earlier one."
            )
            raise StudioError(Fault("turn_open", sentence, param="after", retryable=True), job_id=parent.job.id)
        place = NewTurn(
            id=new_id(),
            conversation_id=new_id() if dialogue is None else dialogue.conversation.id,
            parent_id=None if parent is None else parent.id,
            title=title_of(prepared.request.prompt) if dialogue is None else None,
        )
        submission = self.generation.submit(
            owner, prepared.request, key=key, mark=mark_of(prepared.request, draft), turn=place
        )
        if not submission.replayed:
            return Said(submission, place)
        earlier = self.place_of(owner, submission.job.id)
        if earlier is None:
            raise NotFound(say("There is no such conversation."))
        return Said(submission, earlier)

    def find(self, owner: str, conversation_id: str) -> Dialogue:
        """The conversation with all its turns."""
        dialogue = self.store.find(conversation_id, owner) if is_id(conversation_id) else None
        if dialogue is None:
            raise NotFound(say("There is no such conversation."))
        return dialogue

    def page(self, owner: str, *, query: str = "", before: str | None = None, limit: int = 30) -> ConversationPage:
        """Those with the newest turns first; `before` is the `next` of the page before.

        `query`: words and "phrases" that must all occur in the title or in what was said (`search.terms_of`).
        """
        return self.store.page(owner, terms_of(query), before=before if before and is_id(before) else None, limit=limit)

    def rename(self, owner: str, conversation_id: str, title: str) -> Conversation:
        """Raises `InvalidRequest` about `title`."""
        title = chosen_title(title)
        renamed = self.store.rename(conversation_id, owner, title) if is_id(conversation_id) else None
        if renamed is None:
            raise NotFound(say("There is no such conversation."))
        return renamed

    def delete(self, owner: str, conversation_id: str) -> None:
        """Forget what was said. Pictures stay in the library, and what they cost in the ledger."""
        if not is_id(conversation_id) or not self.store.delete(conversation_id, owner):
            raise NotFound(say("There is no such conversation."))

    def place_of(self, owner: str, job_id: str) -> NewTurn | None:
        """Where the turn stands that a job answers; `None` when it answers none."""
        return self.store.place_of(job_id, owner)

    def _as_first_said(self, owner: str, draft: ConversationDraft, key: str | None) -> ConversationDraft:
        """The draft as it was when its key was first used: "the newest turn" is another one since, and pictures may
        be gone."""
        earlier = self.generation.jobs.find_by_key(owner, key) if key else None
        place = None if earlier is None else self.place_of(owner, earlier.id)
        if place is None:
            return draft
        draft = as_first_given(self.turning.preparing.sources, owner, draft, key)
        return replace(draft, conversation=place.conversation_id, after=place.parent_id or START)


def _parent(dialogue: Dialogue | None, after: str | None) -> ConversationTurn | None:
    """The turn to follow; `None` for a beginning. Raises `InvalidRequest` about `after`."""
    if after == START or (after is None and dialogue is None):
        return None
    if dialogue is not None and after is None:
        return dialogue.tip
    parent = None if dialogue is None else dialogue.find(after)
    if parent is None:
        raise InvalidRequest((Problem("after", "invalid_value", say("There is no such turn in this conversation.")),))
    return parent
