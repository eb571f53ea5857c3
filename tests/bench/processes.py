"""Servers as process trees: started, waited for, and asked by the kernel what they used.

Linux only: everything is read from `/proc`.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")
_STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Server:
    """A running server. `started_in`: seconds from its start to its first 200."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    started_in: float

    def cpu_seconds(self) -> float:
        """CPU time of all its processes so far, those that have ended included."""
        return sum(_cpu(pid) for pid in _tree(self.process.pid))

    def memory_mb(self) -> float:
        """Resident memory of all its processes, pages that they share counted once (PSS), in MB (10^6 bytes)."""
        return sum(_pss_kib(pid) for pid in _tree(self.process.pid)) * 1024 / 1e6

    def peak_mb(self) -> float:
        """The most resident memory that any of its processes has had, in MB (10^6 bytes)."""
        return max(map(_peak_kib, _tree(self.process.pid))) * 1024 / 1e6


@contextlib.contextmanager
def serving(
    name: str,
    command: Sequence[str],
    port: int,
    ready: str,
    environ: Mapping[str, str],
    log: Path,
    patience: float = 180.0,
) -> Iterator[Server]:
    """Run a server until the block ends; it is there once `GET <ready>` answers 200."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR")}
    began = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**kept, **environ}, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_for(process, port, ready, began + patience, log)
        yield Server(name, process, port, time.monotonic() - began)
    finally:
        _stop(process)


def _wait_for(process: subprocess.Popen[bytes], port: int, ready: str, deadline: float, log: Path) -> None:
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", ready)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.01)
    raise RuntimeError(f"It did not start; the end of its log:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # its own group: nobody else is in it
    process.wait()


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, task.read_text().split())
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS  # utime, stime and those of children that were waited for


def _pss_kib(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _peak_kib(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0
