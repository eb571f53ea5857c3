"""The job page: honest while it runs, complete when it is done, clear when it went wrong."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.accounts import STUDIO
from app.domain.errors import Fault
from app.domain.jobs import Resolved, State
from app.domain.requests import Generate
from app.wiring import Studio
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, ask, at_rest, drawn, end, kept


@pytest.fixture
def paying(tmp_path: Path) -> Iterator[Studio]:
    """A studio over a gateway, where money is real; nothing is ever sent."""
    with open_studio(tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9/v1") as studio:
        yield at_rest(studio)


def test_while_it_waits_its_frame_has_the_proportions_of_the_picture(studio: Studio, visitor: Visitor) -> None:
    job = ask(studio, Generate(prompt="a cat", model="gpt-image-2", size="1536x1024", n=2))
    page = visitor.open(f"/jobs/{job.id}")
    assert [frame["viewbox"] for frame in page.all("svg", class_="frame")] == ["0 0 1536 1024"] * 2
    assert "Waiting for its turn" in page.text
    assert "so far" in page.text
    assert "You may leave" in page.text


def test_without_a_script_an_open_job_looks_again_by_itself_and_a_finished_one_does_not(
    studio: Studio, visitor: Visitor
) -> None:
    job = ask(studio)
    assert visitor.open(f"/jobs/{job.id}").one("meta", **{"http-equiv": "refresh"})["content"] == "2"
    end(studio, job, State.REJECTED, fault=Fault("upstream_error", "It broke."))
    assert not visitor.open(f"/jobs/{job.id}").all("meta", **{"http-equiv": "refresh"})


def test_the_usual_time_is_that_of_earlier_jobs_like_it(studio: Studio, visitor: Visitor) -> None:
    assert "usually about" not in visitor.open(f"/jobs/{ask(studio).id}").text
    drawn(studio, picture())
    assert "usually about" in visitor.open(f"/jobs/{ask(studio).id}").text


def test_what_was_not_sent_can_be_cancelled_and_costs_nothing(studio: Studio, visitor: Visitor) -> None:
    job = ask(studio)
    page = visitor.open(f"/jobs/{job.id}")
    action = page.one("form", action=f"/jobs/{job.id}/cancel")
    answer = visitor.send(action["action"], csrf_token=page.value("csrf_token"), submission="")
    assert (answer.status_code, answer.location) == (303, f"/jobs/{job.id}")
    text = visitor.open(answer.location).text
    assert "stopped before it was sent" in text
    assert "Nothing was charged." in text


def test_cancelling_needs_the_forms_token(studio: Studio, visitor: Visitor) -> None:
    job = ask(studio)
    assert visitor.send(f"/jobs/{job.id}/cancel", csrf_token="", submission="").status_code == 400
    assert studio.jobs.find(STUDIO, job.id).state is State.QUEUED


def test_what_was_sent_can_no_longer_be_cancelled_and_says_so(studio: Studio, visitor: Visitor) -> None:
    job = ask(studio)
    studio.jobs.store.claim(job.attempts[0].id, "tests", 30.0)
    visitor.send(f"/jobs/{job.id}/cancel")
    page = visitor.open(f"/jobs/{job.id}")
    assert "can no longer be cancelled" in page.text
    assert not page.all("form", action=f"/jobs/{job.id}/cancel")


def test_a_pause_the_provider_asked_for_is_told_as_one(studio: Studio, visitor: Visitor) -> None:
    job = ask(studio)
    found = studio.jobs.store.claim(job.attempts[0].id, "tests", 30.0)
    assert found is not None
    attempt, _ = found
    assert attempt.token is not None
    studio.jobs.store.postpone(attempt.id, attempt.token, 20.0, Fault("rate_limited", "The provider is busy."))
    text = visitor.open(f"/jobs/{job.id}").text
    assert "nothing was charged" in text
    assert re.search(r"sent again by itself, in about (19|20) s", text)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_a_result_is_the_very_bytes_under_their_true_type(studio: Studio, visitor: Visitor, file_format: str) -> None:
    data = picture((96, 64), file_format)
    job = drawn(studio, data)
    image = visitor.open(f"/jobs/{job.id}").one("img", alt="a white siamese cat")
    head, _, body = image["src"].partition(",")
    assert head == f"data:image/{file_format.lower()};base64"
    assert base64.b64decode(body, validate=True) == data
    assert (image["width"], image["height"]) == ("96", "64")


def test_a_finished_job_tells_its_whole_story(paying: Studio) -> None:
    wanted = Generate(prompt="a cat", model="gpt-image-2", size="1024x1024", quality="high", output_format="webp")
    job = end(
        paying,
        ask(paying, wanted),
        State.DONE,
        pictures=(kept(paying, picture((96, 64), "WEBP"), revised_prompt="A tabby on a <b>sofa</b>."),),
        cost=5_950,
        basis="usage",
        resolved=Resolved(model="gpt-image-2-2026-04-21", quality="low", size="96x64"),
        notes=("One more thing.",),
        upstream_request_id="req_1234",
    )
    page = Visitor(paying).open(f"/jobs/{job.id}")
    rows = [" ".join(row.text.split()) for row in page.all("tr", class_="is-different")]
    assert rows == ["Size1024 × 102496 × 64 differs", "QualityHighLow differs"]
    for told in ("A tabby on a <b>sofa</b>.", "$0.006, from the reported usage", "One more thing.", "req_1234", "WebP"):
        assert told in page.text
    assert page.one("a", href=f"/pictures/{job.pictures[0].id}/download").text == "Download"
    assert page.one("a", href=f"/?from={job.id}").text == "Again with changes"


def test_what_matters_stands_on_one_line_and_the_rest_unfolds_by_itself_only_when_something_differs(
    paying: Studio,
) -> None:
    wanted = Generate(prompt="a cat", model="gpt-image-2", quality="low")
    as_asked = end(
        paying,
        ask(paying, wanted),
        State.DONE,
        pictures=(kept(paying, picture((96, 64))),),
        cost=ask(paying, wanted).estimate,
        basis="usage",
        resolved=Resolved(model="gpt-image-2", quality="low", size="96x64"),
    )
    visitor = Visitor(paying)
    page = visitor.open(f"/jobs/{as_asked.id}")
    assert "GPT Image 2 96 × 64 Low PNG $0.006" in " ".join(page.one("ul", class_="fact-line").text.split())
    assert "open" not in page.one("details", class_="fold")
    dearer = end(paying, ask(paying, wanted), State.DONE, pictures=(kept(paying, picture((96, 64))),), cost=90_000)
    assert "open" in visitor.open(f"/jobs/{dearer.id}").one("details", class_="fold")


def test_the_next_wish_is_said_of_the_one_picture_there_is(studio: Studio, visitor: Visitor) -> None:
    job = drawn(studio, picture())
    form = visitor.open(f"/jobs/{job.id}").one("form", class_="next")
    assert form["action"] == "/conversations/new"
    page = visitor.open(f"/conversations/new?from={job.pictures[0].id}&prompt=now+at+night")
    assert page.one("textarea").text.strip() == "now at night"
    assert f"picture:{job.pictures[0].id}" in [
        field["value"] for field in page.all("input", name="image", type="hidden")
    ]
    several = drawn(studio, picture(), picture(seed=1))
    assert not visitor.open(f"/jobs/{several.id}").all("form", class_="next")


def test_a_star_given_on_the_page_of_a_job_leads_back_to_it(studio: Studio, visitor: Visitor) -> None:
    job = drawn(studio, picture())
    one = job.pictures[0].id
    page = visitor.open(f"/jobs/{job.id}")
    assert page.one("button", class_="button star")["aria-pressed"] == "false"
    fields = {"do": "favourite", "job": job.id, "csrf_token": page.value("csrf_token")}
    answer = visitor.client.post(f"/pictures/{one}", data=fields)
    assert (answer.status_code, answer.location) == (303, f"/jobs/{job.id}#{one}")
    assert visitor.open(f"/jobs/{job.id}").one("button", class_="button star")["aria-pressed"] == "true"
    fields |= {"do": "unfavourite", "job": "//elsewhere.example"}
    assert visitor.client.post(f"/pictures/{one}", data=fields).location == f"/pictures/{one}"


def test_who_waits_longer_than_usual_is_told(studio: Studio, visitor: Visitor) -> None:
    job = ask(studio)
    assert "hidden" in visitor.open(f"/jobs/{job.id}").one("p", **{"data-slow": "120.0"})
    drawn(studio, picture())  # which takes no time here: anything above ten seconds is slow
    assert "hidden" in visitor.open(f"/jobs/{ask(studio).id}").one("p", **{"data-slow": "10.0"})


def test_in_practice_the_cost_says_that_it_was_not_charged(studio: Studio, visitor: Visitor) -> None:
    assert "$0.006, not charged in practice" in visitor.open(f"/jobs/{drawn(studio, picture()).id}").text


def test_every_picture_of_a_job_is_shown(studio: Studio, visitor: Visitor) -> None:
    job = drawn(studio, *(picture(seed=seed) for seed in range(3)))
    sources = {image["src"] for image in visitor.open(f"/jobs/{job.id}").all("img", alt="a white siamese cat")}
    assert len(sources) == 3


def test_a_picture_whose_file_is_gone_is_told_as_gone(studio: Studio, visitor: Visitor) -> None:
    job = drawn(studio, picture())
    for path in studio.settings.data_dir.rglob(job.pictures[0].digest):
        path.unlink()
    assert "The file of this picture is missing" in visitor.open(f"/jobs/{job.id}").text


@pytest.mark.parametrize(
    ("state", "ending", "told"),
    [
        (
            State.REJECTED,
            {"fault": Fault("content_rejected", "It is not drawn.", upstream_request_id="req_9")},
            ("safety check refused", "It is not drawn.", "Nothing was charged.", "Say it differently", "req_9"),
        ),
        (
            State.REJECTED,
            {"fault": Fault("upstream_quota", "There is no credit.")},
            ("out of credit", "There is no credit.", "Nothing was charged.", "Add credit"),
        ),
        (
            State.REJECTED,
            {"fault": Fault("something_new", "It broke.")},
            ("did not work", "It broke.", "Nothing was charged.", "Try again"),
        ),
        (
            State.FAILED,
            {"fault": Fault("upstream_bad_response", "It is text.", may_have_cost=True), "cost": 5_880},
            ("not a usable picture", "It is text.", "It was billed: $0.006, as estimated", "is a new call"),
        ),
        (
            State.UNKNOWN,
            {"fault": Fault("outcome_unknown", "No answer came.", may_have_cost=True), "keep_hold": True},
            ("not known how this ended", "No answer came.", "It may have been billed; up to $", "a new call"),
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, State) else None,
)
def test_what_went_wrong_is_told_with_its_cost_and_what_to_do(
    paying: Studio, state: State, ending: dict[str, object], told: tuple[str, ...]
) -> None:
    job = end(paying, ask(paying), state, **ending)
    page = Visitor(paying).open(f"/jobs/{job.id}")
    for sentence in told:
        assert sentence in page.text
    assert page.one("a", href=f"/?from={job.id}").text == "Back to the form, filled in"
    assert not page.all("svg", class_="frame")


def test_a_job_of_somebody_else_does_not_exist(studio: Studio, visitor: Visitor) -> None:
    theirs = ask(studio, owner="bob")
    for path in (f"/jobs/{theirs.id}", "/jobs/nonsense", "/jobs/..%2f..%2fetc"):
        assert "There is nothing here" in visitor.open(path, status=404).text
    assert visitor.send(f"/jobs/{theirs.id}/cancel").status_code == 404
    assert studio.jobs.find("bob", theirs.id).state is State.QUEUED


def test_markup_in_a_prompt_stays_text(studio: Studio, visitor: Visitor) -> None:
    nasty = '"><script>alert(1)</script>{{ 7*7 }}'
    job = drawn(studio, picture(), request=Generate(prompt=nasty, model="gpt-image-2"))
    for path in (f"/jobs/{job.id}", f"/pictures/{job.pictures[0].id}", "/library", "/"):
        page: Document = visitor.open(path)
        assert "<script>alert" not in page.response.text
        assert nasty in [image["alt"] for image in page.all("img")]
