"""The process-wide pixel limit, which Pillow keeps in a module variable and a warning."""

from __future__ import annotations

import warnings

from PIL import Image

MAX_PIXELS = 50_000_000
"""Pictures larger than this are refused by their header, before any pixel is decoded."""


def apply() -> None:
    """Make Pillow refuse, not merely warn about, oversized pictures. Called once by `wiring`."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
