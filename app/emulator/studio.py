"""From a validated order to finished pictures, their bytes and their bill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from app.emulator import painter, usage
from app.emulator.painting import retouch, vector
from app.emulator.painting.encode import MIME, animated, encode
from app.emulator.painting.fonts import Fonts
from app.emulator.painting.scene import Brief
from app.emulator.registry import Model
from app.emulator.uploads import Picture
from app.emulator.validation import Endpoint, Options

_LONGEST_GIF_DELAY = 655_350


@dataclass(frozen=True)
class Order:
    """One request, checked and resolved: ``size`` in pixels, ``prompt`` without fault marks."""

    endpoint: Endpoint
    model: Model
    options: Options
    prompt: str
    size: tuple[int, int]
    sources: tuple[Picture, ...] = ()
    mask: Picture | None = None
    markup: Picture | None = None
    halved: bool = False  # a fault: draw another size than is reported

    @property
    def background(self) -> str:
        return "transparent" if self.options.background == "transparent" else "opaque"

    @property
    def mime(self) -> str:
        return MIME[self.options.output_format]

    def usage(self, n: int, partials: int) -> usage.Usage:
        """The bill for the first ``n`` pictures and ``partials`` previews."""
        return usage.usage(
            self.model,
            self.prompt,
            self.size,
            self.options.quality,
            n,
            sources=[source.size for source in self.sources],
            fidelity=self.options.input_fidelity,
            partials=partials,
        )

    def brief(self, index: int) -> Brief:
        width, height = self.size
        return Brief(
            self.prompt,
            (width // 2, height // 2) if self.halved else self.size,
            self.options.quality,
            self.model.id,
            self.options.style,
            self.options.complexity,
            self.background == "transparent",
            index,
        )


def finished(order: Order, index: int, fonts: Fonts) -> bytes:
    """Picture ``index`` of the order, encoded."""
    form = order.options.output_format
    if form == "svg":
        return vector.svg(order.brief(index))
    if form == "gif":
        pictures = _frames(order, index, fonts)
        delay = min(_LONGEST_GIF_DELAY, max(10, round(order.options.frame_duration_ms / 10) * 10))
        return animated(pictures, delay)
    return _encoded(order, drawn(order, index, fonts))


def drawn(order: Order, index: int, fonts: Fonts) -> Image.Image:
    """Picture ``index`` of the order, in pixels."""
    brief = order.brief(index)
    if order.endpoint == "generations":
        return painter.paint(brief, fonts)
    if order.endpoint == "variations":
        return retouch.vary(order.sources[0].image, brief.size, index, fonts)
    return retouch.edit(
        brief,
        [source.image for source in order.sources],
        order.mask.image if order.mask else None,
        order.markup.image if order.markup else None,
        fonts,
    )


def stages(order: Order, index: int, fonts: Fonts) -> Iterator[bytes]:
    """The asked previews of picture ``index``, ever sharper, then the picture itself; all encoded."""
    picture = drawn(order, index, fonts)
    count = order.options.partial_images
    for step in range(count):
        yield _encoded(order, painter.partial(picture, step, count))
    yield _encoded(order, picture)


def _encoded(order: Order, picture: Image.Image) -> bytes:
    return encode(picture, order.options.output_format, order.options.output_compression)


def _frames(order: Order, index: int, fonts: Fonts) -> list[Image.Image]:
    count = order.options.frame_count
    if order.endpoint == "generations":
        return painter.frames(order.brief(index), fonts, count)
    return painter.drift(drawn(order, index, fonts).convert("RGB"), count)
