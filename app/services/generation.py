"""Asking for pictures: judge the request, price it, admit the job, set it going.

Generating, editing and varying pictures differ in their request values only; whatever is paid for
is admitted here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.domain.catalogue import Catalogue
from app.domain.costs import Caps, Quote
from app.domain.errors import Fault, InvalidRequest, StudioError
from app.domain.ids import new_id
from app.domain.jobs import Job, NewJob, State
from app.domain.requests import AnyRequest, Given, fingerprint
from app.domain.turns import NewTurn
from app.services.ports import BlobStore, Gate, JobStore, Runner, Signals

EXPECTED_BYTES_PER_PICTURE = 16 * 1024 * 1024
"""Room that must be free on the disk for each picture before it is paid for."""

_POLL_SECONDS = 0.5
"""How often a waiting thread looks at the database, for jobs that another process runs."""

_DOUBT_SECONDS = 10.0
"""The same for a job that was sent from here: then this process is told how it ends, unless it is taken over."""


@dataclass(frozen=True, slots=True)
class Submission:
    """`job` as it stands; `replayed` when an earlier request admitted it (same key, or `reuse`)."""

    job: Job
    replayed: bool


@dataclass(frozen=True, slots=True)
class Generation:
    """The use case behind `POST /generate`, `POST /generate_image` and their siblings."""

    catalogue: Catalogue
    jobs: JobStore
    blobs: BlobStore
    gate: Gate
    runner: Runner
    signals: Signals
    caps: Caps
    practice: bool
    legacy_models: bool
    default_model: str
    today: Callable[[], date] = lambda: datetime.now(UTC).date()

    def quote(self, request: AnyRequest) -> Quote:
        """What the request would cost. Raises `InvalidRequest`."""
        self._require_valid(request)
        return self.catalogue.quote(request)

    def warnings(self, request: AnyRequest) -> tuple[str, ...]:
        """What a person should know before paying, without being stopped."""
        return self.catalogue.warnings(request, today=self.today())

    def submit(
        self,
        owner: str,
        request: AnyRequest,
        *,
        key: str | None,
        reuse: bool = False,
        mark: str | None = None,
        turn: NewTurn | None = None,
    ) -> Submission:
        """Admit the job and set it going; the same owner and key lead to the same job.

        `mark` stands for what is asked, in place of the request's fingerprint. `turn`: where in a conversation it
        stands; `NotFound` when that has been deleted meanwhile.
        Raises `InvalidRequest`, or `StudioError` with `idempotency_mismatch`, `budget_exceeded`,
        `storage_full`, `not_ready`, or why calls are paused (`upstream_quota`, `upstream_auth`): in every
        case nothing was sent and nothing is held.
        """
        mark = mark or fingerprint(request)
        if key and (earlier := self.jobs.find_by_key(owner, key)) and earlier.fingerprint == mark:
            # Before judging: a replay stays a replay even when its model has retired meanwhile.
            return Submission(earlier, replayed=True)
        self._require_valid(request)
        if reuse and (earlier := self.jobs.find_identical(owner, mark, self.practice)):
            return Submission(earlier, replayed=True)
        if paused := self.gate.notice():
            raise StudioError(paused)
        self.blobs.check_room(_expected_bytes(request) * request.count)
        admission = self.jobs.admit(
            NewJob(
                id=new_id(),
                owner=owner,
                request=request,
                fingerprint=mark,
                key=key,
                quote=self.catalogue.quote(request),
                calls=self.catalogue.plan(request),
                practice=self.practice,
                warnings=self.warnings(request),
                turn=turn,
            ),
            self.caps,
            set_going=lambda job: self.runner.enqueue([attempt.id for attempt in job.attempts]),
        )
        return Submission(admission.job, admission.replayed)

    def wait(self, job: Job, seconds: float) -> Job:
        """The job once it ended, or as it stands after `seconds`. Holds no connection meanwhile.

        A job that has not been sent is not waited for once this process is stopping.
        """
        deadline = time.monotonic() + seconds
        patience = _POLL_SECONDS
        with self.signals.watch(job.id) as watch:
            while not job.state.is_final and not self._is_left_behind(job):
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                told = watch.wait(min(left, patience))
                patience = _DOUBT_SECONDS if told and told.state is State.SUBMITTED else _POLL_SECONDS
                current = told or self.jobs.find(job.id)
                assert current is not None, "jobs are never deleted"
                job = current
        return job

    def notice(self) -> Fault | None:
        """Why nothing is sent at present, with `retry_after` in seconds; `None` when all is well."""
        return self.gate.notice()

    def resume(self) -> None:
        """Somebody says that the reason is gone: the next call may try at once."""
        self.gate.retry()

    def _is_left_behind(self, job: Job) -> bool:
        is_unsent = all(attempt.state.is_final or attempt.state.is_sendable for attempt in job.attempts)
        return is_unsent and self.runner.is_stopping()

    def _require_valid(self, request: AnyRequest) -> None:
        problems = self.catalogue.problems(request, today=self.today(), legacy=self.legacy_models)
        if problems:
            raise InvalidRequest(problems)


def _expected_bytes(request: AnyRequest) -> int:
    """What one picture of the answer may take on the disk; an edit that keeps pixels brings a second, larger one."""
    given: Given | None = getattr(request, "given", None)
    composite = 3 * given.images[0].width * given.images[0].height if given and given.keeps else 0
    return EXPECTED_BYTES_PER_PICTURE + composite
