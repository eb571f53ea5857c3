"""A PostgreSQL server of our own, on a Unix socket in a temporary folder, gone when the tests are."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FAST = "-c fsync=off -c full_page_writes=off -c max_connections=100 -c shared_buffers=16MB"


def find_binaries() -> Path | None:
    """The newest installed server's folder, if this user can run one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found or (os.geteuid() == 0 and _account() is None):
        return None
    return found[-1].parent


@contextmanager
def run_server(binaries: Path) -> Iterator[str]:
    """The URL of an empty database on a fresh server, which ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="atelier-pg-"))
    data = folder / "data"
    prefix: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        account = _account()
        assert account is not None
        os.chown(folder, account.pw_uid, account.pw_gid)
        prefix = ["runuser", "-u", account.pw_name, "--"]

    def run(program: str, *arguments: str) -> None:
        command = [*prefix, str(binaries / program), *arguments]
        with (folder / "out").open("ab") as out:
            if subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out).returncode:
                raise RuntimeError(f"{program} failed: {(folder / 'out').read_text()}")

    try:
        run("initdb", "-D", str(data), "-U", "atelier", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' {_FAST}"
        run("pg_ctl", "start", "-w", "-D", str(data), "-l", str(folder / "log"), "-o", options)
        try:
            yield f"postgresql://atelier@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(data))
    finally:
        shutil.rmtree(folder)


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None
