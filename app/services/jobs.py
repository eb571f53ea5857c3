"""Looking at jobs, stopping what was not sent, and giving up holds that turned out to be needless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from app.domain.errors import NotFound
from app.domain.ids import is_id
from app.domain.jobs import Event, Job
from app.domain.requests import Generate, InputPicture
from app.domain.sentences import say
from app.services.ports import BlobStore, JobStore, Signals, Watch


@dataclass(frozen=True, slots=True)
class JobLog:
    """One job's log, for somebody who follows it. To be closed."""

    store: JobStore
    watch: Watch
    job_id: str

    def events(self, after: int = 0) -> Sequence[Event]:
        """The log after `after`, oldest first."""
        return self.store.events(self.job_id, after)

    def wait(self, seconds: float) -> None:
        """Return when the job moved in this process since the last wait, or after `seconds`."""
        self.watch.wait(seconds)

    def close(self) -> None:
        self.watch.close()


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs as their owner sees them; somebody else's do not exist."""

    store: JobStore
    blobs: BlobStore
    signals: Signals

    def find(self, owner: str, job_id: str) -> Job:
        """Raises `NotFound`."""
        job = self.store.find(job_id, owner) if is_id(job_id) else None
        if job is None:
            raise NotFound(say("There is no such job."))
        return job

    def recent(self, owner: str, *, before: str | None = None, limit: int = 30) -> Sequence[Job]:
        """Newest first."""
        return self.store.recent(owner, before=before, limit=limit)

    def events(self, owner: str, job_id: str, after: int = 0) -> Sequence[Event]:
        """The log after `after`, oldest first. Raises `NotFound`."""
        self.find(owner, job_id)
        return self.store.events(job_id, after)

    def follow(self, owner: str, job_id: str) -> JobLog:
        """The job's log as it grows. Raises `NotFound`; the owner is checked once."""
        self.find(owner, job_id)
        return JobLog(self.store, self.signals.watch(job_id), job_id)

    def newest_previews(self, job: Job) -> dict[int, str]:
        """The digest of the newest preview of each paid call, by the call's ordinal."""
        if not any(attempt.stream for attempt in job.attempts):
            return {}
        events = self.store.events(job.id)
        return {event.data["ordinal"]: event.data["digest"] for event in events if event.kind == "partial"}

    def preview(self, owner: str, job_id: str, digest: str) -> tuple[bytes, str]:
        """A preview's bytes and MIME type. Raises `NotFound`; a digest alone never grants access."""
        for event in self.events(owner, job_id):
            if event.kind == "partial" and event.data["digest"] == digest:
                try:
                    return self.blobs.get(digest), event.data["mime_type"]
                except FileNotFoundError:
                    break
        raise NotFound(say("There is no such preview."))

    def find_input(self, owner: str, job_id: str, which: str) -> InputPicture:
        """What a job was given: "0" to "15" for its pictures in order, "mask", or "before": the first picture before
        it was extended. Raises `NotFound`.

        As the person gave it, safe and whole, rather than as it was sent. Of a turn with a mask on the picture
        before, "0" is that picture.
        """
        request = self.find(owner, job_id).request
        if not isinstance(request, Generate):
            given = request.given or request
            if which == "mask" and (mask := getattr(given, "mask", None)):
                return cast(InputPicture, mask)
            if which == "before" and (before := getattr(given, "extended_from", None)):
                return cast(InputPicture, before)
            if which in map(str, range(len(given.images))):
                return given.images[int(which)]
        raise NotFound(say("There is no such picture."))

    def read_input(self, picture: InputPicture) -> bytes:
        """The bytes of what a job was given. Raises `NotFound` when the file is gone."""
        try:
            return self.blobs.get(picture.digest)
        except FileNotFoundError:
            raise NotFound(say("There is no such picture.")) from None

    def open_input(self, picture: InputPicture) -> BinaryIO:
        """The same bytes as an open file, for serving them without holding them in memory."""
        try:
            return self.blobs.open(picture.digest)
        except FileNotFoundError:
            raise NotFound(say("There is no such picture.")) from None

    def cancel(self, owner: str, job_id: str) -> Job:
        """Stop what has not been sent; the job as it then stands says whether that was in time.

        Raises `NotFound`.
        """
        self.find(owner, job_id)
        job = self.store.cancel(job_id, owner)
        if job is None:
            raise NotFound(say("There is no such job."))
        self.signals.notify(job_id, job)
        return job

    def release_hold(self, owner: str, job_id: str) -> Job:
        """Somebody looked the bill up: what has no known outcome was not billed, so its money is free again.

        Idempotent; an answer that is found later is kept and charged all the same. Raises `NotFound`.
        """
        self.find(owner, job_id)
        job = self.store.release_hold(job_id, owner)
        if job is None:
            raise NotFound(say("There is no such job."))
        self.signals.notify(job_id, job)
        return job
