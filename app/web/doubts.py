"""What a person can do about a job that did not end well: make it again, or say that it was not billed."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.costs import MicroUSD, Quote
from app.domain.errors import InvalidRequest
from app.domain.ids import new_id
from app.domain.jobs import Job, State
from app.domain.requests import Turn
from app.services.generation import Generation
from app.web.facts import facts_of


@dataclass(frozen=True, slots=True)
class Doubt:
    """Calls that were sent and never answered: what was asked, when, and what it may have cost.

    `held` is what is still reserved for them; 0 once somebody said that they were not billed.
    """

    asked: tuple[tuple[str, str], ...]
    sent_at: float | None
    at_most: MicroUSD
    held: MicroUSD


@dataclass(frozen=True, slots=True)
class Again:
    """The button that makes the same once more. `submission` makes a double press one job.

    `charged_twice`: the first time was billed, or may have been.
    """

    submission: str
    quote: Quote
    charged_twice: bool


def doubt_about(job: Job) -> Doubt | None:
    """`None` when every call of the job has a known outcome, or still may get one."""
    unknown = [attempt for attempt in job.attempts if attempt.state is State.UNKNOWN]
    if not unknown:
        return None
    return Doubt(
        asked=tuple((fact.name, fact.asked) for fact in facts_of(job)),
        sent_at=min((attempt.submitted_at for attempt in unknown if attempt.submitted_at), default=None),
        at_most=sum(attempt.at_most for attempt in unknown),
        held=sum(attempt.held for attempt in unknown),
    )


def again(job: Job, generation: Generation) -> Again | None:
    """`None` while the job is open, when it brought what was asked, or when the same would be refused."""
    match job.state:
        case State.UNKNOWN | State.FAILED | State.CANCELLED:
            return once_more(job, generation)
        case State.REJECTED if job.fault is not None and job.fault.retryable:
            return once_more(job, generation)
        case _:
            return None


def once_more(job: Job, generation: Generation) -> Again | None:
    """The same whatever came of it the first time; `None` when it would be refused.

    What was said in a conversation is said again there.
    """
    if isinstance(job.request, Turn):
        return None
    try:
        quote = generation.quote(job.request)
    except InvalidRequest:
        return None  # its model has retired, say
    return Again(new_id(), quote, charged_twice=job.state in (State.UNKNOWN, State.FAILED))
