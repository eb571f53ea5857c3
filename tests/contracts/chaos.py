"""Kills processes in the middle of paid calls, at random, and then looks whether the books still add up.

    python -m tests.contracts.chaos --kills 1000 --jobs 5000 [--seed N]

The processes are the studio as `wiring.build` makes it, over a scripted upstream: they admit jobs, run
them, and look after those of the dead, only without a web server in front, and with leases of a second
and a half in place of twenty. They are forked from one that has imported everything (`nursery.py`),
because three hundred starts of Python would take longer than the test.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.jobs import Job, State
from app.domain.pictures import Picture
from app.storage.blobs import FileBlobs
from app.storage.costs import SqlCosts
from app.storage.engine import make_engine, reading
from app.storage.jobs import SqlJobs
from app.storage.library import SqlPictures
from app.storage.reserve import Reserve
from app.storage.schema import ATTEMPTS, JOBS
from tests.contracts.nursery import SOURCE
from tests.imaging.pictures import opened
from tests.upstream import Answer, Call, Upstream, b64, error_body, json_answer, picture, picture_body, status

ROOT = Path(__file__).parent.parent.parent
OWNER = "alice"


def picture_for(prompt: str) -> bytes:
    """A different picture for every prompt: what follows a PNG's end is tolerated, and kept."""
    return picture((16, 16)) + prompt.encode("ascii")


class Moody(Upstream):
    """Draws most of what it is asked for after a moment, and counts what it drew, by prompt."""

    def __init__(self, seed: int):
        super().__init__()
        self.executed: Counter[str] = Counter()
        self._random = random.Random(seed)

    def answer_to(self, call: Call) -> Answer:
        if len(call.body) < int(call.headers.get("content-length", "0")) or not call.body:
            return status(400)  # whoever sent it was killed in the middle
        prompt = call.fields["prompt"][0] if call.files else call.json["prompt"]
        mood, delay = self._random.random(), self._random.uniform(0.0, 0.12)
        if mood < 0.01:
            return status(429, error_body("Slower.", code="rate_limit_exceeded"), {"Retry-After": "1"})
        self.executed[prompt] += 1
        if mood < 0.03:
            return status(500).after(delay)
        return json_answer(picture_body() | {"data": [{"b64_json": b64(picture_for(prompt))}]}).after(delay)


class Nursery:
    """Starts processes by forking one that is ready."""

    def __init__(self, folder: Path, base_url: str):
        self._log = (folder / "nursery.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.contracts.nursery", str(folder / "data"), base_url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def start(self, keys: list[int]) -> int:
        """A process that admits these jobs and then runs whatever there is, until it is killed; its id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(keys) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
        self._log.close()


def kill(pid: int) -> None:
    """Kill one process that the nursery started, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        while True:
            os.kill(pid, 0)
            time.sleep(0.001)


@dataclass
class Report:
    """What was found. `problems` is empty when every promise was kept."""

    seed: int
    kills: int = 0
    states: Counter[str] = field(default_factory=Counter)
    rescued: int = 0
    """Answers that lay in the spool when a process was killed."""
    late: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"seed {self.seed}: {self.kills} kills; jobs: {states}; {self.rescued} answers outlived their process "
            f"in the spool, {self.late} came late; problems: {self.problems or 'none'}"
        )


