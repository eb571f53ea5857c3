"""What the use cases need from the outside world, as protocols; adapters stand in their own rooms.

`wiring.py` decides which adapter stands behind each. Nothing here knows HTTP, SQL or files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import BinaryIO, Protocol

from app.domain.costs import Caps
from app.domain.errors import Fault
from app.domain.gates import Passage
from app.domain.jobs import Admission, Answer, Attempt, Body, Event, Job, NewJob, Receipt, Settlement
from app.domain.pictures import Partial
from app.domain.requests import AnyRequest
from app.domain.turns import Way


class JobStore(Protocol):
    """Jobs, their attempts and their event log. Every method is one transaction."""

    def admit(self, new: NewJob, caps: Caps, set_going: Callable[[Job], None] | None = None) -> Admission:
        """Insert the job with its attempts queued and their price held, if every cap allows it.

        `set_going` is called with a job that was inserted, as soon as its attempts can be claimed; that may be
        before the job is durable, but no claim succeeds before that.
        Raises `StudioError` `idempotency_mismatch` (same owner and key, other fingerprint) or
        `budget_exceeded` (says which cap and what is left). Immediate: exact under concurrency.
        """

    def find(self, job_id: str, owner: str | None = None) -> Job | None:
        """The job, or `None`; with `owner`, also `None` when it belongs to somebody else."""

    def find_by_key(self, owner: str, key: str) -> Job | None: ...

    def find_identical(self, owner: str, fingerprint: str, practice: bool) -> Job | None:
        """The newest job of that owner that is `done`, asked exactly the same, and has all its pictures."""

    def recent(self, owner: str, *, before: str | None = None, limit: int = 30) -> Sequence[Job]:
        """Jobs of that owner, newest first, older than the id `before`."""

    def claim(self, attempt_id: str, runner: str, lease_seconds: float) -> tuple[Attempt, Job] | None:
        """Mark a queued or due waiting attempt `submitted`, durably, under a fresh token; it and its job.

        `None` when it cannot be claimed (cancelled, claimed by another, not due). When this
        returns an attempt, the mark has reached the disk, and the call may be sent.
        """

    def renew(self, runner: str, attempt_ids: Sequence[str], lease_seconds: float) -> None:
        """Prolong the leases of these attempts, as far as they are still this runner's."""

    def find_attempt(self, attempt_id: str) -> Attempt | None: ...

    def take_over(self, attempt_id: str, token: str, runner: str, lease_seconds: float) -> Attempt | None:
        """Make a submitted attempt whose lease ran out this process's, under a fresh token.

        `None` when the lease was renewed meanwhile or another process was faster.
        """

    def postpone(self, attempt_id: str, token: str, seconds: float, fault: Fault) -> bool:
        """Back to `waiting` for at least `seconds`, because it is certain that nothing ran."""

    def take_way(self, attempt_id: str, token: str, way: Way) -> Job | None:
        """Note, durably, in which way a turn is about to be sent, which the provider refused as asked.

        The job as it then stands; `None` if fenced off, and then it must not be sent.
        """

    def settle(self, attempt_id: str, token: str, settlement: Settlement) -> Job | None:
        """Write the end of an attempt: pictures, charge, hold, states, event. `None` if fenced off."""

    def cancel(self, job_id: str, owner: str) -> Job | None:
        """Cancel every attempt that was not sent; the job as it then stands, `None` if not found."""

    def release_hold(self, job_id: str, owner: str) -> Job | None:
        """Hold nothing more for calls whose outcome is unknown; the job as it then stands, `None` if not found."""

    def note_partial(self, attempt_id: str, token: str, partial_digest: str, partial: Partial) -> None:
        """Append a `partial` event; the preview's bytes are in the blob store already."""

    def events(self, job_id: str, after: int = 0, limit: int = 200) -> Sequence[Event]:
        """The job's log after sequence number `after`, oldest first."""

    def give_up(self, attempt_id: str, seconds: float, fault: Fault) -> Job | None:
        """Reject an attempt that was never sent, or waits to be, if its job is older than `seconds`.

        The job as it then stands; `None` when nothing was changed.
        """

    def sendable(self, limit: int = 100) -> Sequence[str]:
        """Ids of attempts that are queued, or waiting and due, oldest first, and not leased."""

    def expired(self, limit: int = 1000) -> Sequence[Attempt]:
        """Submitted attempts whose lease ran out: the process that sent them died."""


class Gate(Protocol):
    """Whether calls may go out to the provider now; one for all processes. See `domain.gates`."""

    def enter(self) -> Passage:
        """Asked before each call. At the end of a pause exactly one caller is let through, as the trial."""

    def cool(self, seconds: float) -> None:
        """Let nothing through for `seconds`, or for longer if that was said already."""

    def pause(self, fault: Fault, *, after_trial: bool) -> None:
        """Close because every call would fail like this one; after a failed trial, for twice as long."""

    def passed(self, *, after_trial: bool) -> None:
        """A call came through: rate limits are over, and with a trial so is the pause."""

    def retry(self, seconds: float = 0.0) -> None:
        """Let one call try in `seconds` whether the pause may end. Does nothing while there is none."""

    def notice(self) -> Fault | None:
        """Why calls are paused, with `retry_after`; `None` when they are not, or the next one may try."""


