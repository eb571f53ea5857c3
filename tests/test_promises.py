"""The README's promises, kept by the real commands: gunicorn, the flask command, the emulator alone."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from httpx2 import WSGITransport
from PIL import Image, ImageChops

from app.factory import create_app
from tests.studios import client_of, open_studio

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, body: dict[str, Any] | None = None, token: str | None = None) -> tuple[int, Any]:
    """Status and body of an answer, errors included; JSON is decoded."""
    request = urllib.request.Request(url, data=None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            status, data, kind = answer.status, answer.read(), answer.headers.get_content_type()
    except urllib.error.HTTPError as error:
        status, data, kind = error.code, error.read(), error.headers.get_content_type()
    return status, json.loads(data) if kind == "application/json" else data.decode()


@contextmanager
def running(command: list[str], ready: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, from its first answer at `ready` to its clean end."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    process = subprocess.Popen(command, cwd=ROOT, env=environment | environ, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                ask(ready)
                break
            except OSError:
                assert process.poll() is None, "the server ended at once"
                assert time.monotonic() < deadline, "the server never answered"
                time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) is not None


@contextmanager
def studio(folder: Path, **environ: str) -> Iterator[str]:
    """Atelier as the README starts it: the command of `make run`."""
    port = free_port()
    command = re.search(r"^\texec \$\(BIN\)/gunicorn (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert command, "make run no longer starts gunicorn"
    base = f"http://127.0.0.1:{port}"
    with running(
        [sys.executable, "-m", "gunicorn", *shlex.split(command[1])],
        f"{base}/health/ready",
        PORT=str(port),
        HOST="127.0.0.1",
        ATELIER_DATA_DIR=str(folder / "data"),
        **environ,
    ):
        yield base


def test_make_run_and_the_readmes_curl_bring_a_picture_without_any_set_up(tmp_path: Path) -> None:
    example = re.search(r"curl -s localhost:8000/generate_image.*?-d '(\{.*?\})'", README, re.DOTALL)
    assert example, "the README's example is gone"
    with studio(tmp_path) as base:
        status, body = ask(f"{base}/generate_image", json.loads(example[1]))
        assert status == 200
        with Image.open(BytesIO(base64.b64decode(body["image_base64"]))) as picture:
            assert f"{picture.width}x{picture.height}" == body["size"] == "1024x1024"
        assert body["practice"] is True

        promised = re.search(r'^(\{"error": "No prompt provided".*\})$', README, re.MULTILINE)
        assert promised, "the README's error is gone"
        status, refused = ask(f"{base}/generate_image", {})
        assert status == 400
        assert {k: v for k, v in refused.items() if k in json.loads(promised[1]) and k != "request_id"} == {
            k: v for k, v in json.loads(promised[1]).items() if k != "request_id"
        }

        status, page = ask(f"{base}{body['job']['url']}")
        assert status == 200
        assert f'src="data:image/png;base64,{body["image_base64"][:100]}' in page
        assert ask(f"{base}/health/ready")[1]["status"] == "ready"


def test_the_readmes_edits_bring_pictures_that_keep_what_is_outside_the_mask(tmp_path: Path) -> None:
    size, box = (120, 90), (20, 20, 60, 60)
    room = Image.linear_gradient("L").resize(size).convert("RGB")
    room.save(tmp_path / "room.jpg", quality=95)
    mask = Image.new("L", size)
    mask.paste(255, box)
    mask.save(tmp_path / "mask.png")
    commands = re.findall(r"^curl -s (localhost:8000/\S*(?:_image|quote) (?:-F|-H.*\\\n).*)$", README, re.MULTILINE)
    assert len(commands) == 5, "the README's examples have changed"
    with open_studio(tmp_path) as opened, httpx2.Client(transport=WSGITransport(app=create_app(opened))) as client:
        answers = []
        for command in commands:
            answer = send(client, command.replace("\\\n", " "), tmp_path, answers[-1] if answers else None)
            assert answer.status_code == 200, (command, answer.text)
            answers.append(answer.json())
    _, edited, _, varied, quote = answers
    with (
        Image.open(tmp_path / "room.jpg") as before,
        Image.open(BytesIO(base64.b64decode(edited["image_base64"]))) as now,
    ):
        changed = ImageChops.difference(before.convert("RGB"), now.convert("RGB")).getbbox()
    assert changed == box
    assert len(varied["images"]) == 2
    assert quote["mask"]["edited"] == {"left": 20, "top": 20, "width": 40, "height": 40}


def send(client: httpx2.Client, command: str, folder: Path, earlier: dict[str, Any] | None) -> httpx2.Response:
    """What curl would do with these arguments; `<id>` is the newest picture."""
    address, *arguments = shlex.split(command)
    options = list(zip(arguments[::2], arguments[1::2], strict=True))
    form = [value.split("=", 1) for option, value in options if option == "-F"]
    url = f"http://{address}"
    if form:
        fields = {name: value for name, value in form if not value.startswith("@")}
        files = {name: (value[1:], (folder / value[1:]).read_bytes()) for name, value in form if value.startswith("@")}
        return client.post(url, data=fields, files=files)
    (body,) = (value for option, value in options if option == "-d")
    newest = earlier["images"][0]["id"] if earlier else ""
    return client.post(url, content=body.replace("<id>", newest), headers={"Content-Type": "application/json"})


def test_the_emulator_alone_serves_a_studio_that_is_pointed_at_it(tmp_path: Path) -> None:
    port = free_port()
    emulator = [sys.executable, "-m", "app.emulator", "--port", str(port)]
    with (
        running(emulator, f"http://127.0.0.1:{port}/v1/models"),
        studio(tmp_path, OPENAI_BASE_URL=f"http://127.0.0.1:{port}/v1") as base,
    ):
        status, body = ask(f"{base}/generate_image", {"prompt": "a harbour", "size": "1536x1024"})
    assert (status, body["practice"], body["size"]) == (200, False, "1536x1024")


def test_with_a_password_scripts_need_the_token_that_the_flask_command_makes(tmp_path: Path) -> None:
    password = {"ATELIER_PASSWORD": "correct horse battery"}
    with studio(tmp_path, **password) as base:
        made = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "tokens", "create", "ci"],
            cwd=ROOT,
            env=os.environ | password | {"ATELIER_DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=True,
        )
        token = made.stdout.strip()
        assert ask(f"{base}/generate_image", {"prompt": "a cat"})[0] == 401
        assert ask(f"{base}/generate_image", {"prompt": "a cat"}, token)[0] == 200
        assert "password" in ask(f"{base}/")[1].lower()


def test_every_address_that_the_readme_names_exists(tmp_path: Path) -> None:
    named = set(re.findall(r"`(?:GET|POST) (/[a-z_/.-]+)(?:<id>)?", README))
    with open_studio(tmp_path) as opened:
        client = client_of(opened)
        for address in named:
            answers = {client.get(address + "0" * 26 if address.endswith("/") else address).status_code}
            answers.add(client.post(address).status_code)
            assert answers - {404} or address.endswith("/"), f"{address} is not there"