def run_chaos(folder: Path, *, kills: int, jobs: int, seed: int, processes: int = 2) -> Report:
    """Admit and run `jobs` in `processes` that are killed `kills` times in all; then audit everything."""
    dice, report = random.Random(seed), Report(seed)
    in_spool: set[str] = set()
    spool = folder / "data" / "spool"
    with Moody(seed) as upstream:
        nursery = Nursery(folder, upstream.base_url)
        alive: list[int] = []
        try:
            for number in range(kills + processes - 1):
                # Mostly new jobs, and some that another process admitted, or is admitting.
                fresh = range(min(number, kills - 1) * jobs // kills, min(jobs, (number + 2) * jobs // kills))
                known = [dice.randrange(fresh.stop) for _ in range(3)]
                alive.append(nursery.start([*fresh, *known]))
                if len(alive) < processes:
                    continue
                time.sleep(dice.choice((dice.uniform(0.0, 0.1), dice.uniform(0.1, 0.8))))
                kill(alive.pop(dice.randrange(len(alive))))
                report.kills += 1
                in_spool |= {path.stem for path in spool.glob("*.answer")}
            alive.append(nursery.start(list(range(jobs))))  # whatever was not admitted yet
            engine = make_engine(None, folder / "data")
            _wait_until_all_ended(engine, jobs, 60.0 + jobs / 20)
        finally:
            for pid in alive:
                kill(pid)
            nursery.close()
        report.rescued = len(in_spool)
        _audit(engine, folder, upstream, in_spool, report)
        engine.dispose()
    return report


def _wait_until_all_ended(engine: Engine, count: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    query = sa.select(sa.func.count()).where(JOBS.c.finished_at.is_not(None))
    while True:
        with reading(engine) as connection:
            ended = connection.execute(query).scalar_one()
        if ended == count:
            return
        assert time.monotonic() < deadline, f"{ended} of {count} jobs ended"
        time.sleep(0.1)


def _audit(engine: Engine, folder: Path, upstream: Moody, in_spool: set[str], report: Report) -> None:
    store, blobs = SqlJobs(engine), FileBlobs(folder / "data" / "blobs", Reserve(folder / "unused", 1))
    with reading(engine) as connection:
        ids = connection.execute(sa.select(JOBS.c.id)).scalars().all()
        states = dict(connection.execute(sa.select(ATTEMPTS.c.id, ATTEMPTS.c.state)).all())
        integrity = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
    if integrity != "ok":
        report.problems.append(f"integrity_check says {integrity}")
    found, pictures = [job for job in map(store.find, ids) if job is not None], SqlPictures(engine)
    for job in found:
        report.states[job.state] += 1
        report.late += any("late" in note for note in job.notes)
        drawn = [_drawn(job, kept, pictures, blobs) for kept in job.pictures]
        report.problems += _problems_of(job, drawn, upstream.executed[job.request.prompt])  # type: ignore[union-attr]
    spending = SqlCosts(engine).spending(since=0.0, practice=False)
    if spending.settled != sum(job.cost or 0 for job in found):
        report.problems.append("what was settled is not the sum of what jobs cost")
    if (spending.held, spending.unknown) != (0, sum(job.held for job in found)):
        report.problems.append("what is held is not the sum of what unknown outcomes hold")
    for attempt in in_spool:
        # A 500 is refused before anything reaches the spool, so what lay there was a picture.
        if states[attempt] != State.DONE:
            report.problems.append(f"the answer of {attempt} lay in the spool, and it ended {states[attempt]}")
    names = {path.name for path in (folder / "data" / "blobs").glob("??/*")}
    if not all(map(blobs.is_intact, names)):
        report.problems.append("a blob is not what its name says")


def _drawn(job: Job, kept: Picture, pictures: SqlPictures, blobs: FileBlobs) -> bytes | None:
    """What the provider drew; `None` when an edit did not keep what it had to keep, or not what was drawn."""
    data = blobs.get(kept.digest)
    if job.request.kind != "edit":
        return data
    lower = (0, 24, 48, 48)
    beside = pictures.find(kept.model_picture_id or "", OWNER)
    if beside is None or opened(data).crop(lower).tobytes() != opened(SOURCE).crop(lower).tobytes():
        return None
    return blobs.get(beside.digest)


def _problems_of(job: Job, drawn: list[bytes | None], executed: int) -> list[str]:
    prompt = job.request.prompt  # type: ignore[union-attr]
    problems = []
    if executed > 1:
        problems.append(f"{prompt} was drawn {executed} times")
    match job.state:
        case State.DONE:
            if executed != 1 or drawn != [picture_for(prompt)] or job.held or not job.cost:
                problems.append(f"{prompt} is done, but not with its own picture and price")
        case State.UNKNOWN:
            if job.held != job.at_most or job.pictures or job.cost:
                problems.append(f"{prompt} is unknown, but does not hold its price")
        case State.REJECTED:
            if executed or job.held or job.cost:
                problems.append(f"{prompt} was rejected, and drawn or charged all the same")
        case _:
            problems.append(f"{prompt} ended as {job.state}")
    return problems


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.contracts.chaos")
    arguments.add_argument("--kills", type=int, default=1000)
    arguments.add_argument("--jobs", type=int, default=5000)
    arguments.add_argument("--seed", type=int, default=random.randrange(2**32))
    wish = arguments.parse_args()
    print(f"seed {wish.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = run_chaos(Path(folder), kills=wish.kills, jobs=wish.jobs, seed=wish.seed)
    print(report)
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
