"""Processes that are killed, stopped or overrun: nothing is sent twice, lost, overspent or left lying about.

The kills themselves are in `chaos.py`; `make chaos` does a thousand of them over five thousand jobs.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.domain.accounts import STUDIO
from app.domain.catalogue import load_catalogue
from app.domain.costs import dollars
from app.domain.jobs import State
from app.domain.requests import Generate
from app.storage.costs import SqlCosts
from app.storage.engine import make_engine
from app.storage.jobs import SqlJobs
from tests.contracts.chaos import run_chaos
from tests.edge.server import ROOT, Server, serving
from tests.upstream import Answer, Call, Upstream, error_body, gzip_bomb, huge, picture_answer, status

KEY = "sk-canary-93ab07c2"
WISH = {"prompt": "a cat", "model": "gpt-image-2", "size": "1024x1024", "quality": "low"}

MEBIBYTE = 1024 * 1024

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Told:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def post(server: Server, wish: dict[str, Any] = WISH, **headers: str) -> Told:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(
        "POST", "/generate_image", body=json.dumps(wish), headers={"Content-Type": "application/json", **headers}
    )
    answer = connection.getresponse()
    told = Told(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode())
    connection.close()
    return told


def at_once(server: Server, count: int, **headers: str) -> list[Told]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: post(server, **headers), range(count)))


def settings(upstream: Upstream, **more: str) -> dict[str, str]:
    return {"OPENAI_BASE_URL": upstream.base_url, "OPENAI_API_KEY": KEY, "WEB_CONCURRENCY": "2", **more}


def books(folder: Path) -> tuple[SqlJobs, SqlCosts]:
    engine = make_engine(None, folder / "data")
    return SqlJobs(engine), SqlCosts(engine)


def eventually(condition: Any, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


def test_kills_at_random_moments_lose_nothing_send_nothing_twice_and_keep_the_sums_exact(tmp_path: Path) -> None:
    report = run_chaos(tmp_path, kills=300, jobs=600, seed=random.randrange(2**32))
    print(report)  # with its seed, for whoever has to find out
    assert report.problems == []
    assert report.states[State.DONE] > 300


def test_two_hundred_at_once_against_a_budget_for_fifty_are_exactly_fifty(tmp_path: Path, upstream: Upstream) -> None:
    upstream.default = picture_answer().after(30.0)  # while they run, each holds the most it may cost
    at_most = load_catalogue().quote(Generate(**WISH)).at_most
    more = {"ATELIER_DAILY_BUDGET_USD": dollars(50 * at_most), "ATELIER_CONCURRENCY": "64"}
    with serving(tmp_path, "from wsgi import app", **settings(upstream, **more)) as server:
        told = at_once(server, 200, Prefer="respond-async")
        assert Counter(answer.status for answer in told) == {202: 50, 402: 150}
        refused = next(answer.json for answer in told if answer.status == 402)
        assert refused["code"] == "budget_exceeded"
        assert (refused["details"]["cap"], refused["details"]["left_usd"]) == ("daily", "0.000000")
        eventually(lambda: len(upstream.ledger) == 50)
        _, costs = books(tmp_path)
        assert costs.spending(since=0.0, practice=False).held == 50 * at_most
    assert len(upstream.ledger) == 50


class Echo(Upstream):
    """Answers the first calls well, and then with an error that holds the key it was called with."""

    def answer_to(self, call: Call) -> Answer:
        if len(self.ledger) <= 1:
            return picture_answer().after(0.5)
        return status(401, error_body(f"Incorrect API key provided: {call.headers['authorization'].split()[1]}."))


def test_fifty_posts_with_one_key_are_one_call_and_the_key_to_it_shows_up_nowhere(tmp_path: Path) -> None:
    with Echo() as upstream, serving(tmp_path, "from wsgi import app", **settings(upstream)) as server:
        told = at_once(server, 50, **{"Idempotency-Key": "one"})
        assert {answer.status for answer in told} == {200}
        assert len({answer.json["job"]["id"] for answer in told}) == 1
        assert len({answer.json["image_base64"] for answer in told}) == 1
        assert sum(answer.headers.get("idempotent-replayed") == "true" for answer in told) == 49
        assert len(upstream.ledger) == 1
        assert upstream.ledger[0].headers["authorization"] == f"Bearer {KEY}"

        refused = post(server)
        assert (refused.status, refused.json["code"]) == (502, "upstream_auth")
        assert _command_lines(server.process.pid)
        said = [answer.text + str(answer.headers) for answer in (*told, refused)] + _command_lines(server.process.pid)
        assert server.stop() == 0
    said += [path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (KEY, KEY[-8:]):
        assert not any(secret in text for text in said)


def test_a_stop_lets_twenty_calls_in_flight_end_and_answers_all_who_wait(tmp_path: Path, upstream: Upstream) -> None:
    upstream.default = picture_answer().after(2.0)
    with serving(tmp_path, "from wsgi import app", **settings(upstream)) as server, ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(post, server) for _ in range(20)]
        eventually(lambda: len(upstream.ledger) == 20)
        assert server.stop() == 0
        told = [one.result() for one in waiting]
    assert [answer.status for answer in told] == [200] * 20
    jobs, costs = books(tmp_path)
    assert [job.state for job in jobs.recent(STUDIO)] == [State.DONE] * 20
    spending = costs.spending(since=0.0, practice=False)
    assert (spending.settled, spending.held, spending.unknown) == (sum(j.cost or 0 for j in jobs.recent(STUDIO)), 0, 0)
    assert list((tmp_path / "data" / "spool").iterdir()) == []


def test_a_stop_begins_no_further_call_and_the_next_start_takes_up_what_was_queued(
    tmp_path: Path, upstream: Upstream
) -> None:
    upstream.default = picture_answer().after(1.5)
    one_at_a_time = settings(upstream, WEB_CONCURRENCY="1", ATELIER_CONCURRENCY="1")
    with serving(tmp_path, "from wsgi import app", **one_at_a_time) as server, ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(post, server) for _ in range(4)]
        jobs, _ = books(tmp_path)
        eventually(lambda: len(upstream.ledger) == 1 and len(jobs.recent(STUDIO)) == 4)
        assert server.stop() == 0
        told = Counter(one.result().status for one in waiting)
    assert told == {200: 1, 202: 3}
    assert len(upstream.ledger) == 1
    assert Counter(job.state for job in jobs.recent(STUDIO)) == {State.DONE: 1, State.QUEUED: 3}
    upstream.default = picture_answer()
    with serving(tmp_path, "from wsgi import app", **one_at_a_time):
        eventually(lambda: all(job.state is State.DONE for job in jobs.recent(STUDIO)))
    assert len(upstream.ledger) == 4


MEASURE = """
import json, re, sys
from pathlib import Path
from tests.studios import client_of, open_studio

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024

