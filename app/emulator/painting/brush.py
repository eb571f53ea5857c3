"""Drawing in a subject's own coordinates: its foot is (0, 0), its height about 1, up is positive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.emulator.painting.canvas import Canvas, Point, curve
from app.emulator.painting.colour import Colour


@dataclass(frozen=True)
class Brush:
    """``x``, ``y`` is where the foot stands and ``size`` the height, all in pixels of the sheet."""

    canvas: Canvas
    x: float
    y: float
    size: float

    def to(self, point: Point) -> Point:
        return self.x + point[0] * self.size, self.y - point[1] * self.size

    def moved(self, dx: float, dy: float, share: float) -> Brush:
        """A brush whose foot is at (``dx``, ``dy``) of this one and which draws at ``share`` of its size."""
        x, y = self.to((dx, dy))
        return Brush(self.canvas, x, y, self.size * share)

    def ellipse(self, x: float, y: float, wide: float, tall: float, colour: Colour) -> None:
        """Centre and half axes."""
        left, top = self.to((x - wide, y + tall))
        right, bottom = self.to((x + wide, y - tall))
        self.canvas.draw.ellipse((left, top, right, bottom), fill=colour)

    def box(self, left: float, bottom: float, right: float, top: float, radius: float, colour: Colour) -> None:
        corners = (*self.to((left, top)), *self.to((right, bottom)))
        self.canvas.draw.rounded_rectangle(corners, radius * self.size, fill=colour)

    def shape(self, points: Sequence[Point], colour: Colour, *, smooth: bool = True) -> None:
        outline = [self.to(point) for point in points]
        self.canvas.draw.polygon(curve(outline, closed=True) if smooth else outline, fill=colour)

    def mirrored(self, half: Sequence[Point], colour: Colour) -> None:
        """A smooth shape given by its left half, from the foot to the top."""
        self.shape([*half, *((-x, y) for x, y in reversed(half))], colour)

    def both(self, points: Sequence[Point], colour: Colour, *, smooth: bool = False) -> None:
        """The shape and its mirror image."""
        self.shape(points, colour, smooth=smooth)
        self.shape([(-x, y) for x, y in points], colour, smooth=smooth)

    def eyes(self, x: float, y: float, wide: float, tall: float, colour: Colour) -> None:
        for side in (-1, 1):
            self.ellipse(side * x, y, wide, tall, colour)

    def stroke(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A smooth line with round ends."""
        line = curve([self.to(point) for point in points], closed=False)
        thick = max(1, round(width * self.size))
        self.canvas.draw.line(line, fill=colour, width=thick, joint="curve")
        if thick > 3:
            half = thick / 2
            for x, y in (line[0], line[-1]):
                self.canvas.draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)
