"""Thumbnails: made once, however many look at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.services import thumbnails
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import at_rest, drawn


def test_fifty_who_look_at_once_have_it_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    really_make = thumbnails.make_thumbnail

    def make(data: bytes) -> bytes:
        made.append(len(data))
        return really_make(data)

    monkeypatch.setattr(thumbnails, "make_thumbnail", make)
    with open_studio(tmp_path) as opened, ThreadPoolExecutor(50) as pool:
        studio = at_rest(opened)
        one = drawn(studio, picture((900, 600))).pictures[0]
        seen = set(pool.map(lambda _: studio.thumbnails.of(one), range(50)))
    assert (len(seen), len(made)) == (1, 1)
