"""Houses with and without a door."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edge.house import PASSWORD, House, build_house


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "base.css").write_text("body { color: black }", encoding="utf-8")
    return folder


@pytest.fixture
def open_house(static: Path) -> House:
    """No password: only this machine enters."""
    return build_house(static)


@pytest.fixture
def house(static: Path) -> House:
    """With a password."""
    return build_house(static, password=PASSWORD)
