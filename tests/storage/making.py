"""Jobs and endings to test with. Alice owns what she asks for; Bob is somebody else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from app.domain.costs import Caps, Quote, Usage
from app.domain.errors import Fault
from app.domain.ids import new_id
from app.domain.jobs import Attempt, Job, NewJob, PlannedCall, Resolved, Settlement, State
from app.domain.pictures import NewPicture
from app.domain.requests import AnyRequest, Generate, fingerprint
from app.storage.engine import writing
from app.storage.jobs import SqlJobs

ALICE = "alice"
BOB = "bob"
NO_CAPS = Caps()
ESTIMATE = 5_880
AT_MOST = 7_000
USAGE = Usage(input_text_tokens=14, output_image_tokens=196)
PICTURE = NewPicture(digest="ab" * 32, mime_type="image/png", width=1024, height=1024, byte_size=3)

BUSY = Fault("rate_limited", "The provider is busy.", retryable=True, retry_after=2.0)
NO_ANSWER = Fault("outcome_unknown", "No answer came.", may_have_cost=True)
BAD_ANSWER = Fault("upstream_bad_response", "That is not a picture.", may_have_cost=True)
REFUSED = Fault("content_rejected", "The provider will not draw this.")


def a_new_job(
    *,
    request: AnyRequest | None = None,
    owner: str = ALICE,
    key: str | None = None,
    calls: int = 1,
    at_most: int = AT_MOST,
    practice: bool = False,
    **changes: Any,
) -> NewJob:
    """A job of `calls` paid calls, one picture each."""
    request = request or Generate(prompt="a white siamese cat", model="gpt-image-2")
    values: dict[str, Any] = {
        "id": new_id(),
        "owner": owner,
        "request": request,
        "fingerprint": fingerprint(request),
        "key": key,
        "quote": Quote(ESTIMATE * calls, at_most * calls, exact=True),
        "calls": (PlannedCall(n=1, stream=False, estimate=ESTIMATE, at_most=at_most),) * calls,
        "practice": practice,
    }
    return NewJob(**values | changes)


def admitted(jobs: SqlJobs, **wishes: Any) -> Job:
    return jobs.admit(a_new_job(**wishes), NO_CAPS).job


def claimed(
    jobs: SqlJobs, job: Job, ordinal: int = 0, lease: float = 60.0, runner: str = "a runner"
) -> tuple[Attempt, str]:
    """An attempt of the job, just claimed, and its token."""
    found = jobs.claim(job.attempts[ordinal].id, runner, lease)
    assert found is not None
    attempt, _ = found
    assert attempt.token is not None
    return attempt, attempt.token


def submitted(jobs: SqlJobs, **wishes: Any) -> tuple[Job, Attempt, str]:
    """A job of one call, already sent."""
    job = admitted(jobs, **wishes)
    attempt, token = claimed(jobs, job)
    return job, attempt, token


def done(*pictures: NewPicture, cost: int = 5_950, **changes: Any) -> Settlement:
    values: dict[str, Any] = {
        "state": State.DONE,
        "pictures": pictures or (PICTURE,),
        "cost": cost,
        "basis": "usage",
        "usage": USAGE,
        "resolved": Resolved(model="gpt-image-2", size="1024x1024"),
        "upstream_request_id": "req_1",
    }
    return Settlement(**values | changes)


def drawn(jobs: SqlJobs, *pictures: NewPicture, cost: int = 5_950, **wishes: Any) -> Job:
    """A job that is done and brought these pictures."""
    _, attempt, token = submitted(jobs, **wishes)
    job = jobs.settle(attempt.id, token, done(*pictures, cost=cost))
    assert job is not None
    return job


def unknown() -> Settlement:
    return Settlement(state=State.UNKNOWN, fault=NO_ANSWER, keep_hold=True)


def failed() -> Settlement:
    return Settlement(state=State.FAILED, cost=ESTIMATE, basis="estimate", fault=BAD_ANSWER)


def rejected() -> Settlement:
    return Settlement(state=State.REJECTED, fault=REFUSED)


def execute(engine: Engine, statement: Any) -> None:
    """Change rows behind the stores' back, as time or a crash would."""
    with writing(engine) as connection:
        connection.execute(statement)


class Child:
    """A process that does one thing to the same data at the word *go*, and prints a line of JSON."""

    def __init__(self, task: str, url: str, data_dir: Path, **arguments: Any):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.storage.child", task, url, str(data_dir), json.dumps(arguments)],
            cwd=Path(__file__).parent.parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.read_line()  # it is ready

    def read_line(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def result(self) -> Any:
        line = self.read_line()
        self.end()
        return line

    def kill_after(self, seconds: float) -> list[Any]:
        """Kill it (-9) after a while; the whole lines it had printed until then."""
        time.sleep(seconds)
        self.process.kill()
        assert self.process.stdout is not None
        lines = self.process.stdout.read().split("\n")[:-1]
        self.end()
        return [json.loads(line) for line in lines]

    def end(self) -> None:
        """Close the pipes; it ends with its input."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def race(*children: Child) -> list[Any]:
    """Say *go* to all of them at once, and collect what each brought back."""
    for child in children:
        child.go()
    return [child.result() for child in children]
