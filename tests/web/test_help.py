"""The Help page explains what there is, made from what there is."""

from __future__ import annotations

import tomllib
from pathlib import Path

from app.domain.catalogue import load_catalogue
from app.domain.release import VERSION
from app.wiring import Studio
from tests.studios import open_studio
from tests.web.visiting import Visitor

ROOT = Path(__file__).parent.parent.parent


def test_every_model_of_the_catalogue_is_told_with_its_days_and_what_it_can_do(visitor: Visitor) -> None:
    page = visitor.open("/help")
    text = page.text
    for model in load_catalogue().models:
        assert model.title in text
        assert model.id in text
    (usual,) = (model.text for model in page.all("li", class_="help-model") if "Taken unless" in model.text)
    for told in ("GPT Image 2", "gpt-image-2 · about $0.006", "Since 21 Apr 2026."):
        assert told in usual
    assert "OpenAI refuses it from 1 Dec 2026; then gpt-image-2.5-sunburst." in text
    assert "Makes pictures, edits them, talks about them; any shape up to 3840 pixels" in text
    assert "animations" in text


def test_what_cannot_be_asked_for_here_has_no_price(tmp_path: Path) -> None:
    with open_studio(tmp_path, OPENAI_API_KEY="sk-test") as studio:
        page = Visitor(studio).open("/help")
    retired = next(e for e in page.all("li", class_="help-model is-retired"))
    assert "OpenAI retired it on" in retired.text
    assert "about $" not in retired.text
    assert "practice" not in page.text


def test_help_has_the_keys_of_every_room_and_every_page_leads_to_it(visitor: Visitor) -> None:
    page = visitor.open("/help")
    rooms = [link for link in page.all("a") if "data-go" in link]
    keys = " ".join(page.one("main").text.split())
    assert len(rooms) >= 4
    for room in rooms:
        assert f"g {room['data-go']}{room.text}" in keys
    for path, status in (("/", 200), ("/library", 200), ("/nowhere", 404)):
        links = [link["href"] for link in visitor.open(path, status).all("a")]
        assert {"/help", "/help#keys"} <= set(links)


def test_the_list_of_contents_leads_to_every_part(visitor: Visitor) -> None:
    page = visitor.open("/help")
    parts = [section["aria-labelledby"] for section in page.all("section")]
    links = [link["href"] for link in page.all("a") if link["href"].startswith("#") and link["href"] != "#main"]
    assert links == [f"#{part}" for part in parts]
    assert "practice" in parts, "the practice notice leads there"


def test_a_studio_whose_files_tell_nothing_says_so(tmp_path: Path) -> None:
    with open_studio(tmp_path, ATELIER_EMBED_METADATA="0") as studio:
        assert "Files tell nothing of how they were made" in Visitor(studio).open("/help").text


def test_the_version_is_the_one_of_the_project(visitor: Visitor, studio: Studio) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
    assert f"Atelier {VERSION}" in visitor.open("/").one("footer").text
