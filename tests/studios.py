"""Whole studios for tests: real database, real files, real SDK; practice mode or a scripted upstream.

with open_studio(tmp_path) as studio:                                     # over the emulator
with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url) as studio:  # over a scripted upstream
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app
from app.settings import read_settings
from app.storage.engine import make_engine, writing
from app.storage.schema import UPLOADS
from app.storage.uploads import KEPT_SECONDS
from app.wiring import Studio, build

_RESERVE_BYTES = 4096
"""That of an installation, 64 MB for each of a thousand studios, would fill the disk."""


class LogBook:
    """Keeps what was logged, for tests that read it."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def __call__(self, event: str, **fields: Any) -> None:
        self.lines.append({"event": event, **fields})


@contextmanager
def open_studio(folder: Path, log: LogBook | None = None, **environ: str) -> Iterator[Studio]:
    """A studio that keeps everything in `folder`; `environ` are its settings. Closed at the end."""
    settings = read_settings({"ATELIER_DATA_DIR": str(folder / "data"), "ATELIER_DEADLINE_SECONDS": "20", **environ})
    studio = build(settings, log or LogBook(), reserve_bytes=_RESERVE_BYTES)
    try:
        yield studio
    finally:
        studio.close()


def end_the_day_of_uploads(studio: Studio) -> None:
    """Every upload is a day older, and so no longer here."""
    engine = make_engine(studio.settings.database_url, studio.settings.data_dir)
    with writing(engine) as connection:
        connection.execute(sa.update(UPLOADS).values(created_at=UPLOADS.c.created_at - KEPT_SECONDS))
    engine.dispose()


def client_of(studio: Studio) -> FlaskClient:
    """A client of the whole application over a studio, on this machine."""
    app: Flask = create_app(studio)
    app.testing = False  # errors are answered, as in production
    return app.test_client()
