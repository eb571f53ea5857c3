"""The three that are compared, each started the way its users start it, over the same upstream."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import ROOT, Server, serving
from tests.bench.visiting import Ask

MODEL = "gpt-image-2"
PROMPT = "a white siamese cat"
LITELLM = "1.106.2"

_OURS = ROOT / ".bench"
_BUILT = _OURS / f"litellm-{LITELLM}"
_LITELLM_CONFIG = """
model_list:
  - model_name: {model}
    litellm_params:
      model: openai/{model}
      api_base: {base_url}
      api_key: none
    model_info:
      mode: image_generation
"""


@dataclass(frozen=True)
class Peer:
    """`start(base_url, folder)` serves until its block ends. `ask`: the request for one picture as JSON."""

    name: str
    start: Callable[[str, Path], AbstractContextManager[Server]]
    ask: Ask


@dataclass(frozen=True)
class Upstream:
    """The running stand-in for the paid API."""

    port: int

    def base_url(self, wait: float = 0.0) -> str:
        """Where it answers after `wait` seconds."""
        return f"http://127.0.0.1:{self.port}/wait/{wait}/v1"


@contextlib.contextmanager
def upstream() -> Iterator[Upstream]:
    """Run the scripted upstream until the block ends."""
    command = [sys.executable, "-m", "tests.bench.upstream"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield Upstream(int(process.stdout.readline()))
        finally:
            process.kill()


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A fresh folder on this project's own disk: a `/tmp` in memory would make every fsync a gift."""
    _OURS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_OURS, prefix="run-") as name:
        yield Path(name)


def atelier(
    base_url: str, place: Path, *, options: tuple[str, ...] = (), **environ: str
) -> AbstractContextManager[Server]:
    """As shipped: gunicorn with this project's `gunicorn.conf.py`, two workers, everything kept and settled."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", *options, "wsgi:app"]
    settings = {"OPENAI_BASE_URL": base_url, "ATELIER_DATA_DIR": str(place / "data"), "PORT": str(port), **environ}
    return serving("Atelier", command, port, "/health/ready", settings, place / "atelier.log")


def naive(base_url: str, place: Path) -> AbstractContextManager[Server]:
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "/dev/null",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "32",
        "--timeout",
        "300",
        "--bind",
        f"127.0.0.1:{port}",
        "tests.bench.naive:app",
    ]
    environ = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "none"}
    return serving("Flask + SDK", command, port, "/", environ, place / "naive.log")


def litellm(base_url: str, place: Path) -> AbstractContextManager[Server]:
    port = _free_port()
    config = place / "litellm.yaml"
    config.write_text(_LITELLM_CONFIG.format(model=MODEL, base_url=base_url), encoding="utf-8")
    command = [
        str(_BUILT / "bin" / "litellm"),
        "--config",
        str(config),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--num_workers",
        "2",
        "--telemetry",
        "False",
    ]
    environ = {
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # it would look its price list up on the network before it serves
        "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",  # no door, like the other two
        "LITELLM_LOG": "ERROR",
    }
    return serving("LiteLLM", command, port, "/health/liveliness", environ, place / "litellm.log")


def install_litellm() -> str | None:
    """Put the pinned LiteLLM into a virtual environment of its own, once; why it cannot be had, or `None`."""
    if (_BUILT / "bin" / "litellm").exists():
        return None
    pip = [str(_BUILT / "bin" / "python"), "-m", "pip", "install", "--quiet", f"litellm[proxy]=={LITELLM}"]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(_BUILT)], check=True, capture_output=True, text=True)
        subprocess.run(pip, check=True, capture_output=True, text=True, timeout=900)
    except (subprocess.SubprocessError, OSError) as error:
        told = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        return f"LiteLLM {LITELLM} cannot be installed: {told[-1] if told else error}"
    return None


ATELIER = Peer(
    "Atelier", atelier, Ask.of("/generate_image", prompt=PROMPT, model=MODEL, size="1024x1024", quality="low")
)
NAIVE = Peer("Flask + SDK", naive, Ask.of("/generate_image", prompt=PROMPT, model=MODEL))
LITELLM_PROXY = Peer(
    "LiteLLM", litellm, Ask.of("/v1/images/generations", prompt=PROMPT, model=MODEL, size="1024x1024", quality="low")
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
