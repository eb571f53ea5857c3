"""A real gunicorn with the project's configuration, around a small application written for the test."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
DEADLINE = 20.0


@dataclass
class Server:
    """`port` is 0 on a Unix socket."""

    process: subprocess.Popen[bytes]
    port: int
    log_path: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Everything that was logged; fails when a line is not JSON."""
        return [json.loads(line) for line in self.log_path.read_text(encoding="utf-8").splitlines()]

    def log_until(self, text: str) -> str:
        """Wait until a text is in the log."""
        return wait_for(self.log_path, text, self.process)

    def stop(self) -> int:
        """Ask it to end and give its exit code."""
        self.process.terminate()
        return self.process.wait(DEADLINE)

    def press_ctrl_c(self) -> None:
        """As a terminal does: every process of the group is told."""
        os.killpg(self.process.pid, signal.SIGINT)


def wait_for(path: Path, text: str, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        log = path.read_text(encoding="utf-8")
        if re.search(text, log):
            return log
        assert process.poll() is None, log
        time.sleep(0.02)
    raise AssertionError(f"{text!r} never came:\n{path.read_text(encoding='utf-8')}")


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**kept, "ATELIER_DATA_DIR": str(folder / "data"), "WEB_CONCURRENCY": "1", "PORT": "0", **more}


def command(*options: str, application: str = "tiny:app", folder: Path | None = None) -> list[str]:
    path = ["--pythonpath", str(folder)] if folder else []
    configuration = ["--config", str(ROOT / "gunicorn.conf.py")]
    return [sys.executable, "-m", "gunicorn", *configuration, *path, *options, application]


@contextmanager
def serving(folder: Path, source: str, *options: str, **environ: str) -> Iterator[Server]:
    """Serve `source` (a module with `app`) on a free port until the block ends."""
    (folder / "tiny.py").write_text(source, encoding="utf-8")
    log_path = folder / "log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command(*options, folder=folder),
            cwd=ROOT,
            env=environment(folder, **environ),
            stderr=log,
            stdout=log,
            start_new_session=True,  # a process group of its own, to press Ctrl-C in
        )
    try:
        started = wait_for(log_path, "Listening at: ", process)
        port = re.search(r"Listening at: http://\S+:(\d+)", started)
        yield Server(process, int(port[1]) if port else 0, log_path)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def refused(folder: Path, *options: str, **environ: str) -> tuple[int, str, float]:
    """A start that is expected to be refused: exit code, what was said, seconds it took."""
    began = time.monotonic()
    done = subprocess.run(
        command(*options, folder=folder),
        cwd=ROOT,
        env=environment(folder, **environ),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    return done.returncode, done.stderr + done.stdout, time.monotonic() - began
