"""How a picture is brought to the shape a model takes, and how what the model drew is brought back.

One value, `Fitting`, is the whole plan: which part of the source is sent (`crop`), the size of what is
sent, where in it that part lies (`placed`; the rest is padding), and the size to ask for. It maps
points, boxes and pixels there and back, it is the same for picture and mask, and it is plain numbers,
so it can be kept with the job and undone in another process.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import ceil, floor
from typing import Any

from PIL import Image

from app.domain.sizes import Size, Sizes
from app.imaging.asked_size import closest_size
from app.imaging.boxes import Box, whole

UNSCALED_UP_TO = 1.1
"""A source that would grow by less than this is sent as it is, with more padding: resampling blurs."""

RESAMPLING = Image.Resampling.BICUBIC
"""A quarter less work than Lanczos on a large photo, without its ringing at hard edges."""

_EPSILON = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """All in pixels: `source` and `crop` of the source, `sent` and `placed` of what is sent, `asked` of the answer.

    `sent` and `asked` have the same shape. Whatever size comes back is taken to show all of `sent`.
    """

    source: Size
    crop: Box
    sent: Size
    placed: Box
    asked: Size

    @property
    def scale(self) -> float:
        """Pixels that the model draws per pixel of the source; below 1 the source loses detail."""
        return self.placed.width / self.crop.width * self.asked.width / self.sent.width

    @property
    def is_whole(self) -> bool:
        """Whether all of the source is sent."""
        return self.crop == whole(self.source)

    def forward_point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the source lies in what is sent."""
        return (
            self.placed.left + (x - self.crop.left) * self.placed.width / self.crop.width,
            self.placed.top + (y - self.crop.top) * self.placed.height / self.crop.height,
        )

    def back_point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of what is sent lies in the source; the inverse of `forward_point`."""
        return (
            self.crop.left + (x - self.placed.left) * self.crop.width / self.placed.width,
            self.crop.top + (y - self.placed.top) * self.crop.height / self.placed.height,
        )

    def forward(self, image: Image.Image) -> Image.Image:
        """What to send of the source picture; padding continues its edges."""
        part = image if self.is_whole else image.crop(self.crop)
        part = resized(part, self.placed.size)
        return part if part.size == self.sent else _padded(part, self.sent, self.placed)

    def forward_mask(self, edit: Image.Image) -> Image.Image:
        """The same for an L picture that is 255 where to edit: a pixel counts when any of it is to be edited."""
        part = edit if self.is_whole else edit.crop(self.crop)
        while part.size != self.placed.size:
            # By four at a time: a lone pixel's share of a larger mean would round to nothing. Bilinear, whose
            # windows overlap: Pillow's box filter passes over a pixel that lies right between two windows.
            across, down = max(self.placed.width, -(-part.width // 4)), max(self.placed.height, -(-part.height // 4))
            smaller = across < part.width or down < part.height
            way = Image.Resampling.BILINEAR if smaller else Image.Resampling.NEAREST
            part = part.resize((across, down), way).point([0] + [255] * 255)
        canvas = Image.new("L", self.sent, 0)
        canvas.paste(part, self.placed)
        return canvas

    def undo(self, drawn: Image.Image) -> Image.Image:
        """What the model drew of `crop`, in exactly the crop's size; padding is gone."""
        across, down = drawn.width / self.sent.width, drawn.height / self.sent.height
        left, top, right, bottom = self.placed
        box = (left * across, top * down, min(right * across, drawn.width), min(bottom * down, drawn.height))
        if all(edge == int(edge) for edge in box):
            exact = Box(*(int(edge) for edge in box))
            return resized(drawn if exact.size == drawn.size else drawn.crop(exact), self.crop.size)
        return drawn.resize(self.crop.size, RESAMPLING, box=box)

    def placed_in(self, drawn: Size) -> Box:
        """The whole pixels of a picture of that size that show `crop` and no padding: at least one."""
        across, down = drawn.width / self.sent.width, drawn.height / self.sent.height
        left, top = ceil(self.placed.left * across - _EPSILON), ceil(self.placed.top * down - _EPSILON)
        right, bottom = floor(self.placed.right * across + _EPSILON), floor(self.placed.bottom * down + _EPSILON)
        left, top = min(left, drawn.width - 1), min(top, drawn.height - 1)
        return Box(left, top, min(max(right, left + 1), drawn.width), min(max(bottom, top + 1), drawn.height))

    def shrunk(self, factor: float) -> Fitting:
        """The same plan with less sent, for models that limit the bytes. `asked` stays."""
        sent = Size(max(1, int(self.sent.width * factor)), max(1, int(self.sent.height * factor)))
        return _planned(self.source, self.crop, sent, self.asked)

    def as_record(self) -> dict[str, Any]:
        """The plan as plain JSON values; `from_record` is its inverse."""
        return {name: list(value) for name, value in asdict(self).items()}

    @staticmethod
    def from_record(record: dict[str, Any]) -> Fitting:
        return Fitting(
            source=Size(*record["source"]),
            crop=Box(*record["crop"]),
            sent=Size(*record["sent"]),
            placed=Box(*record["placed"]),
            asked=Size(*record["asked"]),
        )


