"""How gunicorn serves Atelier: many threads that wait long, JSON-lines logs, and a careful start and end.

`gunicorn wsgi:app` finds this file by itself. HOST, PORT and WEB_CONCURRENCY override, and so do
gunicorn's own options.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import platform
import signal
import sys
import threading
import time
from typing import Any, NoReturn

from gunicorn.glogging import Logger

from app.edge.hosts import is_loopback_address
from app.observability import logs
from app.settings import read_settings
from app.storage.sqlite import require_sqlite


def _refuse(sentence: str) -> NoReturn:
    """Stop the start with one sentence. Raised here, a `SettingError` would be shown as a traceback."""
    sys.exit(f"Atelier does not start: {sentence}")


try:
    _settings = read_settings()
    if not (_settings.database_url or "").startswith("postgresql"):
        require_sqlite()
except ValueError as _error:  # a `SettingError` is one
    _refuse(str(_error))

_host = os.environ.get("HOST") or "127.0.0.1"
bind = f"[{_host}]:{os.environ.get('PORT') or 8000}" if ":" in _host else f"{_host}:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)

# A paid call takes minutes, in which its thread only waits. gthread's heartbeat runs beside the
# requests, so that `timeout` catches a hung process and never a long call.
worker_class = "gthread"
threads = 128
timeout = 60
graceful_timeout = int(_settings.deadline_seconds) + 30
keepalive = 20
preload_app = False

# Which forwarded headers are believed is decided by ATELIER_TRUSTED_PROXIES alone (edge/boundary.py).
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""

control_socket_disable = True  # nobody here uses it, and two studios of one user would share its path
accesslog = None  # edge/request_ids.py writes one line per request


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own messages as JSON lines, like everything else's."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        logs.configure(self.loglevel)
        for log in (self.error_log, self.access_log):
            log.handlers[:] = []
            log.propagate = True


logger_class = JsonLogger

_BEYOND = (
    "it would listen beyond this machine ({where}) without a password; "
    "set ATELIER_PASSWORD, or listen on 127.0.0.1 (HOST, or gunicorn's --bind)."
)


def on_starting(server: Any) -> None:
    """Refuse to listen beyond this machine without a password, whichever way the address was given."""
    for address in server.cfg.address:
        if isinstance(address, tuple):
            _refuse_beyond(server, address[0])


def when_ready(server: Any) -> None:
    """The same for sockets that were handed over (systemd, `fd://`). No worker exists yet, so nothing was served."""
    for listener in server.LISTENERS:
        name = listener.sock.getsockname()
        if isinstance(name, tuple):
            _refuse_beyond(server, name[0])
    if getattr(server.app, "app_uri", "").startswith("wsgi:"):
        _load_libraries()


def _load_libraries() -> None:
    """Import everything once, before the workers are forked: they start sooner and share its memory.

    Importing builds nothing (that is `wsgi.py`'s part, in each worker), so no thread, socket or
    connection exists yet. As with `preload_app`, new code needs a restart, not SIGHUP.
    """
    importlib.import_module("app.factory")
    gc.collect()
    gc.freeze()  # a collection in a worker would otherwise write to, and so unshare, every page of them


def _refuse_beyond(server: Any, host: str) -> None:
    if _settings.password is not None or host == "localhost" or (host and is_loopback_address(host)):
        return
    if server.pidfile is not None:
        server.pidfile.unlink()
    _refuse(_BEYOND.format(where=host or "every address"))


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Set glibc's allocator up for many threads, each of which needs megabytes for a moment.

    It would give each thread an arena of its own, which would hold on to hundreds of MiB; two will do.
    And it would return the memory of every picture to the system at once, only to have it zeroed page
    by page for the next: a sixth of a call's CPU. 32 MiB of it are kept in each arena instead.

    The environment's MALLOC_ variables are read before any Python runs, so they would come too late.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, 2)
        libc.mallopt(_M_MMAP_THRESHOLD, 32 * 1024 * 1024)  # the most that glibc accepts
        libc.mallopt(_M_TRIM_THRESHOLD, 32 * 1024 * 1024)


def post_worker_init(worker: Any) -> None:
    """Take up what an earlier process left, without waiting for a first visitor, and prepare the end.

    Every stop lets calls under way finish, also Ctrl-C; a second Ctrl-C stops at once.

    On Ctrl-C a worker is told twice, SIGINT by the terminal and SIGQUIT by the master. gunicorn (27.0)
    takes a lock in its handler for both, and when the second signal interrupts the first it hangs.
    """
    studio = getattr(worker.wsgi, "extensions", {}).get("atelier")
    if studio is not None and hasattr(studio, "start"):
        studio.start()
    # gunicorn closes its own handle before `worker_exit`, where the heartbeat is still needed.
    worker.atelier_heartbeat = os.dup(worker.tmp.fileno())
    presses: list[int] = []

    def interrupt(number: int, _frame: object) -> None:
        presses.append(number)
        if len(presses) > 1:
            # As after a crash: recovery takes up what is in flight. A plain exit would wait for the threads.
            os._exit(1)

    def stop(number: int, frame: object) -> None:
        if hasattr(studio, "wind_down"):
            # gunicorn now waits for the requests under way: their calls may end, but no further one may begin.
            # In a thread of its own, because a signal may strike while this one holds any lock.
            threading.Thread(target=studio.wind_down, name="wind-down", daemon=True).start()
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGQUIT, stop)


def worker_exit(server: Any, worker: Any) -> None:
    """Let the paid calls under way come home: `Studio.close()` drains, and the heartbeat goes on meanwhile."""
    studio = getattr(getattr(worker, "wsgi", None), "extensions", {}).get("atelier")
    if studio is None or worker.pid != os.getpid():  # gunicorn's master calls this too, for lost workers
        return
    drain = threading.Thread(target=studio.close, name="drain")
    drain.start()
    drain.join(1.0)
    if drain.is_alive():
        server.log.info("Waiting for the calls under way. Ctrl-C once more stops at once; they may be billed.")
    while drain.is_alive():
        now = time.monotonic()  # the clock that gunicorn's own heartbeat uses
        os.utime(worker.atelier_heartbeat, (now, now))
        drain.join(1.0)
