"""An archive holds every file as it was kept and tells everything known, in the memory of one picture's block."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tracemalloc
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest

from app.domain.accounts import STUDIO
from app.domain.jobs import State
from app.domain.library import LibraryItem
from app.domain.pictures import NewPicture, Picture
from app.domain.requests import Edit, Given, InputPicture
from app.services.archives import MANIFEST, Archives
from app.services.downloads import settings_of
from app.services.zips import Member, zipped
from app.wiring import Studio
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import ask, at_rest, drawn, end, kept


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path) as studio:
        yield at_rest(studio)


def archives(studio: Studio) -> Archives:
    return Archives(studio.library, studio.jobs, studio.downloads)


def written(studio: Studio, pictures: Iterable[Picture], **wishes: Any) -> ZipFile:
    items = (LibraryItem(one, tags=("cat",)) for one in pictures)
    return ZipFile(BytesIO(b"".join(archives(studio).write(STUDIO, items, **wishes))))


def manifest(archive: ZipFile) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(MANIFEST).splitlines()]


def given(studio: Studio, data: bytes, **facts: Any) -> InputPicture:
    file = kept(studio, data)
    return InputPicture(file.digest, file.mime_type, file.width, file.height, file.byte_size, **facts)


def test_files_are_the_very_bytes_that_were_kept_and_the_manifest_has_their_digests(studio: Studio) -> None:
    job = drawn(studio, *(picture((64, 48), seed=seed) for seed in range(3)))
    archive = written(studio, job.pictures)
    assert archive.testzip() is None
    assert archive.namelist() == [*(f"pictures/{one.file_name}" for one in job.pictures), MANIFEST]
    assert {info.compress_type for info in archive.infolist()} == {ZIP_STORED}
    for one, line in zip(job.pictures, manifest(archive), strict=True):
        assert (line["id"], line["prompt"], line["tags"]) == (one.id, "a white siamese cat", ["cat"])
        assert line["job"]["actual_usd"] == "0.005950"
        (file,) = line["files"]
        assert hashlib.sha256(archive.read(file["name"])).hexdigest() == file["sha256"] == one.digest


def test_an_edit_brings_what_it_was_made_from_and_what_the_model_drew(studio: Studio) -> None:
    source = drawn(studio, picture((64, 64))).pictures[0]
    first = InputPicture(source.digest, "image/png", 64, 64, source.byte_size, picture_id=source.id)
    mask = given(studio, picture((64, 64), seed=5), has_alpha=True)
    request = Edit(
        prompt="a hat",
        model="gpt-image-2",
        images=(first, given(studio, picture((32, 32), "JPEG"))),
        mask=mask,
        given=Given(images=(first,), mask=mask, keep_unmasked=True),
    )
    result, model = kept(studio, picture(seed=1)), kept(studio, picture(seed=2))
    composite = NewPicture(
        **{name: getattr(result, name) for name in ("digest", "mime_type", "width", "height", "byte_size")},
        drift=3.25,
        model_picture=model,
    )
    one = end(studio, ask(studio, request), State.DONE, pictures=(composite,), cost=1, basis="usage").pictures[0]
    archive = written(studio, [one, source])
    (line, _) = manifest(archive)
    roles = [file["role"] for file in line["files"]]
    assert roles == ["picture", "model_picture", "images", "images", "mask", "given_images", "given_mask"]
    assert (line["made_from"], line["drift"]) == ([source.id], 3.25)
    for file in line["files"]:
        assert hashlib.sha256(archive.read(file["name"])).hexdigest() == file["sha256"]
    assert len(archive.namelist()) == len(set(archive.namelist()))  # a file given twice is there once
    assert {name.split("/")[0] for name in archive.namelist()} == {"pictures", "model-pictures", "inputs", MANIFEST}


def test_pictures_tell_their_settings_when_that_is_wanted(studio: Studio) -> None:
    one = drawn(studio, picture()).pictures[0]
    told = settings_of(BytesIO(written(studio, [one], tells=True).read(f"pictures/{one.file_name}")))
    assert told is not None
    assert told.picture_id == one.id


def test_a_file_that_is_gone_is_left_out_and_the_manifest_says_so(studio: Studio) -> None:
    job = drawn(studio, picture(seed=1), picture(seed=2))
    for path in studio.settings.data_dir.rglob(job.pictures[0].digest):
        path.unlink()
    archive = written(studio, job.pictures)
    assert [line["files"][0]["name"] for line in manifest(archive)] == [None, f"pictures/{job.pictures[1].file_name}"]
    assert archive.namelist() == [f"pictures/{job.pictures[1].file_name}", MANIFEST]


def test_nothing_chosen_is_a_whole_archive_too(studio: Studio) -> None:
    assert manifest(written(studio, [])) == []


@pytest.mark.skipif(shutil.which("unzip") is None, reason="needs unzip")
def test_unzip_finds_no_fault_with_it(studio: Studio, tmp_path: Path) -> None:
    job = drawn(studio, *(picture(seed=seed) for seed in range(3)))
    path = tmp_path / "taken.zip"
    with path.open("wb") as file:
        for piece in archives(studio).write(STUDIO, [LibraryItem(one) for one in job.pictures]):
            file.write(piece)
    done = subprocess.run(["unzip", "-t", str(path)], capture_output=True, text=True, check=True)
    assert "No errors detected" in done.stdout


def test_a_thousand_large_pictures_cost_no_more_memory_than_one(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(2_400_000))
    tracemalloc.start()
    try:
        size = sum(map(len, zipped(Member(f"{n}.png", 0.0, path.open("rb")) for n in range(1_000))))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 1_000 * 2_400_000
    assert peak < 8_000_000


def test_an_archive_that_nobody_reads_to_its_end_closes_its_files(tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_bytes(bytes(1_000_000))
    file = path.open("rb")
    pieces = zipped([Member("one", 0.0, file)])
    next(pieces)
    pieces.close()
    assert file.closed
