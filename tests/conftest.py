"""What every test stands on: no network beyond this machine, no settings from the developer's shell."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import werkzeug.test
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

pytest_plugins = ["tests.figures"]

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


# The test client's own temporary file of a large form is closed by nobody: it would warn in whichever test comes next.
werkzeug.test.stream_encode_multipart = partial(werkzeug.test.stream_encode_multipart, use_tempfile=False)


def _refuse_the_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook sees every connection of the process, whichever library makes it."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise RuntimeError(f"a test tried to reach {address[0]}; tests use loopback only")


sys.addaudithook(_refuse_the_network)

for _name in [name for name in os.environ if name.startswith(("OPENAI_", "ATELIER_"))]:
    del os.environ[_name]


_CATALOGUES = Path(__file__).parent.parent / "app" / "translations"


def pytest_configure(config: pytest.Config) -> None:
    """Compile what is translated, as `make run` does; once, before the processes that run tests start."""
    if hasattr(config, "workerinput"):
        return
    for source in _CATALOGUES.glob("*/LC_MESSAGES/messages.po"):
        made = source.with_suffix(f".{os.getpid()}.mo")  # another run may be reading the one that is there
        with source.open("rb") as po, made.open("wb") as mo:
            write_mo(mo, read_po(po))
        made.replace(source.with_suffix(".mo"))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies of the machine would send loopback calls elsewhere."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
