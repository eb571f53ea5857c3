"""The README's backup, run by its own commands while the studio works, opens as a whole studio."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from app.domain.accounts import STUDIO
from app.domain.library_query import LibraryQuery
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import at_rest, drawn

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="needs the sqlite3 command")
def test_the_readmes_backup_of_a_studio_at_work_is_a_whole_studio(tmp_path: Path) -> None:
    commands = re.search(r"^```sh\n(mkdir backup\n.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert commands, "the README's backup is gone"
    over = threading.Event()
    with open_studio(tmp_path) as opened:
        studio = at_rest(opened)
        before = [drawn(studio, picture(seed=seed)).pictures[0] for seed in range(3)]

        def work() -> None:
            seed = 3
            while not over.is_set():
                drawn(studio, picture(seed=seed))
                seed += 1

        worker = threading.Thread(target=work)
        worker.start()
        try:
            subprocess.run(["sh", "-ec", commands[1]], cwd=tmp_path, check=True)
        finally:
            over.set()
            worker.join()
        after = {item.picture.id for item in studio.library.walk(STUDIO, LibraryQuery())}
    with open_studio(tmp_path, ATELIER_DATA_DIR=str(tmp_path / "backup")) as restored:
        kept = {item.picture.id for item in restored.library.walk(STUDIO, LibraryQuery())}
        assert {one.id for one in before} <= kept <= after
        assert restored.checkup.check().all_is_well
        assert restored.settings.secret_key == studio.settings.secret_key
