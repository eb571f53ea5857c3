"""While calls are paused every page says why, and offers to try again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import Fault
from app.wiring import Studio
from tests.studios import open_studio
from tests.web.visiting import Visitor

NO_CREDIT = Fault("upstream_quota", "The account at the image provider has no credit left.")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path) as studio:
        yield studio


def test_pages_say_nothing_while_all_is_well(studio: Studio) -> None:
    assert not Visitor(studio).open("/").all("aside", class_="paused")


@pytest.mark.parametrize("path", ["/", "/library", "/spending"])
def test_every_page_says_why_nothing_is_sent_until_somebody_has_it_tried_again(studio: Studio, path: str) -> None:
    visitor = Visitor(studio)
    studio.generation.gate.pause(NO_CREDIT, after_trial=False)
    page = visitor.open(path)
    (notice,) = [aside for aside in page.elements if aside.tag == "aside" and aside.attributes.get("class") == "paused"]
    assert "out of credit" in notice.text
    (form,) = page.all("form", action="/resume")
    assert form["method"] == "post"
    answer = visitor.client.post("/resume", data={"csrf_token": page.value("csrf_token")})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "out of credit" not in visitor.open(path).response.text
    assert studio.generation.gate.enter().trial


def test_trying_again_takes_the_forms_own_token(studio: Studio) -> None:
    studio.generation.gate.pause(NO_CREDIT, after_trial=False)
    assert Visitor(studio).client.post("/resume").status_code == 400
    assert Visitor(studio).client.get("/resume").status_code == 405
    assert studio.generation.notice() is not None


def test_a_page_is_shown_although_nobody_knows_whether_calls_are_paused(studio: Studio) -> None:
    class Away:
        def notice(self) -> Fault | None:
            raise OSError("planted")

    without = replace(studio, generation=replace(studio.generation, gate=Away()))
    assert Visitor(without).open("/").response.status_code == 200
