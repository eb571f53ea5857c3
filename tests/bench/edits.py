"""Row 6: edits. A picture sent on as it is; and of a photo of 12 megapixels the part that a mask shows, put back."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from tests.bench import peers
from tests.bench.peers import MODEL, PROMPT, Upstream
from tests.bench.pictures import Album
from tests.bench.visiting import Ask, Visitor

_BOUNDARY = b"8f7a2c41d5"
_PHOTO = (4000, 3000)
_HOLE = (1600, 1200, 2300, 1900)


@dataclass(frozen=True)
class Masked:
    """One edit's CPU in seconds, and the most memory that any process of the server had, in MB."""

    cpu: float
    peak: float


def plain_edit() -> Ask:
    """An edit of a picture of the usual size, without a mask. What each peer is sent is the same."""
    return _ask({"size": "1024x1024", "quality": "low"}, {"image": Album().png("edited")})


def masked_edit(upstream: Upstream, *, times: int) -> Masked:
    """Edit a part of a photo `times` times, at a server of one process; medians."""
    seen = []
    with (
        peers.folder() as place,
        peers.atelier(upstream.base_url(), place, WEB_CONCURRENCY="1") as server,
    ):
        visitor = Visitor(server.port)
        for _ in range(times):
            # Another photo each time: what was prepared lately is not prepared again.
            ask = _ask({"quality": "low"}, {"image": _photo(), "mask": _mask()})
            before = server.cpu_seconds()
            visitor.post(ask)
            time.sleep(0.2)  # what is done after the answer counts too
            seen.append(server.cpu_seconds() - before)
        visitor.close()
        return Masked(statistics.median(seen), server.peak_mb())


def _ask(fields: dict[str, str], files: dict[str, bytes]) -> Ask:
    parts = [
        b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value.encode())
        for name, value in {"prompt": PROMPT, "model": MODEL, **fields}.items()
    ]
    for name, data in files.items():
        kind = b"png" if data.startswith(b"\x89PNG") else b"jpeg"
        head = b'Content-Disposition: form-data; name="%s"; filename="%s.%s"\r\nContent-Type: image/%s\r\n\r\n'
        parts.append(head % (name.encode(), name.encode(), kind, kind) + data)
    body = b"".join(b"--%s\r\n%s\r\n" % (_BOUNDARY, part) for part in parts) + b"--%s--\r\n" % _BOUNDARY
    return Ask("/edit_image", body, kind=f"multipart/form-data; boundary={_BOUNDARY.decode()}")


def _photo() -> bytes:
    """As soft and as large as a telephone's."""
    noise = Image.effect_noise((_PHOTO[0] // 8, _PHOTO[1] // 8), 90).resize(_PHOTO, Image.Resampling.BICUBIC)
    file = BytesIO()
    Image.merge("RGB", (noise, noise.rotate(180), noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT))).save(
        file, "JPEG", quality=92
    )
    return file.getvalue()


def _mask() -> bytes:
    mask = Image.new("RGBA", _PHOTO, (0, 0, 0, 255))
    ImageDraw.Draw(mask).rectangle(_HOLE, fill=(0, 0, 0, 0))
    file = BytesIO()
    mask.save(file, "PNG", compress_level=1)
    return file.getvalue()
