"""Kept thumbnails: whole or absent, and never a reason for anything else to fail."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from app.storage.thumbnails import FileThumbnails

DIGEST = "ab" * 32


def test_what_was_put_is_there_for_every_process(tmp_path: Path) -> None:
    FileThumbnails(tmp_path / "small").put(DIGEST, b"webp")
    assert FileThumbnails(tmp_path / "small").get(DIGEST) == b"webp"


def test_what_was_never_put_is_none(tmp_path: Path) -> None:
    assert FileThumbnails(tmp_path).get(DIGEST) is None


def test_an_empty_file_left_by_a_crash_counts_as_none(tmp_path: Path) -> None:
    cache = FileThumbnails(tmp_path)
    cache.put(DIGEST, b"")
    assert cache.get(DIGEST) is None


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"a file where the folder should be")
    FileThumbnails(tmp_path / "small").put(DIGEST, b"webp")


def test_only_digests_name_files(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "secret.webp").write_bytes(b"not yours")
    assert FileThumbnails(tmp_path / "small").get("../secret") is None


def test_nothing_but_whole_thumbnails_lies_in_the_folder(tmp_path: Path) -> None:
    FileThumbnails(tmp_path).put(DIGEST, b"webp")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{DIGEST}.webp"]


def test_one_at_a_time_has_the_turn_to_make_a_thumbnail(tmp_path: Path) -> None:
    inside = Lock()

    def take_a_turn(_: int) -> bool:
        with FileThumbnails(tmp_path).turn(DIGEST):  # a cache of its own, as other processes have
            alone = inside.acquire(blocking=False)
            time.sleep(0.001)
            if alone:
                inside.release()
            return alone

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(take_a_turn, range(64)))


def test_without_a_place_for_the_lock_everybody_has_a_turn(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"a file where the folder should be")
    with FileThumbnails(tmp_path / "small").turn(DIGEST):
        pass


def test_those_of_forgotten_pictures_go_and_the_others_stay(tmp_path: Path) -> None:
    cache, forgotten = FileThumbnails(tmp_path / "small"), "cd" * 32
    assert cache.sweep(frozenset) == 0
    for digest in (DIGEST, forgotten):
        cache.put(digest, b"webp")
    assert cache.sweep(lambda: {DIGEST}) == 1
    assert (cache.get(DIGEST), cache.get(forgotten)) == (b"webp", None)


def test_what_a_dead_process_left_half_written_goes_too(tmp_path: Path) -> None:
    cache = FileThumbnails(tmp_path / "small")
    cache.put(DIGEST, b"webp")
    draft = tmp_path / "small" / DIGEST[:2] / f"{DIGEST}.webp.0123456789abcdef"
    draft.write_bytes(b"we")
    assert cache.sweep(lambda: {DIGEST}) == 1
    assert (cache.get(DIGEST), draft.exists()) == (b"webp", False)
