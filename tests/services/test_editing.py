"""Preparing edits: what is sent of what was given, what is refused and how, what is offered and said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PIL import Image, ImageChops

from app.domain.accounts import STUDIO
from app.domain.drafts import EditDraft, Extend, Source
from app.domain.errors import InvalidRequest, Problem, StudioError
from app.domain.jobs import State
from app.domain.requests import Edit, as_record, from_record
from app.services.composing import ANIMATED, NOT_COMPOSED, NOT_TRIMMED
from app.services.generation import EXPECTED_BYTES_PER_PICTURE
from app.storage.blobs import FileBlobs
from app.wiring import Studio
from tests.imaging.pictures import chunk, edit_map, encoded, opened, soft
from tests.services.editors import done, draft, drawing, result
from tests.studios import LogBook
from tests.upstream import (
    Upstream,
    cut,
    error_body,
    hang,
    json_answer,
    picture,
    picture_answer,
    picture_body,
    status,
)
from tests.upstream import b64 as base64_of

PHOTO = encoded(soft((240, 180)), "JPEG", quality=90)
PAINTING = encoded(soft((240, 180)))
MASK = encoded(edit_map((240, 180), (48, 48, 128, 112)))
BOB = "bob"


def refused(studio: Studio, wish: EditDraft, owner: str = STUDIO) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRequest) as caught:
        studio.editing.prepare(owner, wish)
    return caught.value.problems


def edit_of(studio: Studio, wish: EditDraft) -> Edit:
    request = studio.editing.prepare(STUDIO, wish).request
    assert isinstance(request, Edit)
    return request


def lose(studio: Studio, digest: str) -> None:
    (path,) = (studio.settings.data_dir / "blobs").rglob(digest)
    path.unlink()


# --- What is sent


def test_without_a_mask_pictures_go_out_as_they_are(studio: Studio, upstream: Upstream) -> None:
    request = edit_of(studio, draft(PHOTO, PAINTING, values={"n": 2, "output_format": "jpeg"}))
    upstream.script(picture_answer(2))
    job = done(studio, request)
    call = upstream.ledger[-1]
    assert [(part.name, part.file_name, part.mime_type) for part in call.files] == [
        ("image[]", "image-1.jpg", "image/jpeg"),
        ("image[]", "image-2.png", "image/png"),
    ]
    assert "size" not in call.fields
    for part, given in zip(call.files, (PHOTO, PAINTING), strict=True):
        assert opened(part.data).tobytes() == opened(given).tobytes()
    assert [studio.library.read(kept) for kept in job.pictures] == [picture(seed=0), picture(seed=1)]
    assert [kept.model_picture_id for kept in job.pictures] == [None, None]


def test_in_the_size_of_the_source_padding_is_sent_and_cut_off_again(studio: Studio, upstream: Upstream) -> None:
    prepared = studio.editing.prepare(STUDIO, draft(encoded(soft((1000, 750))), values={"size": "source"}))
    assert any("padded to 1008x752" in note for note in prepared.notes)
    answer = soft((1008, 752))
    upstream.script(drawing(answer))
    job = done(studio, prepared.request)
    assert upstream.ledger[-1].fields["size"] == ["1008x752"]
    assert opened(upstream.ledger[-1].files[0].data).size == (1008, 752)
    assert result(studio, job.pictures[0]).tobytes() == answer.crop((4, 1, 1004, 751)).tobytes()
    assert (job.pictures[0].model_picture_id, job.pictures[0].drift) == (None, None)


def test_what_the_model_drew_is_kept_beside_what_had_to_be_saved_anew(studio: Studio, upstream: Upstream) -> None:
    values = {"size": "source", "output_format": "jpeg"}
    request = edit_of(studio, draft(encoded(soft((1000, 750))), values=values))
    upstream.script(drawing(soft((1008, 752)), kind="JPEG"))
    (kept,) = done(studio, request).pictures
    assert (kept.width, kept.height, kept.mime_type, kept.drift) == (1000, 750, "image/jpeg", None)
    assert kept.model_picture_id
    assert studio.library.find(STUDIO, kept.model_picture_id).width == 1008


def test_nothing_is_kept_when_nobody_wants_it(studio: Studio, upstream: Upstream) -> None:
    answer = Image.new("RGB", (944, 704), "red")
    prepared = studio.editing.prepare(STUDIO, draft(PHOTO, mask=MASK, keep_unmasked=False))
    upstream.script(drawing(answer))
    (kept,) = done(studio, prepared.request).pictures
    assert len(upstream.ledger[-1].files) == 2
    assert result(studio, kept).getextrema() == ((255, 255), (0, 0), (0, 0))
    assert kept.drift is None


def test_an_old_model_gets_a_square_png_under_four_megabytes_and_its_answer_has_the_sources_shape(
    studio: Studio, upstream: Upstream
) -> None:
    values = {"model": "dall-e-2", "quality": None}
    prepared = studio.editing.prepare(STUDIO, draft(encoded(soft((1024, 768))), values=values))
    upstream.script(drawing(Image.new("RGB", (1024, 1024), "red")))
    job = done(studio, prepared.request)
    (part,) = upstream.ledger[-1].files
    sent = opened(part.data)
    assert (part.mime_type, sent.mode, sent.width) == ("image/png", "RGBA", sent.height)
    assert len(part.data) < 4_000_000
    assert (job.pictures[0].width, job.pictures[0].height) == (1024, 768)


def test_a_size_that_was_asked_for_is_the_size_that_comes(studio: Studio, upstream: Upstream) -> None:
    values = {"model": "dall-e-2", "quality": None, "size": "512x512"}
    request = edit_of(studio, draft(PHOTO, values=values))
    upstream.script(drawing(Image.new("RGB", (512, 512), "red")))
    job = done(studio, request)
    assert opened(upstream.ledger[-1].files[0].data).size == (512, 512)
    assert (job.pictures[0].width, job.pictures[0].height) == (512, 512)


# --- Extending


@pytest.mark.parametrize(
    ("extend", "size", "corner", "new"),
    [
        (Extend(left=60, bottom=20), (300, 200), (60, 0), (0, 0)),
        (Extend(to="2:1"), (360, 180), (60, 0), (359, 0)),
        (Extend(to="1:1", y=0.0), (240, 240), (0, 0), (0, 239)),
    ],
)
def test_an_extended_picture_holds_the_given_one_untouched(
    studio: Studio,
    upstream: Upstream,
    extend: Extend,
    size: tuple[int, int],
    corner: tuple[int, int],
    new: tuple[int, int],
) -> None:
    prepared = studio.editing.prepare(STUDIO, draft(PHOTO, extend=extend))
    assert prepared.mask is not None
    assert str(size[0]) in prepared.mask.explanation
    upstream.script(drawing(Image.new("RGB", (777, 555), "red")))
    kept = result(studio, done(studio, prepared.request).pictures[0])
    assert kept.size == size
    box = (*corner, corner[0] + 240, corner[1] + 180)
    assert kept.crop(box).tobytes() == opened(PHOTO).tobytes()
    assert kept.getpixel(new) == (255, 0, 0)


@pytest.mark.parametrize(
    ("extend", "field"),
    [
        (Extend(left=-1), "extend_left"),
        (Extend(bottom=20_001), "extend_bottom"),
        (Extend(), "extend_left"),
        (Extend(to="4:3"), "extend_to"),
        (Extend(to="wide"), "extend_to"),
        (Extend(to="16:9", top=5), "extend_to"),
        (Extend(to="16:9", x=2.0), "extend_to"),
        (Extend(right=20_000, top=20_000), "extend_top"),
    ],
)
def test_extensions_that_make_no_sense_are_named(studio: Studio, extend: Extend, field: str) -> None:
    assert [problem.field for problem in refused(studio, draft(PHOTO, extend=extend))] == [field]


# --- What is refused


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"mask_means": "red-is-edited", "mask": MASK}, "mask_means"),
        ({"mask": MASK, "extend": Extend(left=10)}, "mask"),
        ({"full_resolution": True}, "full_resolution"),
        ({"mask": MASK, "full_resolution": True, "keep_unmasked": False}, "full_resolution"),
        ({"mask": MASK, "values": {"size": "1000x1000"}}, "size"),
        ({"values": {"model": "dall-e-3"}}, "model"),
        ({"mask": b"no picture"}, "mask"),
        ({"mask": encoded(edit_map((180, 240), (0, 0, 50, 50)))}, "mask"),
    ],
)
def test_what_does_not_go_together_is_named(studio: Studio, more: dict[str, Any], field: str) -> None:
    fields = {problem.field for problem in refused(studio, draft(PHOTO, **more))}
    assert fields - {"quality"} == {field}


@pytest.mark.parametrize("colour", [0, 255])
def test_a_mask_of_nothing_or_everything_is_said_before_paying(studio: Studio, colour: int) -> None:
    sheet = encoded(Image.new("L", (240, 180), colour))
    (problem,) = refused(studio, draft(PHOTO, mask=sheet, mask_means="white-is-edited"))
    assert (problem.field, problem.code) == ("mask", "invalid_mask")
    assert ("whole picture" if colour else "nothing") in problem.message


def test_everything_that_is_wrong_is_said_at_once(studio: Studio) -> None:
    wish = draft(PHOTO, b"GIF89a nonsense", mask=b"", values={"prompt": " ", "n": 99}, mask_means="auto")
    problems = refused(studio, replace(wish, mask_means="odd"))
    assert [(problem.field, problem.code) for problem in problems] == [
        ("prompt", "missing_prompt"),
        ("n", "invalid_value"),
        ("mask_means", "invalid_value"),
        ("image", "unsupported_media_type"),
    ]
    assert problems[-1].message.startswith("Picture 2: ")


@pytest.mark.parametrize("count", [0, 17])
def test_one_to_sixteen_pictures_are_taken(studio: Studio, count: int) -> None:
    (problem,) = refused(studio, draft(*[PHOTO] * count))
    assert (problem.field, problem.code) == ("image", "invalid_image")


def test_what_the_catalogue_alone_objects_to_is_left_to_the_submission(studio: Studio) -> None:
    """So that a mask can be looked at before there is a prompt."""
    prepared = studio.editing.prepare(STUDIO, draft(PHOTO, mask=MASK, values={"prompt": ""}))
    assert prepared.mask is not None
    with pytest.raises(InvalidRequest) as caught:
        studio.generation.submit(STUDIO, prepared.request, key=None)
    assert caught.value.fault.code == "missing_prompt"


# --- References


def test_pictures_are_named_by_where_they_are(studio: Studio, upstream: Upstream) -> None:
    upload = studio.uploads.add(STUDIO, PHOTO)
    made = done(studio, edit_of(studio, draft(Source(reference=f"upload:{upload.id}"), mask=MASK)))
    assert made.request.images[0].picture_id is None  # type: ignore[union-attr]
    library = Source(reference=f"picture:{made.pictures[0].id}")
    again = edit_of(studio, draft(library, Source(reference=f"input:{made.id}/0")))
    assert again.given is not None
    assert again.given.images[0].picture_id == made.pictures[0].id
    assert again.given.images[1] == made.request.given.images[0]  # type: ignore[union-attr]
    repeated = studio.editing.prepare(
        STUDIO, draft(Source(reference=f"input:{made.id}/0"), mask=Source(reference=f"input:{made.id}/mask"))
    )
    assert repeated.request == made.request
    assert repeated.mask is not None
    assert repeated.mask.sure


@pytest.mark.parametrize("field", ["image", "mask"])
def test_what_belongs_to_others_is_as_good_as_absent(studio: Studio, upstream: Upstream, field: str) -> None:
    made = done(studio, edit_of(studio, draft(PHOTO, mask=MASK)))
    upload = studio.uploads.add(STUDIO, PHOTO)
    absent = "0" * 26
    there = [f"upload:{upload.id}", f"picture:{made.pictures[0].id}", f"input:{made.id}/0", f"input:{made.id}/mask"]
    nowhere = [
        f"upload:{absent}",
        f"picture:{absent}",
        f"input:{absent}/0",
        f"input:{made.id}/7",
        "",
        "x",
        "upload:../",
    ]
    sentences = set()
    for reference in there + nowhere:
        source = Source(reference=reference)
        wish = draft(source) if field == "image" else draft(PHOTO, mask=source)
        (problem,) = refused(studio, wish, owner=BOB)
        assert (problem.field, problem.code) == (field, f"invalid_{field}")
        sentences.add(problem.message.replace(repr(reference), ""))
    assert len(sentences) == 1


# --- Money, keys, outcomes


def test_a_quote_is_of_what_is_really_sent_and_full_resolution_is_priced_before(studio: Studio) -> None:
    photo = encoded(soft((40, 30)).resize((2800, 2100), Image.Resampling.NEAREST), "JPEG")
    mask = encoded(edit_map((2800, 2100), (1200, 800, 1500, 1100)))
    whole = studio.editing.prepare(STUDIO, draft(photo, mask=mask))
    region = studio.editing.prepare(STUDIO, draft(photo, mask=mask, full_resolution=True))
    assert whole.full_resolution is not None
    assert "100 %" in whole.full_resolution.note
    assert region.full_resolution is None
    quote = studio.generation.quote(region.request)
    assert whole.full_resolution.quote == quote
    assert quote.estimate < studio.generation.quote(whole.request).estimate
    assert whole.request.size == "2176x1632"
    assert region.request.size == "816x816"


def test_full_resolution_is_not_offered_where_it_makes_no_difference(studio: Studio) -> None:
    assert studio.editing.prepare(STUDIO, draft(PHOTO, mask=MASK)).full_resolution is None


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"output_format": "jpeg"}, "JPEG"),
        ({"output_format": "webp", "output_compression": 0}, "WebP"),
        ({"output_format": "webp"}, None),
        ({}, None),
    ],
)
def test_formats_that_cannot_keep_pixels_are_said(studio: Studio, values: dict[str, Any], word: str | None) -> None:
    notes = studio.editing.prepare(STUDIO, draft(PHOTO, mask=MASK, values=values)).notes
    assert [word in note for note in notes] == ([True] if word else [])


def test_the_same_key_and_files_are_one_job_and_other_files_another_request(studio: Studio, upstream: Upstream) -> None:
    calls = len(upstream.ledger)
    job = done(studio, edit_of(studio, draft(PHOTO, mask=MASK)), key="one")
    assert done(studio, edit_of(studio, draft(PHOTO, mask=MASK)), key="one").id == job.id
    reuse = studio.generation.submit(STUDIO, edit_of(studio, draft(PHOTO, mask=MASK)), key=None, reuse=True)
    assert (reuse.replayed, reuse.job.id) == (True, job.id)
    other_mask = encoded(edit_map((240, 180), (48, 48, 128, 113)))
    for wish in (draft(PAINTING, mask=MASK), draft(PHOTO, mask=other_mask), draft(PHOTO)):
        with pytest.raises(StudioError) as caught:
            studio.generation.submit(STUDIO, edit_of(studio, wish), key="one")
        assert caught.value.fault.code == "idempotency_mismatch"
    assert len(upstream.ledger) == calls + 1


class Asked(FileBlobs):
    """A blob store that only notes how much room it is asked for."""

    def __init__(self) -> None:
        self.room: list[int] = []

    def check_room(self, byte_count: int) -> None:
        self.room.append(byte_count)


def test_room_is_made_sure_of_for_the_composite_too_before_paying(studio: Studio) -> None:
    blobs = Asked()
    generation = replace(studio.generation, blobs=blobs)
    requests = [
        edit_of(studio, draft(PHOTO, mask=MASK, keep_unmasked=keeps, values={"n": 2})) for keeps in (False, True)
    ]
    for request in requests:
        studio.generation.wait(generation.submit(STUDIO, request, key=None).job, 20.0)
    assert blobs.room == [2 * EXPECTED_BYTES_PER_PICTURE, 2 * (EXPECTED_BYTES_PER_PICTURE + 3 * 240 * 180)]


def test_what_is_prepared_again_is_not_made_again(studio: Studio) -> None:
    wish = draft(encoded(soft((300, 200))), mask=encoded(edit_map((300, 200), (5, 5, 60, 60))))
    blobs = studio.uploads.blobs
    first = studio.editing.prepare(STUDIO, wish)
    assert first == studio.editing.prepare(STUDIO, wish)
    gone = first.request.images[0].digest
    lose(studio, gone)
    assert first == studio.editing.prepare(STUDIO, wish)
    assert blobs.exists(gone)


def test_a_prepared_request_survives_its_row(studio: Studio) -> None:
    for wish in (draft(PHOTO, mask=MASK), draft(PHOTO, extend=Extend(left=5)), draft(PAINTING)):
        request = edit_of(studio, wish)
        assert from_record(as_record(request)) == request


@pytest.mark.parametrize(
    ("answer", "state", "held"),
    [
        (status(400, error_body("No.", code="moderation_blocked")), State.REJECTED, False),
        (status(500), State.UNKNOWN, True),
        (hang(0), State.UNKNOWN, True),
        (cut(picture_answer(), 100), State.UNKNOWN, True),
        (json_answer({"data": [{"b64_json": "AAAA"}]}), State.FAILED, False),
    ],
)
def test_edits_end_by_the_rules_of_every_paid_call(
    studio: Studio, upstream: Upstream, answer: Any, state: State, held: bool
) -> None:
    calls = len(upstream.ledger)
    upstream.script(answer)
    submitted = studio.generation.submit(STUDIO, edit_of(studio, draft(PHOTO, mask=MASK)), key=None)
    job = studio.generation.wait(submitted.job, 20.0)
    assert (job.state, job.held > 0, job.pictures) == (state, held, ())
    assert len(upstream.ledger) == calls + 1


# --- What cannot be composed


def broken_pixels() -> bytes:
    """A PNG whose chunks are whole, and whose pixels cannot be unpacked."""
    whole = picture((944, 704))
    end = whole.index(b"IDAT") - 4
    return whole[:end] + chunk(b"IDAT", b"\x78\x9c garbage") + chunk(b"IEND", b"")


def animated() -> bytes:
    frames = [Image.new("RGB", (944, 704), colour) for colour in ("red", "blue")]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])


@pytest.mark.parametrize("drawn", [broken_pixels(), animated()])
def test_what_cannot_be_composed_is_kept_as_the_model_drew_it(
    studio: Studio, upstream: Upstream, log: LogBook, drawn: bytes
) -> None:
    request = edit_of(studio, draft(PHOTO, mask=MASK))
    good = picture((944, 704))
    upstream.script(json_answer(picture_body() | {"data": [{"b64_json": base64_of(item)} for item in (drawn, good)]}))
    job = done(studio, replace(request, n=2))
    assert studio.library.read(job.pictures[0]) == drawn
    assert job.pictures[1].drift is not None
    assert job.notes == (NOT_COMPOSED,)
    assert any(line["event"] == "not_composed" for line in log.lines)


def test_a_lost_input_costs_the_composite_and_not_the_picture(studio: Studio, upstream: Upstream) -> None:
    request = edit_of(studio, draft(encoded(soft((250, 180))), mask=encoded(edit_map((250, 180), (9, 9, 90, 90)))))
    assert request.given is not None
    gone = request.given.images[0].digest
    lose(studio, gone)
    upstream.script(drawing(Image.new("RGB", (64, 64), "red")))
    job = done(studio, request)
    assert (job.pictures[0].width, job.notes) == (64, (NOT_COMPOSED,))


def test_animations_and_what_cannot_be_trimmed_stay_as_they_were_drawn(studio: Studio, upstream: Upstream) -> None:
    request = edit_of(studio, draft(encoded(soft((1000, 750))), values={"size": "source"}))
    gif = encoded(Image.new("P", (1008, 752)), "GIF")
    for drawn, note in ((gif, ANIMATED), (broken_pixels(), NOT_TRIMMED)):
        upstream.script(json_answer(picture_body() | {"data": [{"b64_json": base64_of(drawn)}]}))
        job = done(studio, request)
        assert studio.library.read(job.pictures[0]) == drawn
        assert job.notes == (note,)


def test_a_model_that_draws_several_pictures_brings_each_back(studio: Studio, upstream: Upstream) -> None:
    request = edit_of(studio, draft(PAINTING, mask=MASK, values={"n": 3}))
    answers = [Image.new("RGB", (944, 704), colour) for colour in ("red", "lime", "blue")]
    upstream.script(drawing(*answers))
    job = done(studio, request)
    assert [kept.ordinal for kept in job.pictures] == [0, 1, 2]
    keep = ImageChops.invert(edit_map((240, 180), (48, 48, 128, 112)))
    black = Image.new("RGB", keep.size)
    for kept, answer in zip(job.pictures, answers, strict=True):
        image = result(studio, kept)
        assert image.getpixel((88, 80)) == answer.getpixel((0, 0))
        outside = Image.composite(image, black, keep)
        assert outside.tobytes() == Image.composite(opened(PAINTING), black, keep).tobytes()
