"""Rows 2 and 3: many calls in flight at once, each of which the upstream keeps waiting."""

from __future__ import annotations

import statistics
import threading
import time
from dataclasses import dataclass, field

from tests.bench.processes import Server
from tests.bench.visiting import Ask, Unwell, Visitor

_STACK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Crowd:
    """`share`: of the ideal throughput, clients / wait. `memory`: MB for each call while all of them wait."""

    share: float
    errors: int
    calls: int
    memory: float
    first_error: str | None


@dataclass
class _Tally:
    times: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def crowd(server: Server, ask: Ask, *, clients: int, wait: float, calls: int) -> Crowd:
    """Let `clients` clients make `calls` calls each without a pause; they arrive evenly over the first `wait` seconds.

    By Little's law the throughput of a full house is clients / mean time of a call, so its share of
    the ideal is `wait` / that mean. Memory is taken just before the first answer comes, when every
    client but the last few waits.
    """
    tally = _Tally()
    idle = server.memory_mb()
    threading.stack_size(_STACK_BYTES)
    try:
        began = time.monotonic()
        threads = [
            threading.Thread(target=_client, args=(server, ask, began + wait * number / clients, calls, wait, tally))
            for number in range(clients)
        ]
        for thread in threads:
            thread.start()
    finally:
        threading.stack_size(0)
    time.sleep(max(0.0, began + 0.97 * wait - time.monotonic()))
    waiting = server.memory_mb()
    for thread in threads:
        thread.join()
    share = wait / statistics.fmean(tally.times) if tally.times else 0.0
    return Crowd(
        share=share,
        errors=len(tally.faults),
        calls=clients * calls,
        memory=(waiting - idle) / (0.97 * clients),
        first_error=tally.faults[0] if tally.faults else None,
    )


def _client(server: Server, ask: Ask, at: float, calls: int, wait: float, tally: _Tally) -> None:
    time.sleep(max(0.0, at - time.monotonic()))
    visitor = Visitor(server.port, patience=10 * wait + 60)
    try:
        for _ in range(calls):
            try:
                tally.times.append(visitor.post(ask))
            except (OSError, Unwell) as error:
                tally.faults.append(f"{type(error).__name__}: {error}")
                visitor.close()
    finally:
        visitor.close()