with open_studio(Path(sys.argv[1]), OPENAI_BASE_URL=sys.argv[2]) as studio:
    client = client_of(studio)
    wish = json.loads(sys.argv[3])
    assert client.post("/generate_image", json=wish).status_code == 200  # everything is imported now
    before = peak()
    answer = client.post("/generate_image", json=wish)
    job = studio.jobs.find("studio", answer.json["job"]["id"])
    print(json.dumps([answer.status_code, answer.json["code"], job.state, peak() - before]))
"""


@pytest.mark.parametrize(
    "answer",
    [huge(500), gzip_bomb(500), gzip_bomb(500, code=500)],
    ids=["500 MiB", "gzip bomb", "gzip bomb as an error"],
)
def test_an_answer_of_half_a_gigabyte_costs_little_memory(tmp_path: Path, upstream: Upstream, answer: Answer) -> None:
    upstream.script(picture_answer(), answer)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path), upstream.base_url, json.dumps(WISH)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    http_status, code, state, mebibytes = json.loads(done.stdout)
    if answer.label == "500":
        assert (http_status, code, state) == (502, "outcome_unknown", "unknown")
    else:
        assert (http_status, code, state) == (502, "upstream_bad_response", "failed")
        (part,) = (tmp_path / "data" / "spool").iterdir()
        assert 64 * MEBIBYTE <= part.stat().st_size < 65 * MEBIBYTE
    assert mebibytes <= 64
    assert len(upstream.ledger) == 2


def _command_lines(pid: int) -> list[str]:
    """What `ps` shows of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [Path(f"/proc/{one}/cmdline").read_bytes().decode() for one in (str(pid), *children)]
