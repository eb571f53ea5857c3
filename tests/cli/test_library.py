"""The `flask library` commands: an archive is whole or not there, and what is wrong is a failing exit code."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask.testing import FlaskCliRunner

from app.domain.accounts import STUDIO
from app.domain.library import Change
from app.factory import create_app
from app.wiring import Studio
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import at_rest, drawn


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path / "here") as studio:
        yield at_rest(studio)


@pytest.fixture
def run(studio: Studio) -> FlaskCliRunner:
    return create_app(studio).test_cli_runner()


def test_an_archive_goes_out_and_comes_in(studio: Studio, run: FlaskCliRunner, tmp_path: Path) -> None:
    one = drawn(studio, picture()).pictures[0]
    path = tmp_path / "all.zip"
    done = run.invoke(args=["library", "export", str(path)])
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "Exported 1 job, 1 picture and 1 file.\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with open_studio(tmp_path / "there") as other:
        there = create_app(other).test_cli_runner()
        assert there.invoke(args=["library", "import", str(path)]).stdout == "Added 1 job with 1 picture.\n"
        assert there.invoke(args=["library", "import", str(path)]).stdout == "Added 0 jobs with 0 pictures.\n"
        assert other.library.find(STUDIO, one.id) == one
        checked = there.invoke(args=["library", "check"])
    assert (checked.exit_code, checked.stdout) == (
        0,
        "Checked 1 file: 0 missing, 0 damaged; 0 orphaned files (0.0 MB).\n",
    )


def test_a_dash_writes_the_archive_and_nothing_else_to_standard_output(
    studio: Studio, run: FlaskCliRunner, tmp_path: Path
) -> None:
    drawn(studio, picture())
    path = tmp_path / "piped.zip"
    path.write_bytes(run.invoke(args=["library", "export", "-"]).stdout_bytes)
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        assert "atelier.json" in archive.namelist()


def test_an_export_neither_overwrites_nor_leaves_half_an_archive(
    studio: Studio, run: FlaskCliRunner, tmp_path: Path
) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("mine")
    done = run.invoke(args=["library", "export", str(path)])
    assert (done.exit_code, path.read_text()) == (1, "mine")
    done = run.invoke(args=["library", "export", str(tmp_path / "nowhere" / "all.zip")])
    assert (done.exit_code, done.stderr) == (1, "Error: The archive could not be written: No such file or directory.\n")
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix in (".part", ".zip")] == []


def test_a_damaged_archive_is_refused_with_a_sentence(run: FlaskCliRunner, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    run.invoke(args=["library", "export", str(path)])
    path.write_bytes(path.read_bytes()[:-40])
    done = run.invoke(args=["library", "import", str(path)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "Error: The archive was not taken in: it is damaged or cut short.\n"


def test_check_names_what_is_lost_and_fails(studio: Studio, run: FlaskCliRunner, tmp_path: Path) -> None:
    one = drawn(studio, picture()).pictures[0]
    for path in studio.settings.data_dir.rglob(one.digest):
        path.unlink()
    checked = run.invoke(args=["library", "check"])
    assert checked.exit_code == 1
    assert checked.stdout.startswith(f"missing\t{one.digest}\tpictures {one.id}\n")
    done = run.invoke(args=["library", "export", str(tmp_path / "rest.zip")])
    assert done.exit_code == 1
    assert "1 file could not be taken along" in done.stderr
    assert (tmp_path / "rest.zip").exists()


def test_prune_asks_first(studio: Studio, run: FlaskCliRunner) -> None:
    one = drawn(studio, picture()).pictures[0]
    studio.library.change(STUDIO, [one.id], Change(delete=True))
    assert run.invoke(args=["library", "prune"], input="n\n").exit_code == 1
    assert studio.library.item(STUDIO, one.id, in_bin=True)
    assert run.invoke(args=["library", "prune", "--yes"]).stdout == "Removed 1 picture from the bin and 0 files.\n"
    assert run.invoke(args=["library", "prune", "--yes"]).stdout == "Removed 0 pictures from the bin and 0 files.\n"
