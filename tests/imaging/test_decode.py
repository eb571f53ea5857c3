"""Uploads: the right pixels whatever the kind, nothing else of the file, and nothing that could harm."""

from __future__ import annotations

import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms

from app.imaging.decode import decode_upload, measure_upload, read_safe, read_upload
from app.imaging.errors import BadPicture
from app.imaging.jpeg import MOST_SCANS
from tests.imaging.pictures import chunk, encoded, opened, raw_png, soft, speckled

SECRET = b"SECRET-place-51.5N"


def refused(data: bytes, **limits: int) -> BadPicture:
    with pytest.raises(BadPicture) as caught:
        decode_upload(data, **limits)
    return caught.value


def same_pixels(one: Image.Image, other: Image.Image) -> bool:
    return one.mode == other.mode and one.size == other.size and one.tobytes() == other.tobytes()


def profile(name: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


# --- Kinds that are taken


@pytest.mark.parametrize(
    ("kind", "options", "kept_as"),
    [
        ("PNG", {}, "image/png"),
        ("WEBP", {"lossless": True}, "image/png"),
        ("WEBP", {"quality": 80}, "image/png"),
        ("JPEG", {"quality": 90}, "image/jpeg"),
        ("JPEG", {"progressive": True, "subsampling": 0}, "image/jpeg"),
        ("JPEG", {"keep_rgb": True}, "image/jpeg"),
    ],
)
def test_what_is_kept_has_exactly_the_pixels_of_the_upload(kind: str, options: dict[str, object], kept_as: str) -> None:
    upload = encoded(soft((61, 43)), kind, **options)
    safe = decode_upload(upload)
    assert (safe.mime_type, safe.width, safe.height, safe.has_alpha) == (kept_as, 61, 43, False)
    assert same_pixels(read_safe(safe.data), opened(upload).convert("RGB"))


@given(width=st.integers(1, 70), height=st.integers(1, 140), mode=st.sampled_from(["RGB", "RGBA"]))
def test_any_png_comes_back_pixel_by_pixel(width: int, height: int, mode: str) -> None:
    image = speckled((width, height), mode)
    image.putpixel((0, 0), (1, 2, 3, 4)[: len(mode)])
    assert same_pixels(opened(decode_upload(encoded(image)).data), image)


def test_a_grey_jpeg_stays_small_and_is_read_as_rgb() -> None:
    upload = encoded(soft((40, 40), "L"), "JPEG")
    safe = decode_upload(upload)
    assert safe.mime_type == "image/jpeg"
    assert same_pixels(read_safe(safe.data), opened(upload).convert("RGB"))


def test_a_jpeg_whose_adobe_marker_alone_says_how_colours_are_coded_keeps_them() -> None:
    upload = encoded(soft((40, 40)), "JPEG", keep_rgb=True)
    assert b"Adobe" in upload
    frame, scan = upload.find(b"\xff\xc0"), upload.find(b"\xff\xda")
    nameless = bytearray(upload)
    for number in range(3):  # components 1, 2, 3 instead of R, G, B
        nameless[frame + 10 + 3 * number] = nameless[scan + 5 + 2 * number] = number + 1
    safe = decode_upload(bytes(nameless))
    assert safe.mime_type == "image/jpeg"
    assert same_pixels(opened(safe.data), opened(upload))


def test_a_cmyk_jpeg_shows_its_colours() -> None:
    safe = decode_upload(encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = opened(safe.data).getpixel((8, 8))
    assert safe.mime_type == "image/png"
    assert red > 240
    assert max(green, blue) < 15


@pytest.mark.parametrize(
    ("upload", "pixels"),
    [
        pytest.param(
            raw_png((4, 1), 16, 0, b"\0" + struct.pack(">4H", 0, 0x8000, 0xFFFF, 65335)),
            [(0, 0, 0), (128, 128, 128), (255, 255, 255), (254, 254, 254)],
            id="16-bit grey",
        ),
        pytest.param(
            raw_png((2, 1), 16, 0, b"\0" + struct.pack(">2H", 0x7F3C, 0), chunk(b"tRNS", b"\x7f\x3c")),
            [(127, 127, 127, 0), (0, 0, 0, 255)],
            id="16-bit grey with a transparent value",
        ),
        pytest.param(
            raw_png((2, 1), 16, 4, b"\0" + struct.pack(">4H", 0, 0x8080, 0xFFFF, 0xFFFF)),
            [(0, 0, 0, 128), (255, 255, 255, 255)],
            id="16-bit grey and alpha",
        ),
        pytest.param(
            raw_png(
                (2, 1),
                16,
                2,
                b"\0" + struct.pack(">6H", 0, 0x8080, 0xFFFF, 0x0110, 0x0220, 0x0330),
                chunk(b"tRNS", struct.pack(">3H", 0x0110, 0x0220, 0x0330)),
            ),
            [(0, 128, 255, 255), (1, 2, 3, 0)],
            id="16-bit RGB with a transparent colour",
        ),
        pytest.param(raw_png((8, 1), 1, 0, b"\0\x0f"), [(0, 0, 0)] * 4 + [(255, 255, 255)] * 4, id="1-bit"),
        pytest.param(
            raw_png((4, 1), 2, 0, b"\0\x1b", chunk(b"tRNS", b"\0\1")),
            [(0, 0, 0, 255), (85, 85, 85, 0), (170, 170, 170, 255), (255, 255, 255, 255)],
            id="2-bit with a transparent value",
        ),
        pytest.param(
            raw_png((2, 1), 4, 0, b"\0\x1f", chunk(b"tRNS", b"\0\1")),
            [(17, 17, 17, 0), (255, 255, 255, 255)],
            id="4-bit with a transparent value",
        ),
        pytest.param(
            raw_png((4, 1), 2, 3, b"\0\x1b", chunk(b"PLTE", bytes(range(12))), chunk(b"tRNS", b"\x80\0")),
            [(0, 1, 2, 128), (3, 4, 5, 0), (6, 7, 8, 255), (9, 10, 11, 255)],
            id="palette with alpha",
        ),
        pytest.param(
            raw_png((2, 1), 8, 3, b"\0\0\1", chunk(b"PLTE", bytes(range(6)))), [(0, 1, 2), (3, 4, 5)], id="palette"
        ),
        pytest.param(raw_png((1, 1), 8, 4, b"\0\x10\x20"), [(16, 16, 16, 32)], id="grey and alpha"),
        pytest.param(raw_png((1, 1), 8, 6, b"\0\1\2\3\xff"), [(1, 2, 3)], id="alpha that hides nothing"),
    ],
)
def test_every_kind_of_png_has_the_right_pixels(upload: bytes, pixels: list[tuple[int, ...]]) -> None:
    image = opened(decode_upload(upload).data)
    assert [image.getpixel((x, 0)) for x in range(image.width)] == pixels


# --- Upright, sRGB


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("value", "corner"), [(1, 0), (2, 1), (3, 2), (4, 3), (5, 0), (6, 1), (7, 2), (8, 3)])
def test_all_eight_orientations_come_out_upright(kind: str, value: int, corner: int) -> None:
    stored = Image.new("RGB", (64, 32), "white")
    stored.paste("black", (0, 0, 16, 16))  # the file's first corner, which EXIF says lies elsewhere
    exif = Image.Exif()
    exif[0x0112] = value
    image = read_safe(decode_upload(encoded(stored, kind, exif=exif)).data).convert("L")
    width, height = image.size
    assert (width, height) == ((64, 32) if value < 5 else (32, 64))
    corners = [(3, 3), (width - 4, 3), (width - 4, height - 4), (3, height - 4)]
    assert [image.getpixel(place) < 128 for place in corners] == [place == corners[corner] for place in corners]


def test_a_turned_jpeg_is_kept_without_loss() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    upload = encoded(soft((64, 48)), "JPEG", exif=exif)
    safe = decode_upload(upload)
    assert safe.mime_type == "image/png"
    assert same_pixels(opened(safe.data), opened(upload).transpose(Image.Transpose.ROTATE_270))


def red_means_blue() -> bytes:
    """A valid profile of other colours than sRGB: its red and blue primaries are exchanged."""
    swapped = bytearray(profile("sRGB"))
    red, blue = swapped.find(b"rXYZ"), swapped.find(b"bXYZ")
    swapped[red : red + 4], swapped[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(swapped).replace(b"s\0R\0G\0B", b"o\0t\0h\0e").replace(b"sRGB", b"othe")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_in_another_colour_space_becomes_srgb(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind == "JPEG" else {}
    upload = encoded(Image.new("RGB", (16, 16), (250, 0, 0)), kind, icc_profile=red_means_blue(), **options)
    red_, green, blue_ = read_safe(decode_upload(upload).data).getpixel((8, 8))
    assert blue_ > 200
    assert max(red_, green) < 60


def test_alpha_is_kept_when_colours_are_converted() -> None:
    upload = encoded(Image.new("RGBA", (16, 16), (250, 0, 0, 77)), icc_profile=red_means_blue())
    red, _, blue, alpha = opened(decode_upload(upload).data).getpixel((8, 8))
    assert (blue > 200, red < 60, alpha) == (True, True, 77)


def test_a_profile_for_other_pixels_than_these_is_passed_over() -> None:
    upload = encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", icc_profile=red_means_blue())
    red, _, blue = opened(decode_upload(upload).data).getpixel((8, 8))
    assert (red > 240, blue < 15) == (True, True)


def test_a_jpeg_with_an_srgb_profile_keeps_its_own_coded_pixels() -> None:
    safe = decode_upload(encoded(soft((20, 20)), "JPEG", icc_profile=profile("sRGB")))
    assert safe.mime_type == "image/jpeg"
    assert b"ICC_PROFILE" not in safe.data


def test_an_srgb_profile_changes_no_pixel_and_is_not_kept() -> None:
    image = speckled((20, 20))
    safe = decode_upload(encoded(image, icc_profile=profile("sRGB")))
    assert same_pixels(opened(safe.data), image)
    assert b"iCCP" not in safe.data


@pytest.mark.parametrize("broken", [b"nonsense", b"\0" * 200, profile("LAB")])
def test_a_broken_or_unfit_profile_is_passed_over(broken: bytes) -> None:
    image = speckled((20, 20))
    assert same_pixels(opened(decode_upload(encoded(image, icc_profile=broken)).data), image)


# --- Nothing but the pixels


def test_metadata_and_whatever_follows_the_picture_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    image = soft((32, 32))
    text = chunk(b"tEXt", b"Comment\0" + SECRET)
    png = encoded(image, exif=exif)
    uploads = [
        encoded(image, "JPEG", exif=exif, comment=SECRET, xmp=SECRET),
        encoded(image, "WEBP", exif=exif, xmp=SECRET),
        png[:33] + text + png[33:],
        encoded(image, "JPEG", progressive=True) + b"<script>" + SECRET,
        png + SECRET,
        encoded(image, "WEBP") + SECRET,
    ]
    for upload in uploads:
        assert SECRET in upload
        safe = decode_upload(upload)
        assert SECRET not in safe.data
        assert not opened(safe.data).getexif()
        assert safe.data.endswith((b"\xff\xd9", b"IEND\xaeB`\x82"))


def test_a_jpeg_thumbnail_between_its_segments_is_gone() -> None:
    upload = encoded(soft((32, 32)), "JPEG")
    inside = upload[:2] + b"\xff\xe5" + struct.pack(">H", 2 + len(SECRET)) + SECRET + upload[2:]
    safe = decode_upload(inside)
    assert SECRET not in safe.data
    assert same_pixels(opened(safe.data), opened(upload))


# --- What is refused, and how it is said


@pytest.mark.parametrize(
    ("data", "word", "remedy"),
    [
        (encoded(soft((8, 8)), "GIF"), "GIF", "PNG"),
        (encoded(soft((8, 8)), "TIFF"), "TIFF", "JPEG"),
        (encoded(soft((8, 8)), "BMP"), "BMP", "PNG"),
        (encoded(soft((8, 8)), "AVIF"), "AVIF", "JPEG"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC", "JPEG"),
        (b"\0\0\0\x18ftypisom" + bytes(40), "video", "PNG"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG", "PNG"),
        (b"%PDF-1.7\n", "PDF", "PNG"),
        (b"<!DOCTYPE html><title>no</title>", "web page", "Save the picture itself"),
        (b"PK\3\4", "zip", "Unpack"),
        (b"just words", "unknown", "JPEG or PNG"),
    ],
)
def test_other_kinds_are_named_with_what_to_do(data: bytes, word: str, remedy: str) -> None:
    problem = refused(data)
    assert problem.code == "unsupported_media_type"
    assert word in problem.message
    assert remedy in problem.message.split(". ", 1)[1]


def test_an_empty_file_is_said_to_be_empty() -> None:
    problem = refused(b"")
    assert (problem.code, "empty" in problem.message) == ("invalid_image", True)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
def test_a_file_cut_short_is_refused(kind: str, part: float) -> None:
    data = encoded(speckled((60, 60)), kind)
    assert refused(data[: int(len(data) * part)]).code == "invalid_image"


@pytest.mark.parametrize("where", [40, 60, -30, -6])
def test_a_png_with_a_wrong_sum_is_refused(where: int) -> None:
    data = bytearray(encoded(speckled((60, 60))))
    data[where] ^= 0xFF
    assert refused(bytes(data)).code == "invalid_image"


@pytest.mark.parametrize("body", [b"\x78\x9c garbage", zlib.compress(bytes(100)), b""])
def test_a_png_of_whole_chunks_around_broken_pixels_is_refused(body: bytes) -> None:
    whole = raw_png((60, 60), 8, 2, b"")
    data = whole[: whole.index(b"IDAT") - 4] + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    assert refused(data).code == "invalid_image"


@given(
    data=st.binary(max_size=300), start=st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBP"])
)
def test_no_rubbish_raises_anything_but_the_refusal(data: bytes, start: bytes) -> None:
    with pytest.raises(BadPicture):
        decode_upload(start + data)


@given(at=st.integers(0, 5000), value=st.integers(0, 255), kind=st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_a_changed_byte_is_refused_or_harmless(at: int, value: int, kind: str) -> None:
    data = bytearray(encoded(soft((24, 24)), kind))
    data[at % len(data)] = value
    try:
        safe = decode_upload(bytes(data))
    except BadPicture:
        return
    assert opened(safe.data).size == (safe.width, safe.height)


def test_fifty_million_pixels_are_measured_as_acceptable_and_one_more_row_is_not() -> None:
    assert measure_upload(raw_png((10_000, 5_000), 8, 0, b"")) == (10_000, 5_000)
    problem = refused(raw_png((10_000, 5_001), 8, 0, b""))
    assert problem.code == "picture_too_large"
    assert "10000x5001" in problem.message


def test_pixel_bombs_are_refused_by_their_headers_at_once() -> None:
    jpeg = bytearray(encoded(soft((16, 16)), "JPEG"))
    at = jpeg.find(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", 60_000, 60_000)
    webp = bytearray(encoded(soft((16, 16)), "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"))
    assert webp[12:16] == b"VP8X"
    webp[24:30] = b"\xff\x3f\0\xff\x3f\0"
    start = time.process_time()
    for bomb in (bytes(jpeg), bytes(webp), raw_png((30_000, 30_000), 1, 0, b"")):
        assert refused(bomb).code == "picture_too_large"
    assert time.process_time() - start < 0.2


def test_bytes_are_limited_too() -> None:
    problem = refused(encoded(speckled((40, 40))), max_bytes=1000)
    assert problem.code == "picture_too_large"


def test_a_jpeg_of_endless_scans_is_refused_unread() -> None:
    data = encoded(Image.new("RGB", (16, 16), "gray"), "JPEG", progressive=True)
    scan = data[data.rfind(b"\xff\xda") : -2]
    assert refused(data[:-2] + scan * MOST_SCANS + b"\xff\xd9").code == "invalid_image"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animations_are_refused_rather_than_silently_cut(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    problem = refused(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert problem.code == "invalid_image"
    assert "animation" in problem.message


def test_a_phone_photo_of_48_million_pixels_is_accepted_within_seconds() -> None:
    photo = soft((750, 500)).resize((8_000, 6_000), Image.Resampling.NEAREST)
    upload = encoded(photo, "JPEG", quality=90)
    start = time.process_time()
    safe = decode_upload(upload)
    assert time.process_time() - start < 3
    assert (safe.width, safe.height) == (8_000, 6_000)


def test_a_mask_may_be_read_as_grey() -> None:
    grey = speckled((20, 20), "L")
    image = read_upload(encoded(grey), grey=True).image
    assert image.mode == "L"
    assert ImageChops.difference(image, grey).getbbox() is None