class BlobStore(Protocol):
    """Bytes by digest, written once: tmp → fsync → rename → fsync of the folder."""

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256 (hex). Durable when it returns."""

    def put_preview(self, data: bytes) -> str:
        """Keep the bytes for about a day; nothing of worth is lost when they are."""

    def get(self, digest: str) -> bytes:
        """The bytes. Raises `FileNotFoundError`."""

    def open(self, digest: str) -> BinaryIO: ...

    def exists(self, digest: str) -> bool: ...

    def renew(self, digest: str) -> bool:
        """Keep the blob for another day at least, referred to or not; `False` when it is not there."""

    def check_room(self, byte_count: int) -> None:
        """Raises `StudioError` `storage_full` when that much more would not fit."""

    def check_ready(self) -> None:
        """Raises `StudioError` `not_ready` with the reason when nothing can be written."""


class Sink(Protocol):
    """Where a provider puts its raw answer, chunk by chunk, while it arrives."""

    def begin(self, receipt: Receipt) -> None:
        """Called once, when the head of the answer is known."""

    def write(self, chunk: bytes) -> None:
        """Raises `ProviderFault` (unusable) when the cap on decoded bytes is passed."""


class SpoolFile(Sink, Protocol):
    def commit(self) -> None:
        """fsync, then rename from `.part`: from here on the answer survives a crash."""

    def discard(self) -> None:
        """Close and remove what was written (nothing of worth arrived)."""

    def keep_part(self) -> None:
        """Close and keep the unfinished file for a person to look at."""


class Spool(Protocol):
    """Raw answers on their way from the wire to the library, one file per attempt."""

    def open(self, attempt_id: str, max_bytes: int) -> SpoolFile: ...

    def read(self, attempt_id: str) -> tuple[Receipt, Body] | None:
        """A committed answer, or `None` when there is none. Its body can be read until it is removed."""

    def remove(self, attempt_id: str) -> None:
        """Forget the answer: it is settled and its pictures are kept. No error if absent."""

    def set_aside(self, attempt_id: str) -> None:
        """Keep the answer for a person, but no longer as one that waits to be finished. No error if absent."""

    def committed(self) -> Sequence[str]:
        """Ids of the attempts whose answers wait here."""


class ImageProvider(Protocol):
    """The paid API, or the emulator in its place."""

    practice: bool
    """The answers come from the emulator; nothing is paid."""

    def send(
        self,
        request: AnyRequest,
        *,
        n: int,
        stream: bool,
        deadline: float,
        sink: Sink,
        read_input: Callable[[str], bytes],
        on_partial: Callable[[Partial], None],
    ) -> Receipt:
        """Make exactly one HTTP request and write its raw answer to `sink`.

        `deadline` is a `time.monotonic()` value that the whole exchange must not pass.
        `read_input(digest)` gives the bytes of an input picture. Raises `ProviderFault`.
        """

    def read(self, request: AnyRequest, receipt: Receipt, body: Body) -> Answer:
        """Understand a raw answer, in every shape that gateways use. Raises `ProviderFault` (unusable).

        Its pictures are decoded when they are wanted; they read `body` again.
        """

    def fetch(self, url: str, *, deadline: float, max_bytes: int) -> bytes:
        """Download a result that came as a URL, guarded. Raises `ProviderFault` (unusable)."""


class Runner(Protocol):
    """Where attempts run: threads of this process, or elsewhere."""

    def enqueue(self, attempt_ids: Sequence[str]) -> None:
        """Run these attempts soon. Never blocks; a lost call is found again by recovery."""

    def under_way(self) -> Sequence[str]:
        """The attempts that run at this moment."""

    def is_stopping(self) -> bool:
        """Nothing more is started here: what has not been sent is left to another process or the next start."""


class Watch(Protocol):
    """One thread's eye on one job, from `Signals.watch` until it is closed."""

    def wait(self, seconds: float) -> Job | None:
        """Return when the job moved since the last wait, or after `seconds`.

        The job, if whoever moved it told; else `None`, which says nothing about it.
        """

    def close(self) -> None: ...

    def __enter__(self) -> Watch: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class Signals(Protocol):
    """Tells waiting threads of this process that a job moved; other processes look at the database."""

    def notify(self, job_id: str, job: Job | None = None) -> None:
        """The job moved; `job` is how it stands now, for whoever waits."""

    def watch(self, job_id: str) -> Watch:
        """Begin to watch a job; what moved it lately counts as news. To be closed."""
