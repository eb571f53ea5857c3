"""A conversation as its page shows it: the turns of one branch, and where other branches leave it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.domain.conversations import START, ConversationTurn, Dialogue
from app.domain.jobs import Job, State
from app.domain.pictures import Picture
from app.domain.sentences import say
from app.services.thumbnails import size_of
from app.web.explanations import Explanation, explain_job
from app.web.inputs import file_of
from app.web.made_from import Source, drift_told
from app.web.progress import Frame, frames_to_come, stage_of
from app.web.wording import excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A way that a conversation went: where that branch ends, its words, and what was drawn first on it.

    `current`: it is the one that is shown. `width` and `height` are the thumbnail's, in pixels.
    """

    link: str
    words: str
    thumbnail: str | None = None
    width: int = 0
    height: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTurn:
    """One turn. `versions`: all that was said at its place, empty when there was nothing else.

    `here`: where the conversation can go on after it; `otherwise`: where the same can be said in other words.
    `drift` says what was put back outside a mask.
    """

    id: str
    job: Job
    prompt: str
    words: str | None
    stage: str
    elapsed: float
    here: str
    otherwise: str
    can_cancel: bool
    pictures: tuple[Picture, ...] = ()
    frames: tuple[Frame, ...] = ()
    attached: tuple[Source, ...] = ()
    versions: tuple[Version, ...] = ()
    explanation: Explanation | None = None
    note: str | None = None
    drift: str | None = None

    @property
    def which(self) -> str:
        """Which of the versions it is."""
        number = next(number for number, version in enumerate(self.versions, start=1) if version.current)
        return say("Version {number} of {count}", number=number, count=len(self.versions))


def branch_told(
    dialogue: Dialogue, branch: Sequence[ConversationTurn], previews: Callable[[Job], dict[int, str]]
) -> tuple[ToldTurn, ...]:
    """The turns of a branch, oldest first. `previews` finds the newest previews of an open job."""
    return tuple(_told(dialogue, turn, previews) for turn in branch)


def onward(dialogue: Dialogue, turn_id: str | None) -> tuple[Version, ...]:
    """How it went on after a turn; with `None` how it began."""
    return tuple(_version(dialogue, turn) for turn in dialogue.replies(turn_id))


def link_to(dialogue: Dialogue, turn: ConversationTurn) -> str:
    """The branch that leads to a turn, with the turn in view."""
    return f"/conversations/{dialogue.conversation.id}?at={turn.id}#{turn.id}"


def address_otherwise(conversation_id: str, parent_id: str | None, turn_id: str) -> str:
    """Where the same can be said in other words: after what it followed, with that in view."""
    return f"/conversations/{conversation_id}?at={parent_id or START}&again={turn_id}#{parent_id or 'say'}"


def _told(dialogue: Dialogue, turn: ConversationTurn, previews: Callable[[Job], dict[int, str]]) -> ToldTurn:
    job = turn.job
    explanation = explain_job(job)
    is_open = not job.state.is_final
    return ToldTurn(
        id=turn.id,
        job=job,
        prompt=turn.prompt,
        words=turn.words,
        stage=stage_of(job, explanation),
        elapsed=(job.finished_at or time.time()) - job.created_at,
        here=link_to(dialogue, turn),
        otherwise=address_otherwise(turn.conversation_id, turn.parent_id, turn.id),
        can_cancel=any(attempt.state.is_sendable for attempt in job.attempts),
        pictures=turn.pictures,
        frames=frames_to_come(job, previews(job)) if is_open else (),
        attached=_attached(turn),
        versions=_versions(dialogue, turn),
        explanation=explanation if job.state is not State.DONE else None,
        note=turn.way.note if turn.way else None,
        drift=next((told for picture in turn.pictures if (told := drift_told(job, picture))), None),
    )


def _versions(dialogue: Dialogue, turn: ConversationTurn) -> tuple[Version, ...]:
    found = dialogue.versions(turn)
    if len(found) == 1:
        return ()
    return tuple(replace(_version(dialogue, other), current=other.id == turn.id) for other in found)


def _version(dialogue: Dialogue, turn: ConversationTurn) -> Version:
    words = excerpt(turn.prompt)
    link = f"/conversations/{dialogue.conversation.id}?at={dialogue.end_of(turn).id}#{turn.id}"
    if not turn.pictures:
        return Version(link=link, words=words)
    picture = turn.pictures[-1]
    width, height = size_of(picture)
    return Version(link=link, words=words, thumbnail=f"/pictures/{picture.id}/thumbnail", width=width, height=height)


def _attached(turn: ConversationTurn) -> tuple[Source, ...]:
    """What the person added, and the mask."""
    named = [(_numbered(number), which, picture) for number, (which, picture) in enumerate(turn.attached, start=1)]
    request = turn.request
    mask = request.mask if request.given is None else request.given.mask
    if mask is not None:
        named.append((say("Mask"), "mask", mask))
    found = []
    for label, which, picture in named:
        place = f"/jobs/{turn.job.id}/inputs/{which}"
        width, height = size_of(file_of(picture))
        found.append(Source(label=label, link=place, thumbnail=f"{place}/thumbnail", width=width, height=height))
    return tuple(found)


def _numbered(number: int) -> str:
    return say("Picture {number}", number=number)
