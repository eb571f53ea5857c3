"""Thumbnails as grids show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.pictures import Picture
from app.services.thumbnails import size_of
from app.web.shapes import shape_of


@dataclass(frozen=True, slots=True)
class Thumb:
    """A picture in a grid; `width` and `height` in pixels of its thumbnail, so that nothing jumps."""

    picture: Picture
    width: int
    height: int

    @property
    def shape(self) -> str:
        """The class that keeps its proportions in a row."""
        return shape_of(self.width, self.height)


def thumbs_of(pictures: Iterable[Picture]) -> tuple[Thumb, ...]:
    """The pictures with the sizes that their thumbnails have or will have."""
    return tuple(Thumb(picture, *size_of(picture)) for picture in pictures)
