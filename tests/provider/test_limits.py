"""Memory stays bounded whatever an upstream sends."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from app.domain.jobs import Outcome, Receipt
from tests.provider.calls import Caller, a_cat
from tests.upstream import Answer, Upstream, gzip_bomb, huge

MEGABYTE = 1024 * 1024
CAP = MEGABYTE


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("answer", [huge(48), gzip_bomb(48)], ids=["huge", "bomb"])
@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_over_the_cap_is_given_up_within_bounded_memory(
    answer: Answer, stream: bool, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(answer)

    with memory_below(8 * MEGABYTE):
        failure = caller.fail(a_cat(), stream=stream, most=CAP)

    assert failure.outcome is Outcome.UNUSABLE
    assert len(caller.sink.body) <= CAP
    assert caller.sink.largest_chunk <= MEGABYTE


def test_a_compressed_error_bomb_is_read_only_so_far(upstream: Upstream, caller: Caller) -> None:
    upstream.script(gzip_bomb(48, code=400))

    with memory_below(8 * MEGABYTE):
        failure = caller.fail()

    assert failure.outcome is Outcome.REFUSED


def test_a_broken_compression_is_unusable(upstream: Upstream, caller: Caller) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n"
    upstream.script(Answer("broken gzip", lambda: [head + b"not gzip!"]))

    assert caller.fail().outcome is Outcome.UNUSABLE


def test_a_full_disk_is_not_taken_for_a_cut_connection(upstream: Upstream, caller: Caller) -> None:
    class FullDisk:
        def begin(self, receipt: Receipt) -> None:
            pass

        def write(self, chunk: bytes) -> None:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        caller.provider.send(
            a_cat(),
            n=1,
            stream=False,
            deadline=time.monotonic() + 5,
            sink=FullDisk(),
            read_input=lambda digest: b"",
            on_partial=lambda partial: None,
        )


def test_many_calls_run_at_once_over_one_provider(upstream: Upstream, caller: Caller) -> None:
    upstream.default = upstream.default.after(0.5)
    with ThreadPoolExecutor(256) as pool:
        answers = list(pool.map(lambda _: Caller(caller.provider).ask(), range(256)))

    assert all(len(answer.pictures) == 1 for answer in answers)
    assert upstream.peak > 128
