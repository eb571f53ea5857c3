"""gunicorn with the project's configuration: where it refuses to listen, what it logs, how it ends."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.edge.server import ROOT, Server, command, environment, refused, serving

pytestmark = pytest.mark.server

TINY = """
from flask import Flask, request
app = Flask("tiny")

@app.get("/")
def home():
    return "here"
"""

HOUSE = """
from pathlib import Path
from tests.edge.house import build_house
app = build_house(Path(__file__).parent).app
"""

DRAINING = """
import os, time
from pathlib import Path
from flask import Flask
app = Flask("tiny")
folder = Path(__file__).parent

class Studio:
    def close(self):
        (folder / "closing").touch()
        time.sleep(float(os.environ["DRAIN"]))
        (folder / "closed").touch()

app.extensions["atelier"] = Studio()

@app.get("/slow")
def slow():
    (folder / "asked").touch()
    time.sleep(0.5)
    return "done"

@app.get("/")
def home():
    return "here"
"""


@pytest.mark.parametrize(
    ("options", "environ"),
    [
        (["-b", "0.0.0.0:0"], {}),
        (["-b", ":0"], {}),
        (["-b", "[::]:0"], {}),
        (["-b", "127.0.0.1:0", "-b", "0.0.0.0:0"], {}),
        ([], {"HOST": "0.0.0.0"}),
        ([], {"HOST": "::"}),
    ],
    ids=str,
)
def test_listening_beyond_this_machine_without_a_password_is_refused(
    tmp_path: Path, options: list[str], environ: dict[str, str]
) -> None:
    code, said, seconds = refused(tmp_path, *options, **environ)
    assert code != 0
    assert "ATELIER_PASSWORD" in said
    assert "Traceback" not in said
    assert "Listening" not in said
    assert seconds < 10


def test_a_socket_that_was_handed_over_is_judged_too(tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as handed:
        os.set_inheritable(handed.fileno(), True)
        done = subprocess.run(
            command("-b", f"fd://{handed.fileno()}", folder=tmp_path),
            cwd=ROOT,
            env=environment(tmp_path),
            pass_fds=[handed.fileno()],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert done.returncode != 0
    assert "ATELIER_PASSWORD" in done.stderr
    assert "Booting worker" not in done.stderr


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"ATELIER_DEADLINE_SECONDS": "soon"}, "ATELIER_DEADLINE_SECONDS"),
        ({"ATELIER_SECRET_KEY": "changeme"}, "ATELIER_SECRET_KEY"),
        ({"ATELIER_PASSWORD": "short"}, "ATELIER_PASSWORD"),
    ],
)
def test_a_bad_setting_stops_the_start_with_one_sentence(tmp_path: Path, environ: dict[str, str], name: str) -> None:
    code, said, _ = refused(tmp_path, **environ)
    assert code != 0
    assert name in said
    assert len(said.strip().splitlines()) == 1
    assert next(iter(environ.values())) not in said.replace(name, "")


def test_with_a_password_it_listens_anywhere_and_logs_json_lines(tmp_path: Path) -> None:
    with serving(tmp_path, TINY, "-b", "0.0.0.0:0", ATELIER_PASSWORD="correct horse battery") as server:
        assert _ask(server, "/") == b"here"
        assert server.stop() == 0
        assert any("Listening at" in line["event"] for line in server.lines)
        assert all({"event", "level", "timestamp"} <= line.keys() for line in server.lines)


def test_bodies_over_the_limit_are_refused_on_the_wire_announced_or_in_chunks(tmp_path: Path) -> None:
    limit = 1024 * 1024

    def post(port: int, size: int, *, chunked: bool) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        body = b"x" * size
        chunks = (body[at : at + 65_536] for at in range(0, size, 65_536))
        connection.request(
            "POST",
            "/api/change",
            body=chunks if chunked else body,
            headers={"Content-Type": "application/json"},
            encode_chunked=chunked,
        )
        answer = connection.getresponse()
        told = answer.read()
        connection.close()
        return answer.status, told

    with serving(tmp_path, HOUSE) as server:
        for chunked in (False, True):
            assert post(server.port, limit, chunked=chunked) == (200, b'{"bytes":1048576}\n')
            status, told = post(server.port, limit + 1, chunked=chunked)
            assert (status, b"body_too_large" in told) == (413, True)


def test_forwarded_headers_from_this_machine_are_ignored_by_the_server_too(tmp_path: Path) -> None:
    with serving(tmp_path, HOUSE) as server:
        forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "SCRIPT-NAME": "/x"}
        assert _ask(server, "/whose", **forged) == f"http://127.0.0.1:{server.port} 127.0.0.1".encode()


def test_a_unix_socket_counts_as_this_machine_and_its_forwarded_headers_are_ignored_too(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with serving(tmp_path, HOUSE, "-b", f"unix:{path}"), socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(
            b"GET /whose HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
        )
        assert connection.makefile("rb").read().endswith(b"\r\n\r\nhttp://localhost ")


def test_a_stop_lets_requests_finish_and_drains(tmp_path: Path) -> None:
    with serving(tmp_path, DRAINING, DRAIN="0.1") as server:
        told: list[bytes] = []
        asking = threading.Thread(target=lambda: told.append(_ask(server, "/slow")))
        asking.start()
        _until(tmp_path / "asked")
        assert server.stop() == 0
        asking.join()
        assert told == [b"done"]
        assert (tmp_path / "closed").exists()


def test_a_drain_may_take_longer_than_the_heartbeats_timeout(tmp_path: Path) -> None:
    with serving(tmp_path, DRAINING, "--timeout", "2", DRAIN="4", WEB_CONCURRENCY="2") as server:
        _ask(server, "/")
        server.process.send_signal(signal.SIGTTOU)  # one worker fewer: it drains while the master watches on
        _until(tmp_path / "closed")
        assert "WORKER TIMEOUT" not in server.log_path.read_text(encoding="utf-8")


def test_ctrl_c_drains_too_and_a_second_one_stops_at_once(tmp_path: Path) -> None:
    with serving(tmp_path, DRAINING, DRAIN="1.5") as server:
        _ask(server, "/")
        server.press_ctrl_c()
        assert server.process.wait(10) == 0
        assert (tmp_path / "closed").exists()
    for mark in ("closing", "closed"):
        (tmp_path / mark).unlink()
    with serving(tmp_path, DRAINING, DRAIN="60") as server:
        _ask(server, "/")
        server.press_ctrl_c()
        server.log_until("Ctrl-C once more")
        server.press_ctrl_c()
        assert server.process.wait(10) == 0
        assert not (tmp_path / "closed").exists()


def _ask(server: Server, path: str, **headers: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path, headers=headers)
    told = connection.getresponse().read()
    connection.close()
    return told


def _until(path: Path) -> None:
    end = time.monotonic() + 15
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} never came"
        time.sleep(0.02)
