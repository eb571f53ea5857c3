"""The switch in the footer: a plain form that anybody can use and that leads back to where they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.wiring import Studio
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, drawn


def switch(visitor: Visitor, page: Document) -> Document:
    """The page that the only button of the switch leads to."""
    button = page.one("button", name="language")
    here = page.all("input", name="next")[-1]["value"]
    response = visitor.client.post(
        "/language",
        data={"language": button["value"], "next": here, "csrf_token": page.value("csrf_token")},
        follow_redirects=True,
    )
    return Document(response)


def test_the_switch_leads_to_chinese_and_back(visitor: Visitor) -> None:
    page = visitor.open("/spending")
    assert page.one("html")["lang"] == "en"
    button = page.one("button", name="language")
    assert (button.text, button["lang"]) == ("简体中文", "zh-Hans")
    chinese = switch(visitor, page)
    assert chinese.response.request.path == "/spending"
    assert chinese.one("html")["lang"] == "zh-Hans"
    assert {"创作", "编辑", "对话", "图库", "花费"} <= {link.text for link in chinese.all("a")}
    english = switch(visitor, chinese)
    assert english.one("html")["lang"] == "en"
    assert {"Create", "Edit", "Conversations", "Library", "Spending"} <= {link.text for link in english.all("a")}


def test_the_way_back_keeps_what_was_searched_for(visitor: Visitor) -> None:
    page = switch(visitor, visitor.open("/library?query=fog&tag=sea"))
    assert page.response.request.full_path == "/library?query=fog&tag=sea"


def test_a_form_that_was_refused_leads_back_to_an_empty_one(visitor: Visitor) -> None:
    refused = Document(visitor.send("/generate", prompt=""))
    assert refused.response.status_code == 400
    assert switch(visitor, refused).response.request.path == "/"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_the_way_back_never_leaves_the_site(visitor: Visitor, target: str) -> None:
    token = visitor.open("/").value("csrf_token")
    data = {"language": "zh-Hans", "next": target, "csrf_token": token}
    response = visitor.client.post("/language", data=data)
    assert (response.status_code, response.headers["Location"]) == (303, "/")


def test_a_stranger_chooses_too(tmp_path: Path) -> None:
    with open_studio(tmp_path, ATELIER_PASSWORD="correct horse battery") as studio:
        visitor = Visitor(studio)
        page = switch(visitor, visitor.open("/sign-in?next=/library"))
    assert page.response.request.full_path == "/sign-in?next=/library"
    assert page.one("html")["lang"] == "zh-Hans"


def test_a_switch_that_another_site_presses_does_nothing(visitor: Visitor) -> None:
    response = visitor.client.post("/language", data={"language": "zh-Hans"})
    assert response.status_code == 400
    assert visitor.open("/").one("html")["lang"] == "en"


def test_the_scripts_find_their_words_in_the_page_when_it_is_not_english(visitor: Visitor) -> None:
    assert not visitor.open("/").all("script", id="words")
    visitor.client.set_cookie("language", "zh-Hans")
    assert '"{seconds} s": "{seconds} \\u79d2"' in visitor.open("/").one("script", id="words").text


def test_what_is_cached_is_the_same_in_every_language(studio: Studio, visitor: Visitor) -> None:
    made = drawn(studio, picture()).pictures[0].id
    for path in (f"/pictures/{made}/file", f"/pictures/{made}/thumbnail", "/static/js/main.js"):
        answers = [visitor.fetch(path, {"Accept-Language": tag}) for tag in ("en", "zh")]
        assert answers[0].data == answers[1].data
        assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
    for path in ("/", "/library", "/nowhere", "/help"):
        kept = visitor.fetch(path, {"Accept-Language": "zh"}).headers
        assert {"no-store", "no-cache"} & set(kept["Cache-Control"].split(", "))
        assert "ETag" not in kept
