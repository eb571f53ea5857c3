"""A studio in practice mode whose jobs nobody runs, and a visitor to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wiring import Studio
from tests.studios import open_studio
from tests.web.visiting import Visitor, at_rest


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path) as studio:
        yield at_rest(studio)


@pytest.fixture
def visitor(studio: Studio) -> Visitor:
    return Visitor(studio)
