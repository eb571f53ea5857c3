"""A real studio behind a real server, and a real Chromium in front of it.

Every page fails its test on an error in the console, and on any request that leaves this server.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from app.factory import create_app
from app.wiring import Studio
from tests.studios import open_studio

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NAMES = ("chromium", "chromium-browser", "google-chrome")
OpenPage = Callable[..., Page]


def chromium_path() -> str:
    """Where the machine's own Chromium is. Raises `RuntimeError` when there is none."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError("The browser tests need Chromium: sh tests/browser/install-chromium.sh")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Practice mode, with an empty library, for the tests of one file."""
    with open_studio(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


@pytest.fixture(scope="module")
def app(studio: Studio) -> Flask:
    """What is served; a file of tests may put pages of its own beside the studio's."""
    return create_app(studio)


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, _closed(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _closed(app: Flask) -> WSGIApplication:
    """Werkzeug (3.1) forgets to close answers to a browser that went away; as a generator they close themselves."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        pieces = app(environ, start_response)
        try:
            for piece in pieces:  # noqa: UP028 # `yield from` would close them too, and they are closed once
                yield piece
        finally:
            if hasattr(pieces, "close"):
                pieces.close()

    return answer


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Opens pages: `open_page()`, `open_page(java_script_enabled=False)`, `open_page(expect="400")`.

    `expect` names what the console may complain about: refusals that a test provokes.
    """
    complaints: list[str] = []
    contexts = []

    def open_page(*, expect: str | None = None, **options: object) -> Page:
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}, **options)  # type: ignore[arg-type]  # passed through
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on(
            "console",
            lambda message: (
                complaints.append(f"{message.type}: {message.text}")
                if message.type in ("error", "warning") and not (expect and expect in message.text)
                else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                complaints.append(f"left the studio: {request.url[:100]}")
                if not request.url.startswith((address, "data:", "blob:"))
                else None
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
