"""The reserve takes up real room, gives it back once, and never takes what others need."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from app.storage.files import write_all
from app.storage.reserve import Reserve, free_bytes

SIZE = 1_000_000


def test_the_reserve_takes_up_real_room_and_gives_it_back_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "reserve"
    reserve = Reserve(path, SIZE)
    assert reserve.missing_bytes() == SIZE
    assert reserve.restore()
    assert reserve.restore()
    assert path.stat().st_size == SIZE
    assert path.stat().st_blocks * 512 >= SIZE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert reserve.missing_bytes() == 0
    assert reserve.release()
    assert not reserve.release()
    assert reserve.missing_bytes() == SIZE


def test_no_reserve_is_made_where_room_is_short(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", free_bytes(tmp_path) // 2)
    assert not reserve.restore()
    assert list(tmp_path.iterdir()) == []


def test_a_write_goes_on_where_it_stopped_once_room_was_made(tmp_path: Path) -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    kept = os.open(tmp_path / "kept", os.O_WRONLY | os.O_CREAT)
    asked = []

    def make_room() -> bool:
        asked.append(1)
        os.dup2(kept, descriptor)  # from a device that is always full to a file that is not
        return True

    write_all(descriptor, b"a paid answer", make_room)
    os.close(descriptor)
    os.close(kept)
    assert asked == [1]
    assert (tmp_path / "kept").read_bytes() == b"a paid answer"


def test_a_write_gives_up_when_no_room_can_be_made() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(OSError, match="No space") as caught:
        write_all(descriptor, b"a paid answer", lambda: False)
    os.close(descriptor)
    assert caught.value.errno == errno.ENOSPC
