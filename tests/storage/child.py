"""The other process in tests about several processes. Started by `making.Child`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.costs import Caps
from app.domain.errors import StudioError
from app.storage.blobs import FileBlobs
from app.storage.engine import make_engine, writing
from app.storage.gates import SqlGate
from app.storage.jobs import SqlJobs
from app.storage.migrate import migrate
from app.storage.reserve import Reserve
from app.storage.schema import FAILED_SIGN_INS
from tests.storage.making import a_new_job


def say(value: Any) -> None:
    print(json.dumps(value), flush=True)


def admit(url: str, data_dir: Path, *, count: int, threads: int, daily: int | None, key: str | None) -> None:
    """Admit `count` jobs from many threads; how each of them ended."""
    jobs = SqlJobs(make_engine(url, data_dir))

    def one(_: int) -> str:
        try:
            return jobs.admit(a_new_job(key=key), Caps(daily=daily)).job.id
        except StudioError as error:
            return error.fault.code

    with ThreadPoolExecutor(threads) as pool:
        say(list(pool.map(one, range(count))))


def claim(url: str, data_dir: Path, *, attempts: list[str]) -> None:
    """Claim each attempt; those that were won."""
    jobs = SqlJobs(make_engine(url, data_dir))
    say([attempt for attempt in attempts if jobs.claim(attempt, f"process {os.getpid()}", 60.0)])


def enter(url: str, data_dir: Path, *, name: str, threads: int) -> None:
    """Ask the gate from many threads; which of them are the trial."""
    gate = SqlGate(make_engine(url, data_dir), name, 100.0)
    with ThreadPoolExecutor(threads) as pool:
        say([passage.trial for passage in pool.map(lambda _: gate.enter(), range(threads))])


def migrate_it(url: str, data_dir: Path) -> None:
    migrate(make_engine(url, data_dir), data_dir)
    say("migrated")


def note(url: str, data_dir: Path) -> None:
    """Write a row."""
    with writing(make_engine(url, data_dir)) as connection:
        connection.execute(sa.insert(FAILED_SIGN_INS).values(bucket="y", at=1.0))
    say("noted")


def put(_url: str, data_dir: Path, *, byte_count: int) -> None:
    """Keep blobs until killed, naming each once it is safe."""
    blobs = FileBlobs(data_dir / "blobs", Reserve(data_dir / "reserve", 1))
    while True:
        say(blobs.put(os.urandom(byte_count)))


TASKS: dict[str, Callable[..., None]] = {
    "admit": admit,
    "claim": claim,
    "enter": enter,
    "migrate": migrate_it,
    "note": note,
    "put": put,
}

if __name__ == "__main__":
    task, url, data_dir, arguments = sys.argv[1:]
    say("ready")
    sys.stdin.readline()
    TASKS[task](url, Path(data_dir), **json.loads(arguments))
    sys.stdin.readline()  # until the parent hangs up, so that a kill always finds a process