def plan_whole(
    source: Size, sizes: Sizes, *, asked: Size | None = None, crop: bool = False, experimental: bool = False
) -> Fitting:
    """Send the whole picture, padded to the shape of `asked` (the closest legal size unless given).

    With `crop`, what sticks out of that shape is cut off equally at both ends instead, and stays as it is.
    """
    asked = asked or closest_size(source, sizes, experimental=experimental)
    return fit_part(source, _cut_to_shape(source, asked) if crop else whole(source), asked)


def fit_part(source: Size, part: Box, asked: Size) -> Fitting:
    """Send one part of the picture at the size asked for, unscaled when it nearly fills that."""
    return _planned(source, part, asked, asked)


def resized(image: Image.Image, size: Size) -> Image.Image:
    """The picture at that size; itself when it has it already."""
    return image if image.size == size else image.resize(size, RESAMPLING, reducing_gap=3.0)


def _planned(source: Size, crop: Box, sent: Size, asked: Size) -> Fitting:
    scale = min(sent.width / crop.width, sent.height / crop.height)
    if 1 <= scale < UNSCALED_UP_TO:
        scale = 1.0
    width = min(sent.width, max(1, round(crop.width * scale)))
    height = min(sent.height, max(1, round(crop.height * scale)))
    left, top = (sent.width - width) // 2, (sent.height - height) // 2
    return Fitting(source=source, crop=crop, sent=sent, placed=Box(left, top, left + width, top + height), asked=asked)


def _cut_to_shape(source: Size, asked: Size) -> Box:
    width = min(source.width, max(1, round(source.height * asked.width / asked.height)))
    height = min(source.height, max(1, round(source.width * asked.height / asked.width)))
    left, top = (source.width - width) // 2, (source.height - height) // 2
    return Box(left, top, left + width, top + height)


def _padded(part: Image.Image, sent: Size, placed: Box) -> Image.Image:
    canvas = Image.new(part.mode, sent)
    canvas.paste(part, placed)
    continue_edges(canvas, placed)
    return canvas


def continue_edges(canvas: Image.Image, filled: Box) -> None:
    """Fill the canvas around `filled` with the pixels at its edges, in place: no hard border to draw along."""
    left, top, right, bottom = filled
    width, height = canvas.size
    for strip, into in (
        ((left, top, left + 1, bottom), (0, top, left, bottom)),
        ((right - 1, top, right, bottom), (right, top, width, bottom)),
        ((0, top, width, top + 1), (0, 0, width, top)),
        ((0, bottom - 1, width, bottom), (0, bottom, width, height)),
    ):
        room = Box(*into)
        if room.width and room.height:
            canvas.paste(canvas.crop(strip).resize(room.size, Image.Resampling.NEAREST), room)
