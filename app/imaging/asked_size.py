"""Which size to ask a model for, given the picture it is to change."""

from __future__ import annotations

from collections.abc import Iterator
from math import log

from app.domain.sizes import FreeSizeRule, Size, Sizes, parse_size

_SHAPE_WEIGHT = 10
"""A percent of shape counts like ten percent of pixels: a wrong shape is paid for in padding."""


def closest_size(source: Size, sizes: Sizes, *, experimental: bool = False) -> Size:
    """The size that the model draws whose shape and pixels come closest to the source's.

    Where adding less than one step of the rule at the edges makes the source legal, it is that, so
    that no pixel has to be resampled. Sizes that OpenAI calls experimental are left out unless wanted:
    they cost most and are the least reliable.
    """
    if sizes.rule is None:
        return min(_listed(sizes), key=lambda size: _distance(size, source, source.pixels))
    rule, most = sizes.rule, _most_pixels(sizes.rule, experimental)
    snug = Size(_up(source.width, rule.multiple), _up(source.height, rule.multiple))
    if not rule.breaches(snug) and snug.pixels <= most:
        return snug
    aim = min(max(source.pixels, rule.min_pixels), most)
    return min(_of_shape(source, rule, most), key=lambda size: _distance(size, source, aim))


def smallest_holding(need: Size, room: Size, sizes: Sizes, *, experimental: bool = False) -> Size | None:
    """The smallest size the model draws that holds `need` and fits into `room`; `None` when there is none.

    A few more pixels are spent on a shape like that of `need`, so that there is context on all sides.
    """
    if sizes.rule is None:
        fitting = [size for size in _listed(sizes) if holds(size, need) and holds(room, size)]
    else:
        fitting = list(_at_least(need, room, sizes.rule, _most_pixels(sizes.rule, experimental)))
    return min(fitting, key=lambda size: (log(size.pixels) + _shape_error(size, need) / 4, size), default=None)


def _listed(sizes: Sizes) -> list[Size]:
    return [size for common in sizes.common if (size := parse_size(common.size)) is not None]


def _most_pixels(rule: FreeSizeRule, experimental: bool) -> int:
    return rule.max_pixels if experimental else min(rule.max_pixels, rule.experimental_above)


def _distance(size: Size, source: Size, pixels: int) -> tuple[float, Size]:
    return _SHAPE_WEIGHT * _shape_error(size, source) + abs(log(size.pixels / pixels)), size


def _shape_error(size: Size, other: Size) -> float:
    """0 for the same shape, 0.1 for one that is a tenth wider or narrower."""
    return abs(log(size.width * other.height / (size.height * other.width)))


def _of_shape(source: Size, rule: FreeSizeRule, most: int) -> Iterator[Size]:
    """Every legal width with the legal heights next to the source's shape."""
    for width in range(rule.multiple, rule.longest_edge + 1, rule.multiple):
        least, tallest = _up(-(-width // rule.max_ratio), rule.multiple), width * rule.max_ratio
        below = width * source.height // source.width // rule.multiple * rule.multiple
        for height in {min(max(near, least), tallest) for near in (below, below + rule.multiple)}:
            size = Size(width, height)
            if size.pixels <= most and not rule.breaches(size):
                yield size


def _at_least(need: Size, room: Size, rule: FreeSizeRule, most: int) -> Iterator[Size]:
    """Every legal width with the least height that is legal and enough."""
    for width in range(_up(need.width, rule.multiple), min(room.width, rule.longest_edge) + 1, rule.multiple):
        least = max(need.height, -(-width // rule.max_ratio), -(-rule.min_pixels // width))
        size = Size(width, _up(least, rule.multiple))
        if holds(room, size) and size.pixels <= most and not rule.breaches(size):
            yield size


def holds(outer: Size, inner: Size) -> bool:
    """Whether `inner` fits into `outer`."""
    return outer.width >= inner.width and outer.height >= inner.height


def _up(length: int, multiple: int) -> int:
    return -(-length // multiple) * multiple
