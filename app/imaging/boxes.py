"""Rectangles of whole pixels."""

from __future__ import annotations

from typing import NamedTuple

from app.domain.sizes import Size


class Box(NamedTuple):
    """Left and top inside, right and bottom outside, in pixels from the top left corner, as Pillow counts."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    def within(self, room: Size) -> bool:
        return 0 <= self.left < self.right <= room.width and 0 <= self.top < self.bottom <= room.height


def whole(size: Size) -> Box:
    return Box(0, 0, size.width, size.height)


def around(inner: Box, size: Size, room: Size) -> Box:
    """A box of that size with `inner` as near its middle as the room allows. The size must fit the room."""
    left = _start(inner.left, inner.right, size.width, room.width)
    top = _start(inner.top, inner.bottom, size.height, room.height)
    return Box(left, top, left + size.width, top + size.height)


def _start(low: int, high: int, length: int, room: int) -> int:
    return min(max(0, (low + high - length) // 2), room - length)
