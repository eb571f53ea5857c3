"""What a downloaded file fills in again, and what happens when it tells nothing or another studio made it."""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from app.domain.provenance import Provenance
from app.imaging.metadata.files import with_provenance
from app.wiring import Studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, drawn


def file_that_tells(**told: object) -> bytes:
    """A picture from another studio."""
    values = {"wish": "generate", "prompt": "a jug", "model": "gpt-image-2", **told}
    file = with_provenance(BytesIO(picture()), Provenance(**values))  # type: ignore[arg-type]  # passed through
    assert file is not None
    return file.read()


def restore(visitor: Visitor, data: bytes | None) -> TestResponse:
    files = {} if data is None else {"settings_file": (BytesIO(data), "a.png")}
    return visitor.send(prompt="typed", restore="1", **files)


def test_a_file_of_another_studio_is_at_hand_for_editing(visitor: Visitor) -> None:
    answer = restore(visitor, file_that_tells(options={"size": "1536x1024", "n": 2}, picture_id="0" * 26))
    page = visitor.open(answer.location)
    assert (page.value("prompt"), page.value("size"), page.value("n")) == ("a jug", "1536x1024", "2")
    link = next(a["href"] for a in page.all("a") if a.text == "Edit the picture instead")
    assert "upload%3A" in link
    given = [field["value"] for field in visitor.open(link).all("input", name="image", type="hidden")]
    assert given[0].startswith("upload:")


def test_a_picture_of_this_studio_is_named_and_not_kept_twice(studio: Studio, visitor: Visitor) -> None:
    made = drawn(studio, picture()).pictures[0]
    answer = restore(visitor, visitor.fetch(f"/pictures/{made.id}/download").data)
    assert answer.location.endswith(f"restored=picture%3A{made.id}")


def test_what_only_an_edit_has_is_left_out(visitor: Visitor) -> None:
    told = file_that_tells(wish="edit", options={"size": "source", "quality": "low", "input_fidelity": "high"})
    page = visitor.open(restore(visitor, told).location)
    assert (page.value("size"), page.value("quality")) == ("", "low")
    assert page.value("model") == "gpt-image-2"


@pytest.mark.parametrize(
    ("data", "told"),
    [(None, "Choose a picture first"), (picture(), "tells nothing of how it was made"), (b"?", "tells")],
)
def test_a_file_that_tells_nothing_says_so_and_loses_nothing(visitor: Visitor, data: bytes | None, told: str) -> None:
    answer = restore(visitor, data)
    page = Document(answer)
    assert answer.status_code == 400
    assert told in page.error("settings_file")
    assert page.value("prompt") == "typed"
