"""A TrueType font made by hand, so that tests of rare scripts need no font of the machine.

Layout: Apple's and Microsoft's TrueType specification; only the tables that FreeType asks for.
"""

from __future__ import annotations

import struct

EM = 1000


def _glyph(points: list[tuple[int, int]]) -> bytes:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    data = struct.pack(">5h", 1, min(xs), min(ys), max(xs), max(ys))
    data += struct.pack(">HH", len(points) - 1, 0) + b"\x01" * len(points)
    for values in (xs, ys):
        steps = [now - before for before, now in zip([0, *values], values, strict=False)]
        data += struct.pack(f">{len(steps)}h", *steps)
    return data + b"\0" * (-len(data) % 4)


def _cmap(chars: list[str]) -> bytes:
    codes = [*sorted(map(ord, chars)), 0xFFFF]
    order = [sorted(chars).index(chr(code)) + 1 for code in codes[:-1]]
    deltas = [(glyph - code) % 65536 for glyph, code in zip(order, codes, strict=False)] + [1]
    count = len(codes)
    body = struct.pack(">4H", count * 2, 0, 0, 0)
    body += struct.pack(f">{count}H", *codes) + b"\0\0" + struct.pack(f">{count}H", *codes)
    body += struct.pack(f">{count}H", *deltas) + b"\0\0" * count
    table = struct.pack(">3H", 4, 6 + len(body), 0) + body
    return struct.pack(">4HI", 0, 1, 3, 1, 12) + table


def tiny_font(chars: str) -> bytes:
    """A font whose glyph for each of ``chars`` is a tall triangle, and for anything else a wide box."""
    letters = sorted(set(chars))
    box, triangle = [(0, 0), (0, 500), (900, 500), (900, 0)], [(100, 0), (500, 900), (900, 0)]
    glyphs = [_glyph(box), *(_glyph(triangle) for _ in letters)]
    offsets = [0]
    for glyph in glyphs:
        offsets.append(offsets[-1] + len(glyph))
    count = len(glyphs)
    tables = {
        b"cmap": _cmap(letters),
        b"glyf": b"".join(glyphs),
        b"head": struct.pack(">4IHHQQ4hHHhhh", 65536, 0, 0, 0x5F0F3CF5, 0, EM, 0, 0, 0, 0, EM, EM, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">I3hH3h3h4h2h", 65536, 900, -100, 0, EM, 0, 0, EM, 1, 0, 0, 0, 0, 0, 0, 0, count)[:36],
        b"hmtx": struct.pack(">Hh", EM, 0) * count,
        b"loca": struct.pack(f">{count + 1}I", *offsets),
        b"maxp": struct.pack(">IH13H", 65536, count, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head = struct.pack(">I4H", 65536, len(tables), 64, 2, 48)
    place = len(head) + 16 * len(tables)
    directory, body = b"", b""
    for tag, data in sorted(tables.items()):
        directory += struct.pack(">4s3I", tag, 0, place + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return head + directory + body
