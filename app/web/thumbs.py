"""Thumbnails as grids show them."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.pictures import Picture
from app.services.thumbnails import size_of
from app.web.pages import Thumb


def thumbs_of(pictures: Iterable[Picture]) -> tuple[Thumb, ...]:
    """The pictures with the sizes that their thumbnails have or will have."""
    return tuple(Thumb(picture, *size_of(picture)) for picture in pictures)
