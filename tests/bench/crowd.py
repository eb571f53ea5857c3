"""Rows 2 and 3: many calls in flight at once, each of which the upstream keeps waiting."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from tests.bench.processes import Server
from tests.bench.visiting import Ask, Unwell, Visitor

_STACK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Crowd:
    """`share`: of the ideal pace. `memory`: MB for each call while all of them wait."""

    share: float
    errors: int
    calls: int
    memory: float
    first_error: str | None


@dataclass
class _Tally:
    faults: list[str] = field(default_factory=list)


def crowd(server: Server, ask: Ask, *, in_flight: int, wait: float, rounds: int) -> Crowd:
    """Let calls arrive evenly, at the pace that keeps `in_flight` of them under way when each takes `wait` seconds.

    There are `rounds * in_flight` calls; ideally the last answer comes `wait` after the last arrival.
    The share is that ideal time by the time that was needed. Memory is taken just before the first
    answer comes, when all that have arrived are waiting.
    """
    tally = _Tally()
    idle = server.memory_mb()
    calls, every = rounds * in_flight, wait / in_flight
    threading.stack_size(_STACK_BYTES)
    try:
        began = time.monotonic() + calls * 0.0005  # until all threads are there
        threads = [
            threading.Thread(target=_call, args=(server.port, ask, began + number * every, wait, tally))
            for number in range(calls)
        ]
        for thread in threads:
            thread.start()
    finally:
        threading.stack_size(0)
    time.sleep(max(0.0, began + 0.97 * wait - time.monotonic()))
    waiting = server.memory_mb()
    for thread in threads:
        thread.join()
    ideal = (calls - 1) * every + wait
    return Crowd(
        share=ideal / (time.monotonic() - began),
        errors=len(tally.faults),
        calls=calls,
        memory=(waiting - idle) / (0.97 * in_flight),
        first_error=tally.faults[0] if tally.faults else None,
    )


def _call(port: int, ask: Ask, at: float, wait: float, tally: _Tally) -> None:
    time.sleep(max(0.0, at - time.monotonic()))
    visitor = Visitor(port, patience=10 * wait + 60)
    try:
        visitor.post(ask)
    except (OSError, Unwell) as error:
        tally.faults.append(f"{type(error).__name__}: {error}")
    finally:
        visitor.close()
