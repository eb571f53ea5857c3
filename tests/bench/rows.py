"""The rows of the table, each measured against its goal. What each goal is worth was measured with a sketch that
had neither ledger nor validation: 0.40 of naive Flask's CPU, 0.85 of the ideal with 200 calls in flight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from tests.bench import peers
from tests.bench.crowd import crowd
from tests.bench.edits import masked_edit, plain_edit
from tests.bench.peers import ATELIER, LITELLM_PROXY, NAIVE, Peer, Upstream
from tests.bench.previews import previews
from tests.bench.singly import costs
from tests.bench.starting import start
from tests.bench.table import Line
from tests.bench.visiting import Visitor

_ENOUGH = ("--threads", "384")
"""For 500 at once: two workers share them by chance, so each needs room for more than half."""


@dataclass(frozen=True)
class Scale:
    """How much of everything."""

    rounds: int
    calls: int
    starts: int
    streams: int
    crowds: bool


FULL = Scale(rounds=9, calls=25, starts=3, streams=8, crowds=True)
QUICK = Scale(rounds=3, calls=10, starts=1, streams=2, crowds=False)

Row = Callable[[Upstream, Scale, bool], Iterator[Line]]
"""(upstream, scale, whether LiteLLM is there) → its lines."""


def one_call(upstream: Upstream, scale: Scale, with_litellm: bool) -> Iterator[Line]:
    """Row 1: CPU and p50 of one call that is stored and settled, against calls that are neither."""
    compared: list[Peer] = [ATELIER, NAIVE, *([LITELLM_PROXY] if with_litellm else [])]
    with ExitStack() as stack:
        place = stack.enter_context(peers.folder())
        servers = [(stack.enter_context(peer.start(upstream.base_url(), place)), peer.ask) for peer in compared]
        ours, naive, *others = costs(servers, rounds=scale.rounds, calls=scale.calls)
    litellm = others[0] if others else None
    yield Line(
        "CPU of a call, stored and settled",
        "≤ 0.5 × Flask + SDK",
        f"{ours.cpu:.1f} ms",
        f"{naive.cpu:.1f} ms (× {ours.cpu / naive.cpu:.2f})",
        f"{litellm.cpu:.1f} ms (× {ours.cpu / litellm.cpu:.2f})" if litellm else "–",
        ours.cpu <= 0.5 * naive.cpu,
    )
    if litellm:
        yield Line(
            "… against LiteLLM",
            "≤ 0.35 × LiteLLM",
            f"× {ours.cpu / litellm.cpu:.2f}",
            met=ours.cpu <= 0.35 * litellm.cpu,
        )
    yield Line(
        "p50 of a call",
        "≤ 0.5 × LiteLLM",
        f"{ours.p50:.1f} ms",
        f"{naive.p50:.1f} ms (× {ours.p50 / naive.p50:.2f})",
        f"{litellm.p50:.1f} ms (× {ours.p50 / litellm.p50:.2f})" if litellm else "–",
        ours.p50 <= 0.5 * litellm.p50 if litellm else None,
    )


def many_calls(upstream: Upstream, scale: Scale, with_litellm: bool) -> Iterator[Line]:
    """Row 2: 200 calls in flight of 2 s each, 500 of 10 s."""
    seen = {}
    for peer in [NAIVE, *([LITELLM_PROXY] if with_litellm else [])] if scale.crowds else []:
        with peers.folder() as place, peer.start(upstream.base_url(2), place) as server:
            _warm(server.port, peer)
            seen[peer.name] = crowd(server, peer.ask, in_flight=200, wait=2, rounds=2).share
    settings = {"ATELIER_CONCURRENCY": "256"}
    with peers.folder() as place, peers.atelier(upstream.base_url(2), place, **settings) as server:
        _warm(server.port, ATELIER)
        found = crowd(server, ATELIER.ask, in_flight=200, wait=2, rounds=5 if scale.crowds else 2)
    yield Line(
        "200 calls in flight, 2 s each: share of the ideal",
        "≥ 0.85, no error",
        f"{found.share:.2f}, {found.errors} of {found.calls} failed",
        f"{seen[NAIVE.name]:.2f}" if NAIVE.name in seen else "–",
        f"{seen[LITELLM_PROXY.name]:.2f}" if LITELLM_PROXY.name in seen else "–",
        found.share >= 0.85 and found.errors == 0,
    )
    if not scale.crowds:
        return
    settings = {"ATELIER_CONCURRENCY": "384"}
    with peers.folder() as place, peers.atelier(upstream.base_url(10), place, options=_ENOUGH, **settings) as server:
        _warm(server.port, ATELIER)
        found = crowd(server, ATELIER.ask, in_flight=500, wait=10, rounds=2)
    yield Line(
        "500 calls in flight, 10 s each",
        "≥ 0.97, no error",
        f"{found.share:.2f}, {found.errors} of {found.calls} failed",
        met=found.share >= 0.97 and found.errors == 0,
    )
    yield Line("memory per waiting call", "≤ 0.4 MB", f"{found.memory:.2f} MB", met=found.memory <= 0.4)


def long_calls(upstream: Upstream, scale: Scale, with_litellm: bool) -> Iterator[Line]:
    """Row 3: four calls of 35 s with the shipped configuration; gunicorn's default would kill every one."""
    if not scale.crowds:
        return
    with peers.folder() as place, peers.atelier(upstream.base_url(35), place) as server:
        found = crowd(server, ATELIER.ask, in_flight=4, wait=35, rounds=1)
    yield Line(
        "calls of 35 s, shipped configuration", "4 of 4", f"{found.calls - found.errors} of 4", met=not found.errors
    )


