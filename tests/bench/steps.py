"""Where the CPU of one call goes, step by step: the profile behind the first row.

One thread of this process does everything, so that `time.thread_time()` around a step is what that
step costs. Threads, gunicorn and the sockets to the client come on top.
"""

from __future__ import annotations

import functools
import logging
import runpy
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from app.api import paid_calls
from app.factory import create_app
from app.observability import logs
from app.provider.exchange import Exchange
from app.provider.images import ImagesProvider
from app.services import finishing
from app.services.ports import Signals, Watch
from app.settings import read_settings
from app.storage.blobs import FileBlobs
from app.storage.gates import SqlGate
from app.storage.jobs import SqlJobs
from app.storage.spool import FileSpool, FileSpoolFile
from app.wiring import build
from tests.bench import peers
from tests.bench.peers import ATELIER, Upstream

_STEPS: dict[str, tuple[tuple[Any, str], ...]] = {
    "admit, mark as sent, settle: three transactions": ((SqlJobs, "admit"), (SqlJobs, "claim"), (SqlJobs, "settle")),
    "look up the job and the provider's gate": ((SqlJobs, "find"), (SqlGate, "notice"), (SqlGate, "enter")),
    "the SDK: build the request, send it": ((Exchange, "_post"),),
    "receive 2.4 MB into the spool": ((Exchange, "_receive"),),
    "bring the spool to the disk": ((FileSpoolFile, "commit"),),
    "read the spool, remove it": ((FileSpool, "read"), (FileSpool, "remove")),
    "JSON and base64 to bytes": ((ImagesProvider, "read"),),
    "check the PNG's structure and sums": ((finishing, "inspect_picture"),),
    "SHA-256, write the picture, bring it to the disk": ((FileBlobs, "put"),),
    "read the picture, base64, JSON of the answer": ((paid_calls, "finished"),),
}


def steps(upstream: Upstream, *, calls: int) -> list[tuple[str, float]]:
    """Milliseconds of CPU per step, medians over `calls` calls; the last two are the rest, and the whole."""
    spent: dict[str, float] = dict.fromkeys(_STEPS, 0.0)
    seen: list[dict[str, float]] = []
    undo = [_time(owner, name, label, spent) for label, places in _STEPS.items() for owner, name in places]
    try:
        with peers.folder() as place:
            call = _studio(upstream.base_url(), str(place / "data"))
            for number in range(calls + 5):
                spent.update(dict.fromkeys(spent, 0.0))
                whole = _thread_ms(call)
                if number >= 5:  # the first fill caches
                    seen.append({**spent, "Flask, validation, prices, logs": whole - sum(spent.values()), "all": whole})
    finally:
        for put_back in undo:
            put_back()
    return [(label, statistics.median(each[label] for each in seen)) for label in seen[0]]


def steps_as_markdown(found: Sequence[tuple[str, float]]) -> str:
    whole = found[-1][1]
    rows = [f"| {label} | {ms:.2f} | {ms / whole:.0%} |" for label, ms in found]
    return "\n".join(["| CPU of one call, in one thread | ms | share |", "|---|---|---|", *rows])


class _SameThread:
    """Runs attempts in the thread that asks for them, when it begins to wait for the job."""

    def __init__(self, run: Callable[[str], object], signals: Signals):
        self._run = run
        self._signals = signals
        self._queued: list[str] = []
        self.notify = signals.notify

    def enqueue(self, attempt_ids: Sequence[str]) -> None:
        self._queued += attempt_ids

    def watch(self, job_id: str) -> Watch:
        watch = self._signals.watch(job_id)
        while self._queued:
            self._run(self._queued.pop())
        return watch

    def under_way(self) -> Sequence[str]:
        return ()

    def is_stopping(self) -> bool:
        return False


def _studio(base_url: str, data: str) -> Callable[[], None]:
    """A whole application over `base_url`; what it returns makes one call and reads the answer."""
    logs.configure(level=logging.WARNING)
    runpy.run_path("gunicorn.conf.py")["post_fork"](None, None)  # the allocator as it is in a worker
    studio = build(read_settings({"OPENAI_BASE_URL": base_url, "ATELIER_DATA_DIR": data}))
    run = studio.pool._run  # what the pool's threads do
    same = _SameThread(run, studio.generation.signals)
    studio = replace(studio, generation=replace(studio.generation, runner=same, signals=same))
    client = create_app(studio).test_client()

    def call() -> None:
        answer = client.post(ATELIER.ask.path, data=ATELIER.ask.body, content_type="application/json", buffered=False)
        assert answer.status_code == 200
        assert sum(map(len, answer.response)) >= ATELIER.ask.least
        answer.close()

    return call


def _thread_ms(call: Callable[[], object]) -> float:
    began = time.thread_time()
    call()
    return (time.thread_time() - began) * 1000


def _time(owner: Any, name: str, label: str, spent: dict[str, float]) -> Callable[[], None]:
    """Put a clock around a function; what is returned takes it away again."""
    plain = getattr(owner, name)

    @functools.wraps(plain)
    def timed(*args: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return plain(*args, **named)
        finally:
            spent[label] += (time.thread_time() - began) * 1000

    setattr(owner, name, timed)
    return lambda: setattr(owner, name, plain)
