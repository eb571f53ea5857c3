"""Row 4: how soon the first preview is at the browser, and what a whole stream of three pictures costs."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench import peers
from tests.bench.peers import MODEL, PROMPT, Upstream
from tests.bench.pictures import label_of
from tests.bench.processes import Server
from tests.bench.visiting import Visitor

_ASKED = json.dumps(
    {"prompt": PROMPT, "model": MODEL, "size": "1024x1024", "quality": "low", "partial_images": 2}
).encode()
_BASE64 = re.compile(rb'"b64_json":\s*"([^"]{400})')


@dataclass(frozen=True)
class Previews:
    """Milliseconds, medians. The delays run from the first byte that leaves the upstream to the last at the browser."""

    same_process: float
    other_process: float
    cpu: float
    naive_delay: float
    naive_cpu: float


def previews(upstream: Upstream, *, runs: int) -> Previews:
    """Watch `runs` jobs where they run, as many from another process, and as many streams of naive Flask, in turn.

    Two servers of one process each share a data directory, so that it is certain who answers.
    """
    here, there, naive = [], [], []
    cpu, naive_cpu = [], []
    base_url = upstream.base_url()
    with (
        peers.folder() as place,
        peers.atelier(base_url, place, WEB_CONCURRENCY="1") as a,
        peers.atelier(base_url, place, WEB_CONCURRENCY="1") as b,
        peers.naive(base_url, place) as flask,
    ):
        _watch(a, a), _watch(a, b), _watch_naive(flask)
        for _ in range(runs):
            with _counted(a, cpu):
                here.append(_watch(a, a))
            there.append(_watch(a, b))
            with _counted(flask, naive_cpu):
                naive.append(_watch_naive(flask))
    return Previews(*(statistics.median(each) for each in (here, there, cpu, naive, naive_cpu)))


@contextlib.contextmanager
def _counted(server: Server, into: list[float]) -> Iterator[None]:
    before = server.cpu_seconds()
    yield
    into.append((server.cpu_seconds() - before) * 1000)


def _watch(maker: Server, shower: Server) -> float:
    """Start a job at one server and show it in a browser of the other, to its end; the delay of its first preview."""
    asking, listening, looking = Visitor(maker.port), Visitor(shower.port), Visitor(shower.port)
    try:
        accepted = asking.json("POST", "/generate_image", _ASKED, {"Prefer": "respond-async"})
        job = accepted["id"]
        delays = []
        for kind, data in _events(listening, f"/api/jobs/{job}/events"):
            if kind == "partial":
                picture = looking.bytes(data["url"])
                delays.append(_since(picture))
        done = looking.json("GET", f"/api/jobs/{job}")
        looking.bytes(done["images"][0]["url"])
        assert len(delays) == 2, "both previews were shown"
        return delays[0]
    finally:
        for visitor in (asking, listening, looking):
            visitor.close()


def _events(visitor: Visitor, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    response = visitor.send("GET", path)
    kind = ""
    for line in response:
        name, _, value = line.decode("utf-8").rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


def _watch_naive(server: Server) -> float:
    visitor = Visitor(server.port)
    try:
        response = visitor.send("POST", "/stream_image", _ASKED)
        delays = []
        for line in response:
            if line.startswith(b"data:"):
                found = _BASE64.search(line)
                assert found is not None, "every event carries a picture"
                delays.append(_since(base64.b64decode(found[1])))
        assert len(delays) == 3, "two previews and the result"
        return delays[0]
    finally:
        visitor.close()


def _since(picture: bytes) -> float:
    """Milliseconds since the upstream began to write this picture."""
    return (time.monotonic() - float(label_of(picture))) * 1000
