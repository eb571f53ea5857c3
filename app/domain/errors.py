"""What can go wrong, in one vocabulary for pages, JSON answers and job records.

A `Problem` is about one field of a request; a `Fault` is about the request or job as a whole and
carries what the caller must decide: may it be tried again, and may it have cost money.
`edge/status.py` maps codes to HTTP statuses; the codes are the contract's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.domain.sentence_records import as_record, from_record
from app.domain.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field.

    `field` is the name of the JSON field and form field, `code` one of the contract's 400 codes,
    `message` a full sentence that says what is wrong and what to do instead.
    """

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something failed, as told to people and scripts and kept in the job's record.

    `retryable`: the same request may work later. `may_have_cost`: money may have been spent on it.
    `retry_after`: seconds to wait before trying again, where known. `upstream_request_id`: what
    the provider calls the failed call, for support.
    """

    code: str
    message: str
    param: str | None = None
    retryable: bool = False
    may_have_cost: bool = False
    retry_after: float | None = None
    upstream_request_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def as_record(self) -> dict[str, Any]:
        """The fault as plain JSON values, for the job's row; `from_record` is its inverse.

        `sentence`: how the message was made, so that the row too can be shown in any language.
        """
        record = {
            "code": self.code,
            "message": self.message,
            "param": self.param,
            "retryable": self.retryable,
            "may_have_cost": self.may_have_cost,
            "retry_after": self.retry_after,
            "upstream_request_id": self.upstream_request_id,
            "details": self.details,
        }
        return record | {"sentence": as_record(self.message)} if isinstance(self.message, Sentence) else record

    @staticmethod
    def from_record(record: dict[str, Any]) -> Fault:
        values = dict(record)
        if (sentence := values.pop("sentence", None)) is not None:
            values["message"] = from_record(sentence)
        return Fault(**values)


class StudioError(Exception):
    """Raised by services for anything that a person or script must be told. Carries one `Fault`.

    `problems` holds every problem found when the request itself was wrong; the fault repeats the first.
    `job_id` names the job concerned, when there is one.
    """

    def __init__(self, fault: Fault, *, problems: tuple[Problem, ...] = (), job_id: str | None = None):
        super().__init__(fault.message)
        self.fault = fault
        self.problems = problems
        self.job_id = job_id


class InvalidRequest(StudioError):
    """The request breaks one or more rules; nothing was sent and nothing is held."""

    def __init__(self, problems: tuple[Problem, ...]):
        first = problems[0]
        super().__init__(Fault(first.code, first.message, param=first.field), problems=problems)


class NotFound(StudioError):
    """There is no such thing, or it belongs to somebody else: the two look the same on purpose."""

    def __init__(self, sentence: str):
        super().__init__(Fault("not_found", sentence))
