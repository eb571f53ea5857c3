"""Workshops over one folder each test, over a database that was migrated once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.storage.engine import DATABASE_NAME, make_engine
from app.storage.migrate import migrate
from tests.services.workshop import Workshop


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
