"""Composing needs nothing but what is in the blob store, so any process can do it; and it never costs a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from app.domain.errors import Fault, StudioError
from app.domain.jobs import Job, State
from app.domain.requests import Edit, Given, InputPicture
from app.imaging.decode import SafePicture, decode_upload
from app.imaging.fit import plan_whole
from app.imaging.mask import write_mask
from app.imaging.workbench import Crowded, Workbench
from app.services import composing
from app.services.composing import NOT_COMPOSED
from app.services.recent import Recent
from app.services.sending import Sending, size_of
from app.storage.blobs import FileBlobs
from tests.imaging.pictures import edit_map, encoded, model, opened, soft
from tests.services.workshop import Workshop, answering

Open = Callable[..., Workshop]

SOURCE, BOX = soft((64, 48)), (16, 16, 48, 40)
DRAWN = encoded(Image.new("RGB", (96, 72), "red"))


def an_edit(workshop: Workshop, **changes: Any) -> Edit:
    """As `Editing` prepares it."""
    sending = Sending(workshop.blobs, Workbench(), Recent(workshop.blobs))
    picture = sending.store(decode_upload(encoded(SOURCE)))
    mask = sending.store(SafePicture(write_mask(edit_map(SOURCE.size, BOX)), "image/png", 64, 48, has_alpha=True))
    fitting = plan_whole(size_of(picture), model("gpt-image-2").sizes)
    given = Given(images=(picture,), mask=mask, keep_unmasked=True, fitting=fitting.as_record())
    return Edit(prompt="x", model="gpt-image-2", images=(picture,), mask=mask, given=given, **changes)


def pixels(workshop: Workshop, job: Job) -> Image.Image:
    (kept,) = workshop.found(job).pictures
    return opened(workshop.blobs.get(kept.digest))


def test_another_process_composes_what_a_dead_one_left_in_the_spool(workshop: Workshop, open_workshop: Open) -> None:
    job = workshop.admit(request=an_edit(workshop))
    attempt = workshop.die_after_sending(job, answering(DRAWN))
    workshop.let_leases_run_out()
    elsewhere = open_workshop()
    elsewhere.mending.mend(attempt.id)
    ended = elsewhere.found(job)
    assert (ended.state, ended.notes, elsewhere.files()) == (State.DONE, (), [])
    image = pixels(elsewhere, job)
    assert (image.size, image.getpixel((32, 28))) == (SOURCE.size, (255, 0, 0))
    assert image.crop((0, 0, 64, 16)).tobytes() == SOURCE.crop((0, 0, 64, 16)).tobytes()
    assert elsewhere.provider.calls == 0


class NoRoomForComposites(FileBlobs):
    """A disk with room for what the model drew, and for nothing larger."""

    def put(self, data: bytes) -> str:
        if data != DRAWN and opened(data).getpixel((32, 28)) == (255, 0, 0):
            raise StudioError(Fault("storage_full", "Full."))
        return super().put(data)


def test_a_disk_that_has_no_room_for_the_composite_keeps_what_the_model_drew(open_workshop: Open) -> None:
    workshop = open_workshop(blobs=NoRoomForComposites)
    job = workshop.admit(request=an_edit(workshop))
    workshop.provider.script = [answering(DRAWN)]
    workshop.run(job)
    ended = workshop.found(job)
    assert (ended.state, ended.notes) == (State.DONE, (NOT_COMPOSED,))
    assert workshop.blobs.get(ended.pictures[0].digest) == DRAWN
    assert ended.pictures[0].model_picture_id is None
    assert [line["job"] for line in workshop.logged("not_composed")] == [job.id]


@pytest.mark.parametrize("error", [MemoryError(), IndexError("a bug of ours")])
def test_neither_no_memory_nor_a_mistake_of_ours_costs_the_picture(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(composing, "keep_unmasked", fails)
    job = workshop.admit(request=an_edit(workshop))
    workshop.provider.script = [answering(DRAWN)]
    workshop.run(job)
    ended = workshop.found(job)
    assert (ended.state, ended.notes, ended.cost is not None) == (State.DONE, (NOT_COMPOSED,), True)
    assert workshop.blobs.get(ended.pictures[0].digest) == DRAWN


def test_an_answer_that_finds_no_room_to_be_worked_on_waits_in_the_spool(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "PATIENCE_SECONDS", 0.01)
    job = workshop.admit(request=an_edit(workshop))
    workshop.provider.script = [answering(DRAWN)]
    bench = workshop.finishing.composing.bench
    with bench.room_for(50_000_000), pytest.raises(Crowded):
        workshop.run(job)
    assert (workshop.state(job), workshop.files()) == (State.SUBMITTED, [".answer"])
    workshop.let_leases_run_out()
    workshop.mending.mend(job.attempts[0].id)
    assert (workshop.state(job), workshop.found(job).notes) == (State.DONE, ())
    assert workshop.provider.calls == 1


def test_a_webp_can_have_only_so_long_an_edge(workshop: Workshop) -> None:
    sending = Sending(workshop.blobs, Workbench(), Recent(workshop.blobs))
    size = (16_400, 4)
    picture = sending.store(decode_upload(encoded(Image.new("RGB", size, "blue"))))
    mask = kept_mask(sending, size)
    fitting = plan_whole(size_of(picture), model("gpt-image-2").sizes)
    given = Given(images=(picture,), mask=mask, keep_unmasked=True, fitting=fitting.as_record())
    request = Edit(prompt="x", model="gpt-image-2", images=(picture,), mask=mask, given=given, output_format="webp")
    job = workshop.admit(request=request)
    workshop.provider.script = [answering(DRAWN)]
    workshop.run(job)
    ended = workshop.found(job)
    assert (ended.notes, ended.pictures[0].mime_type) == ((), "image/png")


def kept_mask(sending: Sending, size: tuple[int, int]) -> InputPicture:
    data = write_mask(edit_map(size, (0, 0, 400, 4)))
    return sending.store(SafePicture(data, "image/png", *size, has_alpha=True))
