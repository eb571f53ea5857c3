"""One of several processes takes each turn."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.storage.turns import Turns


def test_the_first_turn_is_taken_once_and_the_next_one_when_it_is_due(tmp_path: Path) -> None:
    path = tmp_path / "data" / "turn"
    turns = Turns(path, 3600.0)
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: turns.take(), range(64))) == 1
    assert not Turns(path, 3600.0).take()
    os.utime(path, (time.time() - 3601.0,) * 2)
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: turns.take(), range(64))) == 1
