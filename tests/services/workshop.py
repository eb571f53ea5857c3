"""One process's half of the studio that runs paid calls: real database and files, a provider that does as told.

Several workshops over one folder are several processes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.catalogue import load_catalogue
from app.domain.costs import Caps, Usage
from app.domain.errors import Fault
from app.domain.ids import new_id
from app.domain.jobs import Answer, Attempt, Body, Job, NewJob, Outcome, ProviderFault, Receipt, Resolved, State
from app.domain.pictures import Drawn, Partial
from app.domain.requests import AnyRequest, Generate, fingerprint
from app.imaging.workbench import Workbench
from app.services.attempts import Attempts
from app.services.composing import Composing
from app.services.finishing import Finishing
from app.services.mending import Mending
from app.services.ports import Sink
from app.services.recovery import Recovery
from app.storage.blobs import FileBlobs
from app.storage.costs import SqlCosts
from app.storage.engine import make_engine, writing
from app.storage.gates import SqlGate
from app.storage.jobs import SqlJobs
from app.storage.migrate import migrate
from app.storage.reserve import Reserve
from app.storage.schema import ATTEMPTS, JOBS, PROVIDER_GATES
from app.storage.spool import FileSpool
from app.work.pool import Pool
from app.work.signals import LocalSignals
from tests.studios import LogBook
from tests.upstream import picture

ALICE = "alice"
RECEIPT = Receipt(status=200, content_type="application/json", request_id="req_1", streamed=False)
USAGE = {"input_text_tokens": 14, "output_image_tokens": 196}

Step = Callable[[Sink, Callable[[Partial], None]], None]


def answering(*pictures: bytes, usage: dict[str, int] | None = USAGE) -> Step:
    """A whole answer with these pictures; without any, one good picture."""
    listed = [base64.b64encode(data).decode("ascii") for data in pictures or (picture(),)]

    def step(sink: Sink, _: Callable[[Partial], None]) -> None:
        sink.begin(RECEIPT)
        sink.write(json.dumps({"pictures": listed, "usage": usage}).encode("ascii"))

    return step


def saying(body: bytes) -> Step:
    """A whole answer of exactly these bytes."""

    def step(sink: Sink, _: Callable[[Partial], None]) -> None:
        sink.begin(RECEIPT)
        sink.write(body)

    return step


def raising(error: BaseException, *, after: bytes | None = None) -> Step:
    """Breaks off, `after` this much of a body, or before any head."""

    def step(sink: Sink, _: Callable[[Partial], None]) -> None:
        if after is not None:
            sink.begin(RECEIPT)
            sink.write(after)
        raise error

    return step


def refusal(code: str = "content_rejected", **more: Any) -> ProviderFault:
    return ProviderFault(Outcome.REFUSED, Fault(code, "No.", upstream_request_id="req_no"), **more)


def busy(seconds: float | None = None) -> ProviderFault:
    fault = Fault("rate_limited", "Too many.", retryable=True, retry_after=seconds)
    return ProviderFault(Outcome.REFUSED, fault, resend=True)


def no_credit() -> ProviderFault:
    return refusal("upstream_quota", pauses=True)


def ambiguity() -> ProviderFault:
    return ProviderFault(Outcome.AMBIGUOUS, Fault("outcome_unknown", "Silence.", may_have_cost=True))


class ScriptedProvider:
    """Takes the next step of its script for every call, and counts them; a plain answer when it is used up."""

    practice = False

    def __init__(self) -> None:
        self.script: list[Step] = []
        self.calls = 0

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
        self.calls += 1
        step = self.script.pop(0) if self.script else answering()
        step(sink, on_partial)
        return RECEIPT

    def read(self, request: AnyRequest, receipt: Receipt, raw: Body) -> Answer:
        body = raw.read(0, raw.size)
        if body == b"a bug":
            raise IndexError("planted")
        if not body.startswith(b"{"):
            sentence = "The answer is not JSON."
            raise ProviderFault(
                Outcome.AMBIGUOUS if body == b"cut" else Outcome.UNUSABLE,
                Fault("upstream_bad_response", sentence, may_have_cost=True),
            )
        data = json.loads(body)
        return Answer(
            pictures=tuple(Drawn(read=partial(base64.b64decode, item)) for item in data["pictures"]),
            usage=None if data["usage"] is None else Usage(**data["usage"]),
            resolved=Resolved(),
        )

    def fetch(self, url: str, *, deadline: float, max_bytes: int) -> bytes:
        raise AssertionError("no answer here has a URL")


class Workshop:
    """`Jobs`, `Spool`, `Blobs` may be replaced by subclasses that break."""

    def __init__(
        self,
        folder: Path,
        *,
        jobs: type[SqlJobs] = SqlJobs,
        spool: type[FileSpool] = FileSpool,
        blobs: type[FileBlobs] = FileBlobs,
        gate: type[SqlGate] = SqlGate,
    ):
        self.engine = make_engine(None, folder)
        migrate(self.engine, folder)
        reserve = Reserve(folder / "reserve", 4096)
        self.folder = folder
        self.provider = ScriptedProvider()
        self.log = LogBook()
        self.jobs = jobs(self.engine)
        self.spool = spool(folder / "spool", reserve)
        self.blobs = blobs(folder / "blobs", reserve)
        self.gate = gate(self.engine, "an account", 300.0)
        self.signals = LocalSignals()
        self.catalogue = load_catalogue()
        runner = new_id()
        self.finishing = Finishing(
            jobs=self.jobs,
            provider=self.provider,
            spool=self.spool,
            composing=Composing(self.blobs, Workbench(), self.log),
            catalogue=self.catalogue,
            signals=self.signals,
            deadline_seconds=20.0,
            log=self.log,
        )
        self.attempts = Attempts(
            jobs=self.jobs,
            provider=self.provider,
            gate=self.gate,
            spool=self.spool,
            blobs=self.blobs,
            finishing=self.finishing,
            signals=self.signals,
            runner=runner,
            deadline_seconds=20.0,
            log=self.log,
        )
        self.mending = Mending(
            jobs=self.jobs,
            spool=self.spool,
            finishing=self.finishing,
            runner=runner,
            lease_seconds=20.0,
            log=self.log,
        )
        self.calls, self.menders = Pool(self.attempts.run, 4, self.log), Pool(self.mending.mend, 2, self.log)
        self.recovery = Recovery(
            jobs=self.jobs, spool=self.spool, calls=self.calls, menders=self.menders, runner=runner
        )

    def close(self) -> None:
        self.calls.drain(5)
        self.menders.drain(5)
        self.engine.dispose()

    def admit(self, n: int = 1, *, calls: int = 1, request: AnyRequest | None = None) -> Job:
        """A job of `calls` attempts, `n` pictures each; or of what `request` asks for."""
        request = request or Generate(
            prompt="a white siamese cat", model="gpt-image-2", size="1024x1024", quality="low", n=n
        )
        return self.jobs.admit(
            NewJob(
                id=new_id(),
                owner=ALICE,
                request=request,
                fingerprint=fingerprint(request),
                key=None,
                quote=self.catalogue.quote(request),
                calls=self.catalogue.plan(request) * calls,
                practice=False,
            ),
            Caps(),
        ).job

    def run(self, job: Job, ordinal: int = 0) -> float | None:
        return self.attempts.run(job.attempts[ordinal].id)

    def die_after_sending(self, job: Job, step: Step | None = None, ordinal: int = 0) -> Attempt:
        """What a process leaves that is killed while the answer arrives, or right after it came (`step`)."""
        found = self.jobs.claim(job.attempts[ordinal].id, "a process that died", 20.0)
        assert found is not None
        attempt, _ = found
        file = self.spool.open(attempt.id, 1_000_000)
        if step is None:
            file.begin(RECEIPT)
            file.write(b'{"pictures": ["half')
        else:
            step(file, lambda _: None)
            file.commit()
        return attempt

    def let_leases_run_out(self) -> None:
        self._execute(sa.update(ATTEMPTS).values(lease_until=ATTEMPTS.c.lease_until - 100.0))

    def pass_time(self, seconds: float) -> None:
        """For the gate, for what waits, and for the age of jobs."""
        self._execute(sa.update(JOBS).values(created_at=JOBS.c.created_at - seconds))
        self._execute(sa.update(ATTEMPTS).values(not_before=ATTEMPTS.c.not_before - seconds))
        gate = PROVIDER_GATES.c
        times = (gate.cool_until, gate.limited_since, gate.paused_until)
        self._execute(sa.update(PROVIDER_GATES).values({column: column - seconds for column in times}))

    def found(self, job: Job) -> Job:
        current = self.jobs.find(job.id)
        assert current is not None
        return current

    def state(self, job: Job) -> State:
        return self.found(job).state

    def files(self) -> list[str]:
        """What lies in the spool, by kind."""
        return sorted(path.suffix for path in (self.folder / "spool").iterdir())

    def committed_money(self) -> int:
        return SqlCosts(self.engine).spending(since=0.0, practice=False).committed

    def logged(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.log.lines if line["event"] == event]

    def _execute(self, statement: Any) -> None:
        with writing(self.engine) as connection:
            connection.execute(statement)
