"""The form for editing: what is sent becomes a job, and whatever keeps it from becoming one, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw
from werkzeug.test import TestResponse

from app.domain.accounts import STUDIO
from app.domain.costs import Caps
from app.domain.jobs import Job
from app.domain.requests import Edit, Vary
from app.wiring import Studio
from tests.studios import end_the_day_of_uploads
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, ask, drawn

PHOTO = picture((640, 480), "JPEG")


def mask(size: tuple[int, int] = (640, 480), *, box: tuple[int, int, int, int] = (100, 100, 299, 199)) -> bytes:
    """A PNG that is transparent in the box, its last pixels included."""
    image = Image.new("RGBA", size, (0, 0, 0, 255))
    ImageDraw.Draw(image).rectangle(box, fill=(0, 0, 0, 0))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def black_and_white(size: tuple[int, int] = (640, 480)) -> bytes:
    image = Image.new("L", size, 0)
    ImageDraw.Draw(image).rectangle((100, 100, 299, 199), fill=255)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def file(data: bytes, name: str = "photo.jpg") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def send(visitor: Visitor, **fields: Any) -> TestResponse:
    return visitor.send("/edit", **{"prompt": "a green sofa", **fields})


def given(page: Document, name: str = "image") -> list[str]:
    """The references that the form would send again. The one in the `<template>` is empty, and never sent."""
    hidden = [element for element in page.all("input", name=name) if element["type"] == "hidden"]
    return [element["value"] for element in hidden if element["value"]]


def jobs_of(studio: Studio) -> list[Job]:
    return list(studio.jobs.recent(STUDIO, limit=50))


def only_edit(studio: Studio) -> Edit:
    (job,) = jobs_of(studio)
    assert isinstance(job.request, Edit)
    return job.request


def uploaded(studio: Studio, data: bytes = PHOTO) -> str:
    return f"upload:{studio.uploads.add(STUDIO, data).id}"


def test_pictures_a_mask_and_words_become_a_job(studio: Studio, visitor: Visitor) -> None:
    answer = send(visitor, image=[file(PHOTO), file(picture((64, 64)))], mask=file(mask(), "mask.png"), quality="low")
    assert answer.status_code == 303, Document(answer).text
    edit = only_edit(studio)
    assert (edit.prompt, edit.quality) == ("a green sofa", "low")
    assert edit.given is not None
    assert edit.given.keeps
    assert [(image.width, image.height) for image in edit.given.images] == [(640, 480), (64, 64)]
    assert answer.location == f"/jobs/{jobs_of(studio)[0].id}"


def test_references_go_before_files(studio: Studio, visitor: Visitor) -> None:
    kept = drawn(studio, picture((96, 64))).pictures[0]
    send(visitor, image=[f"picture:{kept.id}", uploaded(studio), file(picture((64, 64)))])
    (job,) = [job for job in jobs_of(studio) if isinstance(job.request, Edit)]
    assert isinstance(job.request, Edit)
    assert job.request.given is not None
    assert [image.width for image in job.request.given.images] == [96, 640, 64]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"prompt": " "}, "prompt"),
        ({"quality": "max"}, "quality"),
        ({"mask_means": "purple"}, "mask_means"),
        ({"extend_left": "wide"}, "extend_left"),
        ({"n": "lots"}, "n"),
    ],
)
def test_on_an_error_everything_that_was_sent_is_kept(
    studio: Studio, visitor: Visitor, wrong: dict[str, str], field: str
) -> None:
    answer = send(visitor, image=file(PHOTO), mask=file(mask(), "mask.png"), keep_unmasked="false", **wrong)
    assert answer.status_code == 400
    page = Document(answer)
    assert page.error(field)
    assert "nothing was charged" in page.text
    assert "checked" not in page.one("input", id="keep_unmasked")
    again = {name: page.value(name) for name in ("csrf_token", "submission", "prompt")}
    again |= {"image": given(page), "mask": given(page, "mask"), "keep_unmasked": "false"}
    assert send(visitor, **again | {"prompt": "a green sofa"}).status_code == 303
    edit = only_edit(studio)
    assert edit.given is not None
    assert edit.given.mask is not None
    assert not edit.given.keep_unmasked


def test_what_is_no_picture_is_named_and_the_others_are_kept(studio: Studio, visitor: Visitor) -> None:
    answer = send(visitor, image=[file(PHOTO), file(b"%PDF-1.7", "plan<b>.pdf")])
    assert answer.status_code in (400, 415)
    page = Document(answer)
    assert page.error("image").startswith("plan<b>.pdf: ")
    assert len(given(page)) == 1
    assert jobs_of(studio) == []


def test_over_the_budget_the_pictures_are_kept_too(studio: Studio) -> None:
    poor = replace(studio, generation=replace(studio.generation, caps=Caps(daily=1_000)))
    answer = send(Visitor(poor), image=file(PHOTO), mask=file(mask(), "mask.png"))
    assert answer.status_code == 402
    page = Document(answer)
    assert "Nothing was charged." in page.one("div", role="alert").text
    assert (len(given(page)), len(given(page, "mask"))) == (1, 1)


def test_a_form_from_an_earlier_session_keeps_its_pictures_and_then_works(studio: Studio, visitor: Visitor) -> None:
    answer = send(visitor, csrf_token="stale", submission="0" * 26, image=file(PHOTO))
    assert answer.status_code == 400
    page = Document(answer)
    assert page.value("prompt") == "a green sofa"
    assert jobs_of(studio) == []
    again = {name: page.value(name) for name in ("csrf_token", "submission", "prompt")}
    assert send(visitor, **again, image=given(page)).status_code == 303


def test_the_price_and_how_the_mask_was_understood_are_shown_without_paying(studio: Studio, visitor: Visitor) -> None:
    answer = send(visitor, prompt="", preview="1", image=file(PHOTO), mask=file(black_and_white(), "mask.png"))
    assert answer.status_code == 200
    page = Document(answer)
    assert page.one("output").text.startswith("about $0.")
    assert page.error("prompt") == ""
    assert "% will change" in page.one("p", id="mask-told").text
    assert jobs_of(studio) == []
    view = page.one("mask-painter")["mask"]
    with Image.open(BytesIO(visitor.fetch(view).data)) as shown:
        alpha = shown.convert("RGBA").getchannel("A")
    assert alpha.size == (640, 480)
    assert (alpha.getpixel((150, 150)), alpha.getpixel((10, 10))) == (0, 255)


def test_a_mask_can_be_turned_around(studio: Studio, visitor: Visitor) -> None:
    answer = send(visitor, preview="1", image=file(PHOTO), mask=file(mask(), "mask.png"), invert_mask=["false", "true"])
    page = Document(answer)
    assert "checked" in page.one("input", id="invert_mask")
    with Image.open(BytesIO(visitor.fetch(page.one("mask-painter")["mask"]).data)) as shown:
        alpha = shown.convert("RGBA").getchannel("A")
    assert (alpha.getpixel((150, 150)), alpha.getpixel((10, 10))) == (255, 0)


def test_pictures_are_put_first_and_removed_by_buttons(studio: Studio, visitor: Visitor) -> None:
    one, two, three = (uploaded(studio, picture((width, 64))) for width in (64, 80, 96))
    page = Document(send(visitor, image=[one, two, three], first="2"))
    assert given(page) == [three, one, two]
    page = Document(send(visitor, image=[three, one, two], remove="1"))
    assert given(page) == [three, two]
    assert jobs_of(studio) == []


@pytest.mark.parametrize("path", ["/edit", "/vary"])
def test_while_nothing_is_given_one_begins_with_a_kept_picture_and_keeps_the_words(
    studio: Studio, visitor: Visitor, path: str
) -> None:
    kept = drawn(studio, picture()).pictures[0]
    assert [button["value"] for button in visitor.open(path).all("button", name="add")] == [kept.id]
    page = Document(visitor.send(path, add=kept.id, prompt="a kite", strength="bold"))
    assert given(page) == [f"picture:{kept.id}"]
    assert not page.all("button", name="add")
    if path == "/edit":
        assert page.one("textarea").text.strip() == "a kite"
    else:
        assert "checked" in page.one("input", id="strength-bold")
    assert len(jobs_of(studio)) == 1, "nothing was sent"


def test_a_mask_can_be_taken_away(studio: Studio, visitor: Visitor) -> None:
    page = Document(send(visitor, image=uploaded(studio), mask=uploaded(studio, mask()), remove_mask="1"))
    assert given(page, "mask") == []
    assert len(given(page)) == 1


def test_a_picture_of_the_library_can_be_edited(studio: Studio, visitor: Visitor) -> None:
    kept = drawn(studio, picture((96, 64))).pictures[0]
    page = visitor.open(f"/edit?from={kept.id}")
    assert given(page) == [f"picture:{kept.id}"]
    assert page.one("mask-painter")["image"] == f"/pictures/{kept.id}/file"
    assert page.one("output").text.startswith("about")
    theirs = drawn(studio, picture((96, 64)), owner="bob").pictures[0]
    visitor.open(f"/edit?from={theirs.id}", status=404)


def test_an_upload_that_is_gone_is_said_and_the_rest_stays(studio: Studio, visitor: Visitor) -> None:
    mine, theirs = uploaded(studio), studio.uploads.add("bob", PHOTO).id
    page = visitor.open(f"/edit?image={mine}&upload={theirs}")
    assert given(page) == [mine]
    assert "no longer here" in page.error("image")


def test_the_form_of_an_earlier_edit_asks_the_same_again(studio: Studio, visitor: Visitor) -> None:
    send(visitor, image=file(PHOTO), mask=file(mask(), "mask.png"), quality="high", n="2", size="source")
    (first,) = jobs_of(studio)
    page = visitor.open(f"/edit?job={first.id}")
    assert (given(page), given(page, "mask")) == ([f"input:{first.id}/0"], [f"input:{first.id}/mask"])
    assert [page.value(name) for name in ("prompt", "quality", "n", "size")] == ["a green sofa", "high", "2", "source"]
    assert "checked" in page.one("input", id="keep_unmasked")
    send(visitor, image=given(page), mask=given(page, "mask"), quality="high", n="2", size="source")
    second, _ = jobs_of(studio)
    assert second.id != first.id
    assert second.fingerprint == first.fingerprint


def test_other_jobs_lead_to_their_own_forms(studio: Studio, visitor: Visitor) -> None:
    made = ask(studio)
    assert visitor.fetch(f"/edit?job={made.id}").location == f"/?from={made.id}"
    assert visitor.fetch(f"/vary?job={made.id}").location == f"/?from={made.id}"
    visitor.open(f"/edit?job={ask(studio, owner='bob').id}", status=404)


def test_extending_is_an_edit_of_the_new_part(studio: Studio, visitor: Visitor) -> None:
    assert send(visitor, image=file(PHOTO), extend_to="16:9").status_code == 303
    edit = only_edit(studio)
    assert edit.given is not None
    assert edit.given.extended_from is not None
    assert (edit.given.images[0].width, edit.given.images[0].height) == (854, 480)


def test_sending_the_same_form_twice_is_one_job(studio: Studio, visitor: Visitor) -> None:
    form = visitor.form()
    first, second = (send(visitor, **form, image=file(PHOTO), mask=file(mask(), "m.png")) for _ in range(2))
    assert first.location == second.location
    assert len(jobs_of(studio)) == 1


def test_a_usual_model_that_cannot_edit_leaves_editing_to_another(studio: Studio) -> None:
    other = replace(studio, generation=replace(studio.generation, default_model="dall-e-3"))
    page = Visitor(other).open("/edit")
    assert page.value("model") == "gpt-image-2"
    assert "dall-e-3" not in [option["value"] for option in page.options("model")]


def test_without_a_picture_it_is_said_beside_the_field(visitor: Visitor) -> None:
    answer = send(visitor)
    assert answer.status_code == 400
    assert Document(answer).error("image")


def test_no_more_than_sixteen_pictures_are_taken_in(studio: Studio, visitor: Visitor) -> None:
    one = uploaded(studio, picture((64, 64)))
    page = Document(send(visitor, image=[*[one] * 16, file(PHOTO, "last.jpg")]))
    assert page.error("image").startswith("last.jpg was left out")
    assert len(given(page)) == 16


def test_what_a_job_was_given_is_shown_to_its_owner_only(studio: Studio, visitor: Visitor) -> None:
    send(visitor, image=file(PHOTO), mask=file(mask(), "mask.png"))
    (job,) = jobs_of(studio)
    answer = visitor.fetch(f"/jobs/{job.id}/inputs/0")
    with Image.open(BytesIO(answer.data)) as shown:
        assert shown.size == (640, 480)
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    with Image.open(BytesIO(visitor.fetch(f"/jobs/{job.id}/inputs/0/thumbnail").data)) as small:
        assert small.size == (320, 240)
    assert visitor.fetch(f"/jobs/{job.id}/inputs/mask").mimetype == "image/png"
    for which in ("1", "-1", "x", "mask/x"):
        visitor.open(f"/jobs/{job.id}/inputs/{which}", status=404)
    theirs = studio.uploads.add("bob", PHOTO)
    for what in ("file", "thumbnail"):
        visitor.open(f"/uploads/{theirs.id}/{what}", status=404)


def test_an_upload_is_served_as_it_was_made_safe(studio: Studio, visitor: Visitor) -> None:
    upload = studio.uploads.add(STUDIO, PHOTO)
    answer = visitor.fetch(f"/uploads/{upload.id}/file")
    assert (answer.mimetype, answer.data) == ("image/jpeg", studio.uploads.read(upload))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


class TestVariations:
    def send(self, visitor: Visitor, **fields: Any) -> TestResponse:
        return visitor.send("/vary", **fields)

    def test_one_picture_becomes_a_job(self, studio: Studio, visitor: Visitor) -> None:
        answer = self.send(visitor, image=file(PHOTO), strength="bold", n="3", quality="low")
        assert answer.status_code == 303, Document(answer).text
        edit = only_edit(studio)
        assert (edit.wish, edit.n) == ("vary", 3)
        assert edit.given is not None
        assert edit.given.strength == "bold"

    def test_the_form_of_an_earlier_one_asks_the_same_again(self, studio: Studio, visitor: Visitor) -> None:
        self.send(visitor, image=file(PHOTO), strength="subtle", n="2")
        (first,) = jobs_of(studio)
        page = Document(visitor.client.get(f"/edit?job={first.id}", follow_redirects=True))
        assert given(page) == [f"input:{first.id}/0"]
        assert page.value("n") == "2"
        assert "checked" in page.one("input", id="strength-subtle")

    def test_a_model_with_an_endpoint_for_it_is_asked_there(self, studio: Studio, visitor: Visitor) -> None:
        assert self.send(visitor, image=file(PHOTO), model="dall-e-2", size="256x256").status_code == 303
        assert isinstance(jobs_of(studio)[0].request, Vary)

    def test_on_an_error_the_picture_is_kept_and_a_new_one_takes_its_place(
        self, studio: Studio, visitor: Visitor
    ) -> None:
        page = Document(self.send(visitor, image=file(PHOTO), strength="furious", quality="max"))
        assert page.error("strength")
        assert page.error("quality")
        (kept,) = given(page)
        page = Document(self.send(visitor, image=[kept, file(picture((64, 64)))], preview="1"))
        (new,) = given(page)
        assert new != kept
        assert jobs_of(studio) == []


def test_the_same_form_leads_to_its_job_when_its_uploads_are_no_longer_here(studio: Studio, visitor: Visitor) -> None:
    typed = {**visitor.form(), "prompt": "a green sofa", "image": uploaded(studio), "mask": uploaded(studio, mask())}
    first = visitor.send("/edit", **typed)
    end_the_day_of_uploads(studio)
    again = visitor.send("/edit", **typed)
    assert (first.status_code, again.status_code, again.location) == (303, 303, first.location)
    assert len(jobs_of(studio)) == 1
