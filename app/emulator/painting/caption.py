"""The label at the foot of every picture: the word PRACTICE and the prompt, legible at any size."""

from __future__ import annotations

import re
from collections import Counter

from PIL import Image, ImageDraw

from app.emulator.painting.fonts import Fonts, script_of, simplified

MARK = "PRACTICE"
_PLATE = (20, 18, 28)
_PAPER = (250, 246, 238)
_PILL = (255, 199, 84)
_LONGEST = 400  # characters of the prompt that are looked at
_MOST_LINES = 2
_TOKENS = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+|\s+"
)

Box = tuple[int, int, int, int]


def readable(text: str, fonts: Fonts) -> str:
    """``text`` on one line, with what no font here can draw replaced by a note in words."""
    text = " ".join(text[:_LONGEST].split())
    text = "".join(char if fonts.can_draw(char) else simplified(char) or char for char in text)
    missing = [char for char in text if not fonts.can_draw(char)]
    kept = " ".join("".join(char for char in text if fonts.can_draw(char)).split())
    letters = [script_of(char) for char in missing if script_of(char)]
    if not letters:
        return kept
    script = "Japanese" if "Japanese" in letters else Counter(letters).most_common(1)[0][0]
    count = "1 character" if len(letters) == 1 else f"{len(letters)} characters"
    note = f"[{count} in {script}, for which there is no font here]"
    # Punctuation that is left alone without its words says nothing.
    return f"{kept} {note}" if any(char.isalnum() for char in kept) else note


def _width(text: str, fonts: Fonts, size: int) -> float:
    return sum(face.getlength(piece) for face, piece in fonts.runs(text, size))


def _wrapped(text: str, fonts: Fonts, size: int, room: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for token in _pieces(text, fonts, size, room):
        if line and _width(line + token, fonts, size) > room:
            lines.append(line.rstrip())
            line = token.lstrip()
            if len(lines) == _MOST_LINES:
                break
        else:
            line += token
    else:
        return [*lines, line.rstrip()] if line.strip() else lines
    last = lines[-1]
    while last and _width(last + "…", fonts, size) > room:
        last = last[:-1]
    return [*lines[:-1], last.rstrip() + "…"]


def _pieces(text: str, fonts: Fonts, size: int, room: float) -> list[str]:
    """Words, single ideographs and blanks; a word wider than the line is broken into letters."""
    pieces: list[str] = []
    for token in _TOKENS.findall(text):
        pieces += list(token) if _width(token, fonts, size) > room else [token]
    return pieces


def draw(image: Image.Image, text: str, fonts: Fonts, within: Box | None = None, *, covering: bool = False) -> None:
    """Writes the label into ``image`` (RGB or RGBA), at the foot of ``within`` (pixels) or of the whole.

    ``covering``: nothing of an earlier label at the same place shows, however much longer it was.
    """
    left, top, right, bottom = within or (0, 0, *image.size)
    wide, tall = right - left, bottom - top
    fitting = min(0.029 * min(image.size), 0.05 * min(wide, tall))
    size = min(64, max(9, round(fitting)))
    margin, pad = round(size * 0.8), round(size * 0.55)
    mark = max(8, round(size * 0.74))
    pill = round(_width(MARK, fonts, mark)) + 2 * round(mark * 0.55)
    beside = wide - 2 * margin - 3 * pad - pill
    stacked = beside < 9 * size
    room = wide - 2 * margin - 2 * pad if stacked else beside
    lines = _wrapped(readable(text, fonts), fonts, size, room) if room > 3 * size else []
    step = round(size * 1.28)
    pill_tall = round(mark * 1.7)
    words_tall = step * len(lines)
    inner = pill_tall + (words_tall + pad // 2 if lines else 0) if stacked else max(pill_tall, words_tall)
    if covering:
        inner = max(inner, (pill_tall + pad // 2 if stacked else 0) + _MOST_LINES * step)
    longest = max((_width(line, fonts, size) for line in lines), default=0)
    if stacked:
        plate_wide = 2 * pad + max(pill, round(longest))
    else:
        plate_wide = 2 * pad + pill + (pad + round(longest) if lines else 0)
    if covering:
        plate_wide = wide - 2 * margin
    box = (left + margin, bottom - margin - inner - 2 * pad, left + margin + plate_wide, bottom - margin)
    _plate(image, box, radius=round(size * 0.5), solid=covering)
    pen = ImageDraw.Draw(image)
    x, y = box[0] + pad, box[1] + pad
    pill_y = y if stacked else y + (inner - pill_tall) // 2
    _pill(pen, (x, pill_y, x + pill, pill_y + pill_tall), fonts, mark)
    if stacked:
        y += pill_tall + pad // 2
    else:
        x += pill + pad
        y += (inner - words_tall) // 2
    for line in lines:
        _write(pen, (x, y + step * 0.8), line, fonts, size)
        y += step


def _plate(image: Image.Image, box: Box, radius: int, *, solid: bool) -> None:
    size = (max(1, box[2] - box[0]), max(1, box[3] - box[1]))
    mask = Image.new("L", size)
    # On a transparent picture the plate is solid: half-transparent paper is hard to read on any page.
    level = 255 if solid or image.mode == "RGBA" else 208
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, fill=level)
    image.paste((*_PLATE, 255) if image.mode == "RGBA" else _PLATE, box[:2], mask)


def _pill(pen: ImageDraw.ImageDraw, box: Box, fonts: Fonts, size: int) -> None:
    pen.rounded_rectangle(box, (box[3] - box[1]) // 2, fill=_PILL)
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    pen.text(middle, MARK, fill=_PLATE, font=fonts.plain(size), anchor="mm")


def _write(pen: ImageDraw.ImageDraw, baseline: tuple[float, float], line: str, fonts: Fonts, size: int) -> None:
    x, y = baseline
    for face, piece in fonts.runs(line, size):
        pen.text((x, y), piece, fill=_PAPER, font=face, anchor="ls")
        x += face.getlength(piece)
