"""A check-up finds every file that is gone, changed or nobody's; pruning takes away what nobody wants."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.accounts import STUDIO
from app.domain.library import Change
from app.domain.pictures import Picture
from app.wiring import Studio
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import at_rest, drawn

TWO_DAYS = 2 * 86_400.0


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path) as studio:
        yield at_rest(studio)


def file_of(studio: Studio, digest: str) -> Path:
    (path,) = studio.settings.data_dir.joinpath("blobs").rglob(digest)
    return path


def aged(studio: Studio, one: Picture) -> Path:
    path = file_of(studio, one.digest)
    os.utime(path, (time.time() - TWO_DAYS,) * 2)
    return path


def test_a_whole_library_is_found_whole(studio: Studio) -> None:
    drawn(studio, picture(seed=1), picture(seed=2))
    found = studio.checkup.check()
    assert (found.checked, found.all_is_well, found.orphans) == (2, True, 0)


def test_what_is_missing_and_what_was_changed_are_told_apart_with_where_they_belong(studio: Studio) -> None:
    gone, changed, _ = drawn(studio, *(picture(seed=seed) for seed in range(3))).pictures
    file_of(studio, gone.digest).unlink()
    with file_of(studio, changed.digest).open("r+b") as file:
        file.seek(50)
        file.write(b"\0")
    found = studio.checkup.check()
    assert not found.all_is_well
    assert [(f.digest, f.where) for f in found.missing] == [(gone.digest, f"pictures {gone.id}")]
    assert [(f.digest, f.where) for f in found.damaged] == [(changed.digest, f"pictures {changed.id}")]


def test_a_file_of_nobody_is_an_orphan_once_it_is_old(studio: Studio) -> None:
    drawn(studio, picture())
    path = file_of(studio, studio.library.blobs.put(b"nobody's"))
    assert studio.checkup.check().orphans == 0
    os.utime(path, (time.time() - TWO_DAYS,) * 2)
    found = studio.checkup.check()
    assert (found.orphans, found.orphan_bytes, found.all_is_well) == (1, 8, True)
    assert studio.checkup.prune() == (0, 1)
    assert not path.exists()


def test_pruning_empties_the_bin_with_its_files_and_nothing_else(studio: Studio) -> None:
    unwanted, wanted = drawn(studio, picture(seed=1), picture(seed=2)).pictures
    path, other = aged(studio, unwanted), aged(studio, wanted)
    for one in (unwanted, wanted):
        studio.thumbnails.of(one)
    studio.library.change(STUDIO, [unwanted.id], Change(delete=True))
    assert studio.checkup.check().orphans == 0  # it can still be brought back
    assert studio.checkup.prune() == (1, 1)
    assert (path.exists(), other.exists()) == (False, True)
    small = [path.stem for path in studio.settings.data_dir.joinpath("thumbnails").rglob("*.webp")]
    assert small == [wanted.digest]
    assert studio.checkup.check().all_is_well
