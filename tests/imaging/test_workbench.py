"""The workbench: large pictures wait for each other, and nobody waits for ever."""

from __future__ import annotations

import threading

import pytest

from app.imaging.workbench import Crowded, Workbench


def test_work_that_fits_goes_on_at_once_together() -> None:
    bench = Workbench(100)
    with bench.room_for(60, timeout=0), bench.room_for(40, timeout=0):
        pass


def test_work_that_does_not_fit_gives_up_after_its_time() -> None:
    bench = Workbench(100)
    with bench.room_for(60), pytest.raises(Crowded), bench.room_for(50, timeout=0.01):
        pass


def test_work_begins_as_soon_as_there_is_room() -> None:
    bench, entered = Workbench(100), threading.Event()

    def wait_for_room() -> None:
        with bench.room_for(50, timeout=10):
            entered.set()

    waiting = threading.Thread(target=wait_for_room)
    with bench.room_for(60):
        waiting.start()
        assert not entered.wait(0.05)
    assert entered.wait(10)
    waiting.join()


def test_room_is_given_back_when_work_fails() -> None:
    bench = Workbench(100)
    with pytest.raises(ZeroDivisionError), bench.room_for(100):
        raise ZeroDivisionError
    with bench.room_for(100, timeout=0):
        pass


def test_work_larger_than_the_bench_is_let_in_alone() -> None:
    bench = Workbench(100)
    with bench.room_for(1000, timeout=0), pytest.raises(Crowded), bench.room_for(1, timeout=0):
        pass