def first_previews(upstream: Upstream, scale: Scale, with_litellm: bool) -> Iterator[Line]:
    """Row 4: previews at the browser."""
    found = previews(upstream, runs=scale.streams)
    yield Line(
        "first preview at the browser, same process",
        "≤ 25 ms",
        f"{found.same_process:.0f} ms",
        f"{found.naive_delay:.0f} ms",
        met=found.same_process <= 25,
    )
    yield Line("… through another process", "≤ 300 ms", f"{found.other_process:.0f} ms", met=found.other_process <= 300)
    yield Line(
        "CPU of a stream of three pictures",
        "≤ 0.5 × Flask + SDK",
        f"{found.cpu:.0f} ms",
        f"{found.naive_cpu:.0f} ms (× {found.cpu / found.naive_cpu:.2f})",
        met=found.cpu <= 0.5 * found.naive_cpu,
    )


def edits(upstream: Upstream, scale: Scale, with_litellm: bool) -> Iterator[Line]:
    """Row 6: an edit without preparation, and one with as much of it as there is."""
    ask = plain_edit()
    with ExitStack() as stack:
        place = stack.enter_context(peers.folder())
        servers = [(stack.enter_context(peer.start(upstream.base_url(), place)), ask) for peer in (ATELIER, NAIVE)]
        ours, naive = costs(servers, rounds=scale.rounds, calls=scale.calls)
    yield Line(
        "CPU of an edit as a form, one picture, no mask",
        "≤ 0.65 × Flask + SDK",
        f"{ours.cpu:.1f} ms",
        f"{naive.cpu:.1f} ms (× {ours.cpu / naive.cpu:.2f})",
        met=ours.cpu <= 0.65 * naive.cpu,
    )
    masked = masked_edit(upstream, times=scale.starts + 2)
    yield Line(
        "masked edit of a photo of 12 megapixels: CPU, most memory of a process",
        "≤ 1.5 s, ≤ 250 MB",
        f"{masked.cpu:.2f} s, {masked.peak:.0f} MB",
        met=masked.cpu <= 1.5 and masked.peak <= 250,
    )


def starts(upstream: Upstream, scale: Scale, with_litellm: bool) -> Iterator[Line]:
    """Row 5: start and idle memory of two workers."""
    ours = start(ATELIER, upstream, times=scale.starts)
    naive = start(NAIVE, upstream, times=scale.starts)
    litellm = start(LITELLM_PROXY, upstream, times=1) if with_litellm else None
    yield Line(
        "start → first 200",
        "≤ 1.5 s",
        f"{ours.seconds:.1f} s",
        f"{naive.seconds:.1f} s",
        f"{litellm.seconds:.1f} s" if litellm else "–",
        ours.seconds <= 1.5,
    )
    yield Line(
        "idle memory, two workers",
        "≤ 220 MB",
        f"{ours.memory:.0f} MB",
        f"{naive.memory:.0f} MB",
        f"{litellm.memory:.0f} MB" if litellm else "–",
        ours.memory <= 220,
    )


def _warm(port: int, peer: Peer) -> None:
    visitor = Visitor(port)
    for _ in range(2):
        visitor.post(peer.ask)
    visitor.close()


ROWS: dict[str, Row] = {
    "call": one_call,
    "crowd": many_calls,
    "long": long_calls,
    "previews": first_previews,
    "edits": edits,
    "start": starts,
}
