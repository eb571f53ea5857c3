"""Uploads: made safe, kept a day, their owner's alone; whatever is sent, an answer that says what to do."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.domain.accounts import STUDIO
from app.domain.errors import InvalidRequest, NotFound, StudioError
from app.imaging.workbench import Workbench
from app.services.recent import Recent
from app.services.sending import Sending
from app.services.uploads import Uploads
from app.storage.uploads import SqlUploads
from app.wiring import Studio
from tests.imaging.pictures import encoded, opened, raw_png, soft
from tests.services.workshop import Workshop

BOB = "bob"
KINDS = ("PNG", "JPEG", "WEBP")


def test_an_upload_is_safe_and_found_by_its_owner_alone(studio: Studio) -> None:
    note = PngInfo()
    note.add_text("Comment", "51.5 N, 0.1 W")
    data = encoded(soft((60, 40), "RGBA"), pnginfo=note) + b"<script>"
    upload = studio.uploads.add(STUDIO, data)
    assert (upload.width, upload.height, upload.mime_type, upload.has_alpha) == (60, 40, "image/png", True)
    kept = studio.uploads.read(studio.uploads.find(STUDIO, upload.id))
    assert (len(kept), b"51.5" in kept, b"script" in kept) == (upload.byte_size, False, False)
    assert opened(kept).tobytes() == opened(data).tobytes()
    with studio.uploads.open(upload) as file:
        assert file.read() == kept
    for owner, upload_id in ((BOB, upload.id), (STUDIO, "0" * 26), (STUDIO, "../" + upload.id), (STUDIO, "")):
        with pytest.raises(NotFound):
            studio.uploads.find(owner, upload_id)


def test_the_same_picture_twice_is_two_uploads_of_the_same_bytes(studio: Studio) -> None:
    data = encoded(soft((50, 50)))
    one, two = studio.uploads.add(STUDIO, data), studio.uploads.add(STUDIO, data)
    assert one.id != two.id
    assert one.digest == two.digest


HOSTILE = {
    "nothing": (b"", "invalid_image"),
    "words": (b"just text", "unsupported_media_type"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_media_type"),
    "GIF named .png": (encoded(soft((8, 8)), "GIF"), "unsupported_media_type"),
    "TIFF": (encoded(soft((8, 8)), "TIFF"), "unsupported_media_type"),
    "PDF": (b"%PDF-1.7\n%", "unsupported_media_type"),
    "HEIC": (b"\0\0\0\x18ftypheic" + bytes(40), "unsupported_media_type"),
    "cut short": (encoded(soft((80, 80)))[:-40], "invalid_image"),
    "wrong sum": (encoded(soft((80, 80))).replace(b"IDAT", b"IDAX", 1), "invalid_image"),
    "pixel bomb": (raw_png((30_000, 30_000), 1, 0, b""), "picture_too_large"),
    "decompression bomb": (raw_png((7_000, 7_000), 8, 6, bytes(100)), "invalid_image"),
    "one pixel row too many": (raw_png((10_000, 5_001), 8, 0, b""), "picture_too_large"),
    "too many bytes": (encoded(soft((8, 8))) + bytes(50_000_000), "picture_too_large"),
}


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_files_are_refused_with_a_code_of_the_contract(studio: Studio, label: str) -> None:
    data, code = HOSTILE[label]
    with pytest.raises(InvalidRequest) as caught:
        studio.uploads.add(STUDIO, data)
    (problem,) = caught.value.problems
    assert (problem.field, problem.code, caught.value.fault.code) == ("image", code, code)
    assert problem.message.endswith(".")


def test_of_five_hundred_mutated_files_each_is_refused_or_harmless(studio: Studio) -> None:
    chance = random.Random(4)
    good = [encoded(soft((24, 18), mode), kind) for kind in KINDS for mode in ("RGB", "RGBA")[: 2 - (kind == "JPEG")]]
    taken = 0
    for _ in range(500):
        data = bytearray(chance.choice(good))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randint(1, 30)]
                case _:
                    data[at:at] = chance.randbytes(chance.randint(1, 30))
        try:
            upload = studio.uploads.keep(bytes(data))
        except StudioError as error:
            raise AssertionError("the disk is not full") from error
        except ValueError:
            continue
        taken += 1
        assert opened(studio.uploads.blobs.get(upload.digest)).size == (upload.width, upload.height)
    assert 0 < taken < 500


def test_a_crowd_of_large_pictures_is_told_to_come_again(workshop: Workshop) -> None:
    bench = Workbench(pixels=100)
    sending = Sending(workshop.blobs, Impatient(bench), Recent(workshop.blobs))
    uploads = Uploads(SqlUploads(workshop.engine), workshop.blobs, sending)
    with bench.room_for(60), pytest.raises(StudioError) as caught:
        uploads.add(STUDIO, encoded(Image.new("RGB", (10, 10))))
    assert (caught.value.fault.code, caught.value.fault.retryable) == ("not_ready", True)
    assert uploads.add(STUDIO, encoded(Image.new("RGB", (10, 10)))).width == 10


class Impatient(Workbench):
    """Another's bench, with no time to wait for room on it."""

    def __init__(self, bench: Workbench):
        super().__init__()
        self._bench = bench

    def room_for(self, pixels: int, *, timeout: float = 0.0):  # type: ignore[no-untyped-def]  # as the real one
        return self._bench.room_for(pixels, timeout=0.01)


def test_without_room_on_the_disk_nothing_is_taken(workshop: Workshop, tmp_path: Path) -> None:
    incoming = tmp_path / "data" / "blobs" / "incoming"
    incoming.rmdir()
    sending = Sending(workshop.blobs, Workbench(), Recent(workshop.blobs))
    uploads = Uploads(SqlUploads(workshop.engine), workshop.blobs, sending)
    with pytest.raises(StudioError) as caught:
        uploads.add(STUDIO, encoded(Image.new("RGB", (10, 10))))
    assert caught.value.fault.code == "not_ready"
