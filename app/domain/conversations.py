"""Conversations: turns as a tree, each of them a job, and what the next turn goes on from.

A turn may follow any turn that has ended, so two of them may follow the same one: they are versions of each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.costs import Usage
from app.domain.drafts import MASK_MEANS, Source
from app.domain.errors import InvalidRequest, Problem
from app.domain.jobs import Job, State
from app.domain.pictures import Picture
from app.domain.requests import InputPicture, Turn, fingerprint
from app.domain.sentences import say
from app.domain.turns import Way

START = "start"
"""In place of a turn's id: what is said follows nothing, and is another beginning of the conversation."""

LONGEST_TITLE = 120
"""Characters of a title that somebody chose."""

_TITLE_OF_WORDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """`title`: the first words, until somebody chooses another. `text_model`: that of the newest turn.

    Times are Unix seconds; `updated_at` is that of the newest turn.
    """

    id: str
    owner: str
    title: str
    text_model: str
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationTurn:
    """What was said, and the job that answers it. `parent_id`: the turn that it follows, `None` for a beginning."""

    id: str
    conversation_id: str
    parent_id: str | None
    job: Job

    @property
    def request(self) -> Turn:
        assert isinstance(self.job.request, Turn), "the job of a turn asks for a turn"
        return self.job.request

    @property
    def prompt(self) -> str:
        """The person's words."""
        return self.request.prompt

    @property
    def words(self) -> str | None:
        """What the text model said, if anything."""
        return self.job.words

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return self.job.pictures

    @property
    def way(self) -> Way | None:
        """How it was sent in the end, where that was not as asked."""
        return self.job.way

    @property
    def attached(self) -> tuple[tuple[str, InputPicture], ...]:
        return attached_to(self.request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a turn goes on from: the provider's name for the answer it follows, what reading all that again
    costs in tokens, and the newest picture on the branch that is still there.

    `is_known`: that picture is what the provider drew last in its chain. It is not when a mask, or padding, made
    another one of it here.
    """

    previous: str | None = None
    history_tokens: int | None = None
    picture: Picture | None = None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation with all its turns, oldest first."""

    conversation: Conversation
    turns: tuple[ConversationTurn, ...]

    @property
    def tip(self) -> ConversationTurn | None:
        """The newest turn, on whichever branch."""
        return self.turns[-1] if self.turns else None

    def find(self, turn_id: str | None) -> ConversationTurn | None:
        return next((turn for turn in self.turns if turn.id == turn_id), None)

    def branch(self, turn_id: str | None) -> tuple[ConversationTurn, ...]:
        """The turns that lead to this one, from the beginning, itself included; empty when there is no such turn."""
        path: list[ConversationTurn] = []
        turn = self.find(turn_id)
        while turn is not None:
            path.append(turn)
            turn = self.find(turn.parent_id)
        return tuple(reversed(path))

    def replies(self, turn_id: str | None) -> tuple[ConversationTurn, ...]:
        """The turns that follow this one; with `None` the beginnings."""
        return tuple(turn for turn in self.turns if turn.parent_id == turn_id)

    def versions(self, turn: ConversationTurn) -> tuple[ConversationTurn, ...]:
        """The turns that follow the same one, oldest first, itself included."""
        return self.replies(turn.parent_id)

    def end_of(self, turn: ConversationTurn) -> ConversationTurn:
        """Where the newest of the branches through this turn ends: what to show when one turns to it."""
        within = {turn.id}
        newest = turn
        for later in self.turns:
            if later.parent_id in within:
                within.add(later.id)
                newest = later
        return newest

    def ground(self, turn_id: str | None) -> Ground:
        """What a turn after this one goes on from.

        Turns that came to nothing are passed over, and so are those whose picture was deleted while an earlier one
        is there. A chain is only followed when nothing was drawn since it ended.
        """
        branch = self.branch(turn_id)[::-1]
        picture = next((turn.pictures[-1] for turn in branch if turn.pictures), None)
        ended_well = [turn.job for turn in branch if turn.job.state is State.DONE]
        there = [job for job in ended_well if job.pictures or not job.deleted or picture is None]
        last = next((job for job in there if job.response_id or job.pictures), None)
        if last is None or last.response_id is None:
            return Ground(picture=picture)
        drew = next((job for job in there if job.pictures), None)
        return Ground(
            previous=last.response_id,
            history_tokens=_history_of(last.usage),
            picture=picture,
            is_known=drew is not None and not _is_brought_back(drew),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDraft:
    """What somebody says. `values` are the chosen fields of `requests.Turn` by name, but for its pictures, `given`,
    `previous`, `history_tokens` and `shows_fallback`; both models may be left out. Their `size` may be
    `drafts.SOURCE_SIZE` with a mask.

    `conversation`: its id, `None` for a new one. `after`: the turn to follow, `START`, or `None` for the newest.
    The mask lies on the newest picture of the branch, or else on the first of `images`; `mask_means`,
    `invert_mask` and `keep_unmasked` as in `drafts.EditDraft`.
    """

    values: Mapping[str, Any]
    conversation: str | None = None
    after: str | None = None
    images: tuple[Source, ...] = ()
    mask: Source | None = None
    mask_means: str = MASK_MEANS[0]
    invert_mask: bool = False
    keep_unmasked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationItem:
    """A conversation as lists show it: how many turns it has, and its newest picture that is still there."""

    conversation: Conversation
    turns: int
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """A page of conversations, those with the newest turns first. `next`: what to continue with; `None` at the end."""

    items: tuple[ConversationItem, ...]
    next: str | None = None


def attached_to(turn: Turn) -> tuple[tuple[str, InputPicture], ...]:
    """What the person added: the pictures with their names as inputs of the job ("0", "1", …)."""
    images = turn.images if turn.given is None else turn.given.images
    numbered = [(str(number), picture) for number, picture in enumerate(images)]
    is_on_the_last = turn.given is not None and turn.fallback is not None
    return tuple(numbered[1:] if is_on_the_last else numbered)


def title_of(prompt: str) -> str:
    """The first words, cut between two of them where there is room for that."""
    text = " ".join("".join(c if c.isprintable() else " " for c in prompt).split())
    if len(text) <= _TITLE_OF_WORDS:
        return text
    start = text[: _TITLE_OF_WORDS - 1]
    words = (start.rpartition(" ")[0] or start) if text[len(start)].isalnum() else start
    return words.rstrip(" ,.;:") + "…"


def chosen_title(title: str) -> str:
    """A title that somebody chose, tidied. Raises `InvalidRequest` about `title`."""
    text = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    if not text:
        raise InvalidRequest((Problem("title", "invalid_value", say("The title is empty. Write one.")),))
    if len(text) > LONGEST_TITLE:
        sentence = say(
            "A title has at most {most} characters; this one has {count}. Shorten it.",
            most=LONGEST_TITLE,
            count=len(text),
        )
        raise InvalidRequest((Problem("title", "invalid_value", sentence),))
    return text


def mark_of(turn: Turn, draft: ConversationDraft) -> str:
    """The fingerprint of a turn: what was said where, but not what follows from where it was said."""
    said = fingerprint(replace(turn, previous=None, history_tokens=None, fallback=None, shows_fallback=None))
    place = f"{said} {draft.conversation or ''} {draft.after or ''}"
    return hashlib.sha256(place.encode("utf-8", "replace")).hexdigest()


def _is_brought_back(job: Job) -> bool:
    given = job.request.given if isinstance(job.request, Turn) else None
    return given is not None and given.fitting is not None


def _history_of(usage: Usage | None) -> int | None:
    if usage is None or not usage.text_model_output_tokens:
        return None
    return usage.text_model_input_tokens + usage.text_model_output_tokens
