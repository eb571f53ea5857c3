"""Row 5: how soon a server answers, and what it weighs while nobody asks."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from tests.bench import peers
from tests.bench.peers import Peer, Upstream

_SETTLE_SECONDS = 1.0


@dataclass(frozen=True)
class Start:
    """Seconds from the start to the first 200, and MB of memory of all processes while idle. Medians."""

    seconds: float
    memory: float


def start(peer: Peer, upstream: Upstream, *, times: int) -> Start:
    """Start the peer `times` times, each time with an empty data directory."""
    seconds, memory = [], []
    for _ in range(times):
        with peers.folder() as place, peer.start(upstream.base_url(), place) as server:
            seconds.append(server.started_in)
            time.sleep(_SETTLE_SECONDS)
            memory.append(server.memory_mb())
    return Start(statistics.median(seconds), statistics.median(memory))
