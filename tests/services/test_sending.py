"""What is sent: as it is where a model takes it, otherwise what the model takes, with the plan that was carried out."""

from __future__ import annotations

import pytest
from PIL import Image

from app.domain.models import MaskLimits, PictureLimits
from app.domain.requests import InputPicture
from app.domain.sizes import Size
from app.imaging.decode import decode_upload
from app.imaging.fit import plan_whole
from app.imaging.mask import write_mask
from app.imaging.workbench import Workbench
from app.services.recent import Made, Recent
from app.services.sending import Sending, size_of
from tests.imaging.pictures import edit_map, encoded, model, opened, soft
from tests.services.workshop import Workshop

ANY = PictureLimits(mime_types=("image/png", "image/jpeg", "image/webp"), byte_limit=50_000_000, max_count=16)
ONLY_PNG = PictureLimits(mime_types=("image/png",), byte_limit=60_000, square=True)
MASKS = MaskLimits(mime_types=("image/png",), byte_limit=4_000_000)


@pytest.fixture
def sending(workshop: Workshop) -> Sending:
    return Sending(workshop.blobs, Workbench(), Recent(workshop.blobs))


def kept(sending: Sending, data: bytes) -> InputPicture:
    return sending.store(decode_upload(data))


def test_less_is_sent_than_planned_where_bytes_are_few_and_the_mask_goes_along(sending: Sending) -> None:
    noise = Image.merge("RGBA", [Image.effect_noise((200, 150), 120) for _ in range(4)])
    picture = kept(sending, encoded(noise))
    plan = plan_whole(size_of(picture), model("dall-e-2").sizes)
    sent, done = sending.fitted(picture, plan, ONLY_PNG)
    assert sent.byte_size < 60_000
    assert (sent.width, sent.height) == done.sent
    assert done.sent.width < plan.sent.width
    assert done.asked == plan.asked
    edit = kept(sending, write_mask(edit_map((200, 150), (20, 20, 90, 90))))
    mask = sending.mask(edit, done, MASKS)
    assert (mask.width, mask.height, mask.has_alpha) == (sent.width, sent.height, True)


def test_a_picture_that_fits_is_sent_as_the_very_file(sending: Sending) -> None:
    for kind in ("PNG", "JPEG"):
        picture = kept(sending, encoded(soft((64, 64)), kind))
        assert sending.as_it_is(picture, ANY) is picture
    square = kept(sending, encoded(soft((1024, 1024), "RGBA")))
    plan = plan_whole(Size(1024, 1024), model("gpt-image-2").sizes)
    assert sending.fitted(square, plan, ANY) == (square, plan)


def test_a_model_of_png_alone_gets_rgba(sending: Sending) -> None:
    for kind in ("PNG", "JPEG"):
        sent = sending.as_it_is(kept(sending, encoded(soft((64, 64)), kind)), ONLY_PNG)
        assert (sent.mime_type, sent.has_alpha) == ("image/png", True)
        assert opened(sending.blobs.get(sent.digest)).mode == "RGBA"


def test_what_was_made_lately_is_found_again_while_its_bytes_are_there(sending: Sending, workshop: Workshop) -> None:
    recent = Recent(workshop.blobs, most=2)
    made = []

    def make(name: str) -> Made:
        def one() -> Made:
            made.append(name)
            return Made(kept(sending, encoded(Image.new("RGB", (8, 8), name))))

        return recent.get(name, one)

    assert make("red") == make("red")
    make("lime")
    make("blue")  # the third one: red is forgotten
    make("red")
    assert made == ["red", "lime", "blue", "red"]
    (path,) = (workshop.folder / "blobs").rglob(make("red").picture.digest)
    path.unlink()
    assert workshop.blobs.exists(make("red").picture.digest)
    assert made[4:] == ["red"]
