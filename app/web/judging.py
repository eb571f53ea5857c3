"""Drafts of forms, judged: what may be paid for, and everything that is wrong with the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from app.domain.errors import InvalidRequest, Problem, StudioError
from app.domain.jobs import Job
from app.edge.status import status_of
from app.services.generation import Generation
from app.services.prepared import PreparedEdit, PreparedTurn
from app.web.composer import PriceTag, price_of
from app.web.given import MOST_PICTURES, Given

Problems = tuple[Problem, ...]
Prepared = TypeVar("Prepared", bound=PreparedEdit | PreparedTurn)
Admitted = TypeVar("Admitted")


@dataclass(frozen=True, slots=True)
class Judgement(Generic[Prepared]):
    """`prepared` is `None` when there is a problem with it, or, with `refusal`, when it cannot be made just now."""

    prepared: Prepared | None = None
    problems: tuple[Problem, ...] = ()
    refusal: StudioError | None = None

    @property
    def status(self) -> int:
        """The HTTP status that tells it."""
        if self.refusal:
            return status_of(self.refusal.fault)
        return status_of(InvalidRequest(self.problems).fault) if self.problems else 200

    def price(self, generation: Generation) -> PriceTag | None:
        """What it would cost, if it may be sent."""
        if self.prepared is None:
            return None
        return price_of(generation, self.prepared.request, self.prepared.notes)


def judge(
    prepare: Callable[[], Prepared], generation: Generation, given: Given, unreadable: Problems
) -> Judgement[Prepared]:
    """What could not be read or taken in, and what is wrong with the rest, told at once. Nothing is paid."""
    problems = (*given.problems, *unreadable)
    try:
        prepared = prepare()
        generation.quote(prepared.request)
    except InvalidRequest as error:
        return Judgement(problems=(*problems, *error.problems), refusal=given.refusal)
    except StudioError as error:
        return Judgement(problems=problems, refusal=given.refusal or error)
    return Judgement(prepared, problems, given.refusal)


def submit(
    judgement: Judgement[PreparedEdit], generation: Generation, owner: str, key: str
) -> Job | Judgement[PreparedEdit]:
    """The job that was admitted, or why there is none: everything that was found wrong, or what admission said."""
    return admitted(judgement, lambda prepared: generation.submit(owner, prepared.request, key=key).job)


def admitted(judgement: Judgement[Prepared], admit: Callable[[Prepared], Admitted]) -> Admitted | Judgement[Prepared]:
    """What `admit` brings, unless something was found wrong, or admission finds it."""
    if judgement.problems or judgement.refusal or judgement.prepared is None:
        return judgement
    try:
        return admit(judgement.prepared)
    except InvalidRequest as error:
        return replace(judgement, problems=error.problems)
    except StudioError as error:
        return replace(judgement, refusal=error)


def arranged(references: Sequence[str], pressed: Mapping[str, str]) -> tuple[str, ...]:
    """The references after a button was pressed: `first` or `remove` is the place (from 0) of the one it belongs to,
    `add` the id of a kept picture.
    """
    first, remove, add = (pressed.get(name) for name in ("first", "remove", "add"))
    places = list(range(len(references)))
    if remove is not None:
        places = [place for place in places if str(place) != remove]
    if first is not None:
        places.sort(key=lambda place: str(place) != first)
    added = (f"picture:{add}",) if add else ()
    return (*(references[place] for place in places), *added)[:MOST_PICTURES]
