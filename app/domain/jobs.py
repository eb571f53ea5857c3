"""Jobs and attempts: their states and the moves that are legal.

A *job* is what somebody asked for. It consists of one *attempt* per paid call: nearly always one;
several when the model draws one picture a call, or when previews are wanted of each. An attempt is
one HTTP request: it is made at most once, and made again only when it is certain that nothing ran
(`Outcome.REFUSED` with `resend`). States and their meaning are the contract's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from app.domain.costs import MicroUSD, Quote, Usage
from app.domain.errors import Fault
from app.domain.pictures import Drawn, NewPicture, Picture
from app.domain.requests import AnyRequest
from app.domain.turns import NewTurn, Way


class State(StrEnum):
    """Where a job or an attempt stands."""

    QUEUED = "queued"
    SUBMITTED = "submitted"
    WAITING = "waiting"
    DONE = "done"
    REJECTED = "rejected"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self not in _OPEN

    @property
    def is_sendable(self) -> bool:
        """Only these two are ever sent by the machine itself."""
        return self in (State.QUEUED, State.WAITING)


_OPEN = frozenset({State.QUEUED, State.SUBMITTED, State.WAITING})

MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SUBMITTED, State.CANCELLED, State.REJECTED}),
    State.WAITING: frozenset({State.SUBMITTED, State.CANCELLED, State.REJECTED}),
    State.SUBMITTED: frozenset({State.DONE, State.REJECTED, State.FAILED, State.UNKNOWN, State.WAITING}),
    # A late answer found in the spool turns an unknown outcome into a known one; nothing is resent.
    State.UNKNOWN: frozenset({State.DONE, State.FAILED}),
    State.DONE: frozenset(),
    State.REJECTED: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""The legal moves of an attempt. Anything else is refused by the store."""


def may_move(start: State, end: State) -> bool:
    """Whether an attempt may go from `start` to `end`."""
    return end in MOVES[start]


def state_of_job(attempts: Iterable[State]) -> State:
    """The state of a job from those of its attempts (at least one).

    While any is open the job is open; once all ended, a job that brought any picture is `done`.
    """
    states = set(attempts)
    if State.SUBMITTED in states or (State.QUEUED in states and len(states) > 1):
        return State.SUBMITTED
    ranking = (
        State.WAITING,
        State.QUEUED,
        State.DONE,
        State.UNKNOWN,
        State.FAILED,
        State.REJECTED,
        State.CANCELLED,
    )
    return next(state for state in ranking if state in states)


class Outcome(StrEnum):
    """How a paid call ended; decides what is resent, held and settled."""

    DONE = "done"
    REFUSED = "refused"
    """It is certain that nothing ran: nothing is owed."""
    AMBIGUOUS = "ambiguous"
    """It was sent and may have run: never resent, the money stays held."""
    UNUSABLE = "unusable"
    """It ran and was billed, but what came back is not a picture: kept raw, settled."""


class ProviderFault(Exception):
    """Raised by a provider when a call did not end well.

    `resend`: the machine itself may send the call again later (only ever with `REFUSED`).
    `pauses`: every other call would fail alike (quota, credentials), so the queue should stop.
    """

    def __init__(self, outcome: Outcome, fault: Fault, *, resend: bool = False, pauses: bool = False):
        super().__init__(fault.message)
        self.outcome = outcome
        self.fault = fault
        self.resend = resend
        self.pauses = pauses


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the provider says it really used; `None` where it does not say."""

    model: str | None = None
    size: str | None = None
    quality: str | None = None
    background: str | None = None
    output_format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """One paid call that a job will make: `n` pictures, held at `at_most`, priced at `estimate`."""

    n: int
    stream: bool
    estimate: MicroUSD
    at_most: MicroUSD


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job about to be admitted. `key` is the idempotency key, `fingerprint` what it stands for; `turn` says where
    in a conversation it stands."""

    id: str
    owner: str
    request: AnyRequest
    fingerprint: str
    key: str | None
    quote: Quote
    calls: tuple[PlannedCall, ...]
    practice: bool
    warnings: tuple[str, ...] = ()
    turn: NewTurn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One paid call of a job. `token` fences it: who holds an older token can no longer write."""

    id: str
    job_id: str
    ordinal: int
    n: int
    stream: bool
    state: State
    tries: int
    token: str | None
    estimate: MicroUSD
    at_most: MicroUSD
    held: MicroUSD
    not_before: float
    submitted_at: float | None = None
    finished_at: float | None = None
    upstream_request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How an attempt ended, to be written in one transaction.

    `cost` is what is settled (0 where nothing is owed); `basis` says where the figure comes from:
    `usage`, `estimate` (the answer had no usable usage) or `none`. `keep_hold`: the outcome is
    unknown, so the held amount stays. `response_id` and `words`: see `Answer`.
    """

    state: State
    pictures: tuple[NewPicture, ...] = ()
    cost: MicroUSD = 0
    basis: str = "none"
    usage: Usage | None = None
    resolved: Resolved = field(default_factory=Resolved)
    fault: Fault | None = None
    notes: tuple[str, ...] = ()
    keep_hold: bool = False
    upstream_request_id: str | None = None
    response_id: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as people see it: what was asked, where it stands, what came of it.

    Times are Unix seconds. `cost` is `None` until something was settled. `held` is what is
    reserved for open attempts and unknown outcomes. `pictures` are those that are there, `deleted` how
    many more came and were deleted since (from the bin too). `response_id` and `words`: see `Answer`; `way`:
    how a turn was sent, where that was not as asked.
    """

    id: str
    owner: str
    state: State
    request: AnyRequest
    fingerprint: str
    practice: bool
    created_at: float
    submitted_at: float | None
    finished_at: float | None
    estimate: MicroUSD
    at_most: MicroUSD
    exact: bool
    held: MicroUSD
    cost: MicroUSD | None
    basis: str
    usage: Usage | None
    resolved: Resolved
    fault: Fault | None
    notes: tuple[str, ...]
    pictures: tuple[Picture, ...]
    attempts: tuple[Attempt, ...]
    deleted: int = 0
    response_id: str | None = None
    words: str | None = None
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """`job` is the admitted job, or with `replayed` the one that the same key admitted before."""

    job: Job
    replayed: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a job's log: `kind` is `state` or `partial` (or `done`, `failed` at the end)."""

    seq: int
    job_id: str
    at: float
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The head of a provider's answer, kept at the top of its spool file."""

    status: int
    content_type: str
    request_id: str | None
    streamed: bool


class Body(Protocol):
    """The raw body of an answer, `size` bytes. It may be hundreds of megabytes, so it is read in pieces."""

    @property
    def size(self) -> int: ...

    def read(self, start: int, count: int) -> bytes:
        """At most `count` bytes from `start`; fewer only at the end. Raises `OSError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A provider's answer, understood. `usage` is `None` when it said nothing usable.

    Of a turn: `response_id` is what the next turn names to follow this one, `None` when the provider keeps
    nothing; `words` is what the text model said. An answer in words alone has no pictures; one that has neither,
    or whose picture failed, has a `fault`: it ran and is billed.
    """

    pictures: tuple[Drawn, ...]
    usage: Usage | None
    resolved: Resolved
    response_id: str | None = None
    words: str | None = None
    fault: Fault | None = None
