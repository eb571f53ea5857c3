"""Extending a picture beyond its edges: the canvas grows, and the new part is the mask."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from app.domain.sizes import Size
from app.imaging.boxes import Box
from app.imaging.decode import SafePicture, read_safe
from app.imaging.errors import too_many_pixels
from app.imaging.fit import continue_edges
from app.imaging.limits import MAX_PIXELS
from app.imaging.mask import write_mask
from app.imaging.png import write_png


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """How many pixels to add at each edge of a picture of size `source`. Raises `ValueError` for negative ones."""

    source: Size
    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    def __post_init__(self) -> None:
        if min(self.left, self.top, self.right, self.bottom) < 0:
            raise ValueError("A picture is extended by zero or more pixels at each edge.")

    @property
    def canvas(self) -> Size:
        """The size of the grown picture."""
        return Size(self.left + self.source.width + self.right, self.top + self.source.height + self.bottom)

    @property
    def original(self) -> Box:
        """Where in the grown picture the given one lies, untouched."""
        return Box(self.left, self.top, self.left + self.source.width, self.top + self.source.height)

    @property
    def new_part(self) -> Box:
        """The box of everything that is added."""
        width, height = self.canvas
        grows_across, grows_down = self.left or self.right, self.top or self.bottom
        return Box(
            0 if grows_down or self.left else self.original.right,
            0 if grows_across or self.top else self.original.bottom,
            width if grows_down or self.right else self.left,
            height if grows_across or self.bottom else self.top,
        )

    @property
    def adds_anything(self) -> bool:
        return self.canvas != self.source


def plan_aspect(source: Size, across: int, down: int, *, x: float = 0.5, y: float = 0.5) -> Extension:
    """Grow to the shape `across`:`down`. `x` and `y` say where the original stays: 0 left or top, 1 right or bottom.

    Nothing is cut off; one of the two directions grows, and none when the shape is right already.
    Raises `ValueError` for a shape or place that makes no sense.
    """
    if across < 1 or down < 1 or not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError("The shape takes two numbers from 1, the place two from 0 to 1.")
    wider = max(0, -(-source.height * across // down) - source.width)
    taller = max(0, -(-source.width * down // across) - source.height)
    left, top = round(wider * x), round(taller * y)
    return Extension(source=source, left=left, top=top, right=wider - left, bottom=taller - top)


@dataclass(frozen=True, slots=True)
class Extended:
    """The grown picture, its new part continuing the edges until it is drawn, and the mask of that part."""

    picture: SafePicture
    mask: bytes


def extend_picture(picture: bytes, extension: Extension, *, max_pixels: int = MAX_PIXELS) -> Extended:
    """Grow a kept picture. Raises `BadPicture` when it would have too many pixels, `ValueError` for another's plan."""
    canvas_size = extension.canvas
    if canvas_size.pixels > max_pixels:
        raise too_many_pixels(*canvas_size, max_pixels)
    image = read_safe(picture)
    if image.size != extension.source:
        raise ValueError("The extension was planned for a picture of another size.")
    canvas = Image.new(image.mode, canvas_size)
    canvas.paste(image, extension.original)
    continue_edges(canvas, extension.original)
    edit = Image.new("L", canvas_size, 255)
    edit.paste(0, extension.original)
    grown = SafePicture(write_png(canvas), "image/png", *canvas_size, has_alpha=image.mode == "RGBA")
    return Extended(grown, write_mask(edit))
