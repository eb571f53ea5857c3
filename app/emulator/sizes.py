"""Which picture sizes exist, and which one "auto" means.

Source: fact sheet section 1, "Flexible size rule". The rule binds explicit sizes of gpt-image-2 and later.
"""

from __future__ import annotations

import math
import re

from app.emulator import errors
from app.emulator.errors import ApiError
from app.emulator.registry import Model

LONGEST_EDGE = 3_840
FEWEST_PIXELS = 655_360
MOST_PIXELS = 8_294_400
STEEPEST = 3  # 1:3 to 3:1
GRID = 16
DEFAULT = (1024, 1024)
# An edit keeps the size of its first picture up to here; beyond, "auto" is drawn at about one megapixel.
_KEPT_PIXELS = 1_600_000
_USUAL_PIXELS = 1_048_576


def parse(text: str) -> tuple[int, int] | None:
    """``"1536x864"`` → ``(1536, 864)``; None when it does not read as a size."""
    match = re.fullmatch(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})", text)
    return (int(match[1]), int(match[2])) if match else None


def written(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _breach(width: int, height: int) -> str | None:
    if width % GRID or height % GRID:
        return f"Width and height must both be divisible by {GRID}."
    if max(width, height) > LONGEST_EDGE:
        return f"The longest edge must be less than or equal to {LONGEST_EDGE}."
    if max(width, height) > STEEPEST * min(width, height):
        # The wording of this one is unconfirmed.
        return "The aspect ratio must be between 1:3 and 3:1."
    if width * height < FEWEST_PIXELS:
        return "Requested resolution is below the current minimum pixel budget."
    if width * height > MOST_PIXELS:
        return "Requested resolution exceeds the current pixel budget."
    return None


def _free_size(text: str) -> tuple[int, int]:
    size = parse(text)
    if size is None:
        # Unconfirmed wording for text that is no size at all.
        raise errors.unsupported(f"Invalid size '{text}'. Expected WIDTHxHEIGHT or 'auto'.", "size")
    breach = _breach(*size)
    if breach:
        raise errors.unsupported(f"Invalid size '{text}'. {breach}", "size")
    return size


def _refused(model: Model, text: str) -> ApiError:
    if model.family == "dall-e-3":
        return ApiError(400, "The size is not supported by this model.", code="invalid_size")
    if model.dall_e:
        return ApiError(400, f"'{text}' is not one of {list(model.sizes)} - 'size'")
    return errors.invalid_choice("size", text, model.sizes)


def resolve(model: Model, text: str | None, source: tuple[int, int] | None) -> tuple[int, int]:
    """Pixels (width, height) for a request.

    ``text`` is the asked size, None when omitted; ``source`` is the first input picture of an edit, whose
    shape "auto" follows. Raises ``ApiError`` 400 for a size that the model does not draw.
    """
    if text is None and model.dall_e:
        return DEFAULT
    if text is None or (text == "auto" and not model.dall_e):
        return _automatic(model, source)
    if model.free_size:
        return _free_size(text)
    size = parse(text)
    if text not in model.sizes or size is None:
        raise _refused(model, text)
    return size


def _automatic(model: Model, source: tuple[int, int] | None) -> tuple[int, int]:
    if source is None:
        return DEFAULT
    width, height = source
    if not model.free_size:
        drawn = [size for size in map(parse, model.sizes) if size]
        return min(drawn, key=lambda size: abs(math.log(size[0] / size[1] * height / width)))
    if width * height <= _KEPT_PIXELS and _breach(width, height) is None:
        return source
    ratio = min(max(width / height, 1 / STEEPEST), STEEPEST)
    return _on_grid(ratio)


def _on_grid(ratio: float) -> tuple[int, int]:
    wide = GRID * round(math.sqrt(_USUAL_PIXELS * ratio) / GRID)
    tall = GRID * round(math.sqrt(_USUAL_PIXELS / ratio) / GRID)
    # Rounding can push an exact 3:1 past the limit by one cell.
    wide = min(wide, STEEPEST * tall)
    return wide, min(tall, STEEPEST * wide)
