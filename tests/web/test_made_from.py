"""What the page of an edit shows: before and after, what was put back, what it was made from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.accounts import STUDIO
from app.domain.drafts import EditDraft, Source, VaryDraft
from app.domain.jobs import Job, State
from app.domain.requests import AnyRequest
from app.wiring import Studio
from tests.upstream import picture
from tests.web.test_editing import PHOTO, mask
from tests.web.visiting import Visitor, ask, drawn, end, kept


def edit(studio: Studio, **options: Any) -> AnyRequest:
    """An edit of a photo of 640 × 480, with a mask unless `options` say otherwise."""
    values = {"prompt": "a green sofa", "model": "gpt-image-2", **options.pop("values", {})}
    given = {"images": (Source(data=PHOTO),), "mask": Source(data=mask()), **options}
    return studio.editing.prepare(STUDIO, EditDraft(values=values, **given)).request


def done(studio: Studio, request: AnyRequest, result: bytes, **facts: Any) -> Job:
    return end(studio, ask(studio, request), State.DONE, pictures=(replace(kept(studio, result), **facts),), cost=1)


def test_a_result_is_laid_over_what_it_was_made_from(studio: Studio, visitor: Visitor) -> None:
    job = done(studio, edit(studio), picture((640, 480)))
    page = visitor.open(f"/jobs/{job.id}")
    before = page.one("img", src=f"/jobs/{job.id}/inputs/0")
    assert (before["width"], before["height"], before["alt"]) == ("640", "480", "Before the edit")
    assert page.one("img", alt="a green sofa")["src"].startswith("data:image/png;base64,")
    assert visitor.fetch(before["src"]).status_code == 200


def test_what_has_another_shape_is_shown_by_itself(studio: Studio, visitor: Visitor) -> None:
    job = done(studio, edit(studio, mask=None), picture((64, 64)))
    assert not visitor.open(f"/jobs/{job.id}").all("compare-slider")


@pytest.mark.parametrize(("drift", "told"), [(3.24, "by 3.2 of 255 on average"), (0.0, "it is kept exactly")])
def test_what_was_put_back_is_told_and_what_the_model_drew_is_one_click_away(
    studio: Studio, visitor: Visitor, drift: float, told: str
) -> None:
    drew = kept(studio, picture((640, 480), seed=3))
    job = done(studio, edit(studio), picture((640, 480)), drift=drift, model_picture=drew)
    page = visitor.open(f"/jobs/{job.id}")
    assert told in page.text
    (link,) = [a["href"] for a in page.all("a") if a.text == "What the model drew"]
    assert visitor.fetch(f"{link}/file").status_code == 200
    visitor.open(link)


@pytest.mark.parametrize("drift", [3.24, 0.0])
@pytest.mark.parametrize(
    ("options", "kind", "is_exact"),
    [
        ({"output_format": "jpeg"}, "JPEG", False),
        ({"output_format": "webp", "output_compression": 80}, "WEBP", False),
        ({"output_format": "webp"}, "WEBP", True),
    ],
)
def test_only_of_files_that_lose_nothing_it_is_said_that_pixels_were_kept_exactly(
    studio: Studio, visitor: Visitor, options: dict[str, Any], kind: str, is_exact: bool, drift: float
) -> None:
    job = done(studio, edit(studio, values=options), picture((640, 480), kind), drift=drift)
    for path in (f"/jobs/{job.id}", f"/pictures/{job.pictures[0].id}"):
        text = visitor.open(path).text
        assert ("pixel for pixel" in text or "it is kept exactly" in text) is is_exact, path
        assert ("changes every pixel a little" in text) is not is_exact, path


def test_what_it_was_made_from_is_shown_with_its_mask(studio: Studio, visitor: Visitor) -> None:
    source = drawn(studio, picture((96, 64))).pictures[0]
    sources = (Source(data=PHOTO), Source(reference=f"picture:{source.id}"))
    job = ask(studio, edit(studio, images=sources))
    page = visitor.open(f"/jobs/{job.id}")
    shown = [image["alt"] for image in page.all("img") if "/inputs/" in image["src"]]
    assert shown == ["Picture 1", "Picture 2", "Mask"]
    assert page.one("a", href=f"/pictures/{source.id}")


def test_the_frame_of_a_picture_to_come_has_the_shape_it_will_have(studio: Studio, visitor: Visitor) -> None:
    kept_whole = visitor.open(f"/jobs/{ask(studio, edit(studio)).id}").all("svg", class_="frame")
    assert [(frame["width"], frame["height"]) for frame in kept_whole] == [("640", "480")]
    square = edit(studio, mask=None, values={"size": "1024x1024"})
    other = visitor.open(f"/jobs/{ask(studio, square).id}").all("svg", class_="frame")
    assert [(frame["width"], frame["height"]) for frame in other] == [("1024", "1024")]


def test_again_leads_to_the_form_it_came_from(studio: Studio, visitor: Visitor) -> None:
    job = done(studio, edit(studio), picture((640, 480)))
    for path in (f"/jobs/{job.id}", f"/pictures/{job.pictures[0].id}"):
        assert visitor.open(path).one("a", href=f"/edit?job={job.id}").text.startswith("Again")


def test_words_that_a_variation_was_asked_with_are_not_shown_as_somebodys_own(studio: Studio, visitor: Visitor) -> None:
    draft = VaryDraft(values={"model": "gpt-image-2"}, images=(Source(data=PHOTO),))
    job = done(studio, studio.variations.prepare(STUDIO, draft).request, picture((64, 64)))
    page = visitor.open(f"/jobs/{job.id}")
    assert "Make a variation" not in page.text
    assert page.one("title").text.startswith("Done – Variations")
    assert page.one("a", href=f"/vary?job={job.id}").text == "Again with changes"


def test_every_picture_leads_to_editing_and_varying_it(studio: Studio, visitor: Visitor) -> None:
    job = drawn(studio, picture())
    one = job.pictures[0]
    for path in (f"/jobs/{job.id}", f"/pictures/{one.id}", "/library"):
        page = visitor.open(path)
        assert page.one("a", href=f"/edit?from={one.id}").text.startswith("Edit")
        assert page.one("a", href=f"/vary?from={one.id}").text.startswith("Vary")
