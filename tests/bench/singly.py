"""Row 1: one client, one call after the other, the peers in turn (A B C A B C …) so that all meet the same weather."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.processes import Server
from tests.bench.visiting import Ask, Visitor


@dataclass(frozen=True)
class Cost:
    """Of one call in milliseconds, medians over the rounds: CPU of the server's processes, and the client's p50."""

    cpu: float
    p50: float


def costs(peers: Sequence[tuple[Server, Ask]], *, rounds: int, calls: int) -> list[Cost]:
    """What a call costs at each peer, from `rounds` rounds of `calls` calls."""
    for server, ask in peers:
        _round(server, ask, calls)  # warm: imports, connections, the caches of statements
    seen: list[list[Cost]] = [[] for _ in peers]
    for _ in range(rounds):
        for results, (server, ask) in zip(seen, peers, strict=True):
            results.append(_round(server, ask, calls))
    return [
        Cost(statistics.median(cost.cpu for cost in results), statistics.median(cost.p50 for cost in results))
        for results in seen
    ]


def _round(server: Server, ask: Ask, calls: int) -> Cost:
    visitor = Visitor(server.port)
    try:
        before = server.cpu_seconds()
        times = [visitor.post(ask) for _ in range(calls)]
        return Cost((server.cpu_seconds() - before) / calls * 1000, statistics.median(times) * 1000)
    finally:
        visitor.close()
