"""The pool runs each attempt once at a time, puts off what must wait, and stops cleanly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.work.pool import Pool
from app.work.recovery import Heartbeat


def silent(*_: object, **__: object) -> None:
    """A log that nobody reads."""


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def test_everything_enqueued_is_run() -> None:
    ran: list[str] = []
    pool = Pool(ran.append, size=4, log=silent)
    pool.enqueue([str(number) for number in range(100)])
    eventually(lambda: len(ran) == 100)
    assert sorted(ran, key=int) == [str(number) for number in range(100)]


def test_no_more_run_at_once_than_the_size_allows() -> None:
    lock, now, most, finished = threading.Lock(), 0, 0, 0

    def run(_: str) -> None:
        nonlocal now, most, finished
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
            finished += 1

    pool = Pool(run, size=3, log=silent)
    pool.enqueue([str(number) for number in range(12)])
    eventually(lambda: finished == 12)
    assert most == 3


def test_as_many_run_at_once_as_the_size_allows() -> None:
    barrier = threading.Barrier(8, timeout=5)
    done: list[str] = []

    def run(attempt: str) -> None:
        barrier.wait()
        done.append(attempt)

    Pool(run, size=8, log=silent).enqueue([str(number) for number in range(8)])
    eventually(lambda: len(done) == 8)


def test_an_attempt_that_is_put_off_is_run_again_later() -> None:
    times: list[float] = []

    def run(_: str) -> float | None:
        times.append(time.monotonic())
        return 0.1 if len(times) == 1 else None

    Pool(run, size=1, log=silent).enqueue(["a"])
    eventually(lambda: len(times) == 2)
    assert times[1] - times[0] >= 0.1


def test_an_attempt_that_stands_in_the_pool_is_not_taken_twice() -> None:
    hold, ran = threading.Event(), []

    def run(attempt: str) -> None:
        ran.append(attempt)
        hold.wait(5)

    pool = Pool(run, size=4, log=silent)
    pool.enqueue(["a", "a"])
    pool.enqueue(["a"])
    eventually(lambda: bool(ran))
    pool.enqueue(["a"])
    time.sleep(0.05)
    hold.set()
    eventually(lambda: not pool.under_way())
    assert ran == ["a"]


def test_a_crash_of_one_attempt_harms_no_other() -> None:
    ran: list[str] = []

    def run(attempt: str) -> None:
        if attempt == "bad":
            raise RuntimeError("planted")
        ran.append(attempt)

    Pool(run, size=1, log=silent).enqueue(["bad", "good"])
    eventually(lambda: ran == ["good"])


def test_draining_waits_for_what_is_under_way_and_starts_nothing_more() -> None:
    started, ran = threading.Event(), []

    def run(attempt: str) -> None:
        started.set()
        time.sleep(0.1)
        ran.append(attempt)

    pool = Pool(run, size=1, log=silent)
    pool.enqueue(["first", "second"])
    assert started.wait(5)
    assert pool.drain(5)
    pool.enqueue(["third"])
    time.sleep(0.05)
    assert ran == ["first"]


def test_stopping_returns_at_once_lets_go_on_what_runs_and_starts_nothing_more() -> None:
    started, go_on, ran = threading.Event(), threading.Event(), []

    def run(attempt: str) -> None:
        started.set()
        go_on.wait(5)
        ran.append(attempt)

    pool = Pool(run, size=1, log=silent)
    pool.enqueue(["first", "second"])
    assert started.wait(5)
    assert not pool.is_stopping()
    pool.stop()
    assert pool.is_stopping()
    assert pool.under_way() == ["first"]
    go_on.set()
    assert pool.drain(5)
    assert ran == ["first"]


def test_the_heartbeat_beats_at_once_again_and_again_whatever_fails_and_starts_only_once() -> None:
    beats: list[str] = []

    def beat() -> None:
        beats.append(threading.current_thread().name)
        raise RuntimeError("planted: the database is away")

    heartbeat = Heartbeat(beat, silent, seconds=0.01)
    heartbeat.start()
    heartbeat.start()
    eventually(lambda: len(beats) >= 3)
    assert len([thread for thread in threading.enumerate() if thread is heartbeat._thread]) == 1
    heartbeat.stop()
    eventually(lambda: heartbeat._thread is not None and not heartbeat._thread.is_alive())
