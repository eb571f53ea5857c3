"""A blob is whole or absent, whatever happens; its name says what it holds."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from pathlib import Path

import pytest

from app.domain.errors import StudioError
from app.storage.blobs import MARGIN_BYTES, FileBlobs
from app.storage.reserve import Reserve, free_bytes
from tests.storage.making import Child

DATA = b"\x89PNG and so on"
DIGEST = hashlib.sha256(DATA).hexdigest()
SMALL = 4096


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "blobs"


@pytest.fixture
def reserve(tmp_path: Path) -> Reserve:
    return Reserve(tmp_path / "data" / "reserve", SMALL)


@pytest.fixture
def blobs(folder: Path, reserve: Reserve) -> FileBlobs:
    return FileBlobs(folder, reserve)


class FullDisk(FileBlobs):
    """A disk with no room at all beside the reserve: files can be written only once that is gone."""

    def _write(self, path: Path, data: bytes) -> None:
        if self._reserve.missing_bytes() == 0 or data == b"too much even so":
            raise OSError(errno.ENOSPC, "No space left on device")
        super()._write(path, data)


def test_what_is_put_is_got_back_under_its_digest(blobs: FileBlobs) -> None:
    assert not blobs.exists(DIGEST)
    assert blobs.put(DATA) == DIGEST
    assert blobs.get(DIGEST) == DATA
    assert blobs.exists(DIGEST)
    assert blobs.is_intact(DIGEST)
    with blobs.open(DIGEST) as file:
        assert file.read() == DATA


def test_blobs_of_a_folder_from_an_earlier_version_are_found(folder: Path, reserve: Reserve) -> None:
    former = folder / DIGEST[:2] / DIGEST[2:4]
    former.mkdir(parents=True)
    (former / DIGEST).write_bytes(DATA)
    assert FileBlobs(folder, reserve).get(DIGEST) == DATA
    assert not former.exists()


def test_an_empty_blob_is_a_blob(blobs: FileBlobs) -> None:
    assert blobs.get(blobs.put(b"")) == b""


def test_putting_the_same_again_writes_nothing(blobs: FileBlobs, folder: Path) -> None:
    blobs.put(DATA)
    path = folder / DIGEST[:2] / DIGEST
    before = path.stat()
    assert blobs.put(DATA) == DIGEST
    assert path.stat().st_ino == before.st_ino  # a rewrite would be a new file


def test_a_torn_blob_is_noticed_and_healed_by_putting_it_again(blobs: FileBlobs, folder: Path) -> None:
    blobs.put(DATA)
    os.truncate(folder / DIGEST[:2] / DIGEST, 3)
    assert not blobs.is_intact(DIGEST)
    blobs.put(DATA)
    assert blobs.is_intact(DIGEST)


def test_everything_is_private(blobs: FileBlobs, folder: Path) -> None:
    blobs.put(DATA)
    for path in [folder.parent, folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize("name", ["", "ab", "../" * 22, "/etc/passwd", DIGEST.upper(), DIGEST + "\n", "a/" * 32])
def test_only_digests_reach_the_disk(blobs: FileBlobs, name: str) -> None:
    for use in (blobs.get, blobs.open):
        with pytest.raises(FileNotFoundError):
            use(name)
    assert not blobs.exists(name)
    assert not blobs.is_intact(name)


def test_a_preview_is_got_back_for_a_day_and_is_never_taken_for_what_must_last(blobs: FileBlobs, folder: Path) -> None:
    assert blobs.put_preview(DATA) == blobs.put_preview(DATA) == DIGEST
    assert blobs.get(DIGEST) == DATA
    assert not blobs.exists(DIGEST)
    assert blobs.sweep() == 0
    (preview,) = (folder / "previews").iterdir()
    preview.write_bytes(b"torn by a crash of the machine")
    blobs.put(DATA)
    assert blobs.get(DIGEST) == DATA
    assert blobs.is_intact(DIGEST)
    os.utime(preview, (0, 0))
    assert blobs.sweep() == 1
    assert blobs.get(DIGEST) == DATA


def test_there_is_no_blob_that_was_never_put(blobs: FileBlobs) -> None:
    with pytest.raises(FileNotFoundError):
        blobs.get(DIGEST)
    assert not blobs.is_intact(DIGEST)


def test_no_blob_is_torn_and_none_is_lost_by_kills_in_the_middle_of_writing(tmp_path: Path) -> None:
    named = []
    for round_ in range(5):
        child = Child("put", "", tmp_path, byte_count=4_000_000)
        child.go()
        named += [child.read_line()]
        named += child.kill_after(0.03 + round_ * 0.017)
    blobs = FileBlobs(tmp_path / "blobs", Reserve(tmp_path / "reserve", SMALL))
    kept = {path.name for path in (tmp_path / "blobs").glob("??/*")}
    assert kept.issuperset(named)
    assert all(blobs.is_intact(digest) for digest in kept)


def test_drafts_of_the_dead_are_swept_away_and_those_of_the_living_left(blobs: FileBlobs, folder: Path) -> None:
    blobs.put(DATA)
    old, young = folder / "incoming" / "old", folder / "incoming" / "young"
    for draft in (old, young):
        draft.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    assert blobs.sweep() == 1
    assert list((folder / "incoming").iterdir()) == [young]
    assert blobs.is_intact(DIGEST)


def test_a_full_disk_costs_the_reserve_before_it_costs_a_picture(folder: Path, reserve: Reserve) -> None:
    assert reserve.restore()
    blobs = FullDisk(folder, reserve)
    assert blobs.put(DATA) == DIGEST
    assert blobs.is_intact(DIGEST)
    assert reserve.missing_bytes() == SMALL


def test_a_disk_that_is_full_without_the_reserve_is_said_to_be_full(folder: Path, reserve: Reserve) -> None:
    reserve.restore()
    with pytest.raises(StudioError) as caught:
        FullDisk(folder, reserve).put(b"too much even so")
    assert caught.value.fault.code == "storage_full"
    assert caught.value.fault.retryable


def test_room_is_refused_when_it_would_eat_the_margin(blobs: FileBlobs, folder: Path) -> None:
    blobs.check_room(1)
    with pytest.raises(StudioError) as caught:
        blobs.check_room(free_bytes(folder) - MARGIN_BYTES // 2)
    assert caught.value.fault.code == "storage_full"


def test_the_room_of_a_missing_reserve_is_kept_free(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    huge = Reserve(tmp_path / "data" / "reserve", free_bytes(folder))
    with pytest.raises(StudioError):
        FileBlobs(folder, huge).check_room(1)


def test_a_folder_that_takes_files_is_ready_and_left_as_it_was(blobs: FileBlobs, folder: Path) -> None:
    blobs.check_ready()
    assert sorted(path.name for path in folder.rglob("*")) == ["incoming", "previews"]


def test_a_folder_that_is_gone_is_not_ready(blobs: FileBlobs, folder: Path) -> None:
    (folder / "incoming").rmdir()
    with pytest.raises(StudioError) as caught:
        blobs.check_ready()
    assert caught.value.fault.code == "not_ready"
    assert str(folder) not in caught.value.fault.message
