"""Standing values of the domain's tests: the shipped catalogue, a day, a picture to change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.domain.catalogue import Catalogue, load_catalogue
from app.domain.requests import InputPicture

PictureMaker = Callable[..., InputPicture]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def today() -> date:
    """The day on which the facts were compiled; never the clock's, so that no test retires with a model."""
    return date(2026, 11, 20)


@pytest.fixture(scope="session")
def picture() -> PictureMaker:
    """Makes the facts of a picture: a square PNG that every model takes, unless told otherwise."""

    def make(width: int = 1024, height: int = 1024, **facts: Any) -> InputPicture:
        usual: dict[str, Any] = {"digest": "d", "mime_type": "image/png", "byte_size": 1000}
        return InputPicture(width=width, height=height, **(usual | facts))

    return make
