"""Workshops over one folder each test, over a database that was migrated once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.storage.engine import DATABASE_NAME, make_engine
from app.storage.migrate import migrate
from app.wiring import Studio
from tests.services.workshop import Workshop
from tests.studios import LogBook, open_studio
from tests.upstream import Upstream


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    engine = make_engine(None, folder)
    migrate(engine, folder)
    engine.dispose()
    return folder / DATABASE_NAME


@pytest.fixture
def open_workshop(tmp_path: Path, migrated: Path) -> Iterator[Callable[..., Workshop]]:
    """Opens further processes over the same folder."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    shutil.copy(migrated, folder / DATABASE_NAME)
    opened: list[Workshop] = []

    def open_one(**classes: Any) -> Workshop:
        opened.append(Workshop(folder, **classes))
        return opened[-1]

    yield open_one
    for workshop in opened:
        workshop.close()


@pytest.fixture
def workshop(open_workshop: Callable[..., Workshop]) -> Workshop:
    return open_workshop()


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    """A scripted upstream that a module's tests share, one after the other."""
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def log() -> LogBook:
    return LogBook()


@pytest.fixture(scope="module")
def studio(upstream: Upstream, log: LogBook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A whole studio over that upstream."""
    with open_studio(tmp_path_factory.mktemp("studio"), log, OPENAI_BASE_URL=upstream.base_url) as studio:
        yield studio
