"""Light or dark: the reader's own settings, or the switch in the footer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.studios import open_studio
from tests.web.visiting import Document, Visitor


def choose(visitor: Visitor, theme: str, path: str = "/library?query=fog") -> Document:
    """The page after its switch was pressed."""
    page = visitor.open(path)
    form = {"theme": theme, "next": page.value("next"), "csrf_token": page.value("csrf_token")}
    return Document(visitor.client.post("/theme", data=form, follow_redirects=True))


def pressed(page: Document) -> list[str]:
    return [button["value"] for button in page.all("button", name="theme") if button["aria-pressed"] == "true"]


def media(page: Document) -> list[str]:
    return [element["media"] for element in page.all("meta", name="theme-color")]


def test_nobody_chose_so_the_readers_system_decides(visitor: Visitor) -> None:
    page = visitor.open("/")
    assert page.one("html")["data-theme"] == "system"
    assert page.one("meta", name="color-scheme")["content"] == "light dark"
    assert pressed(page) == ["system"]


def test_a_theme_stays_until_another_is_chosen(visitor: Visitor) -> None:
    dark = choose(visitor, "dark")
    assert dark.response.request.full_path == "/library?query=fog"
    assert dark.one("html")["data-theme"] == "dark"
    again = visitor.open("/nowhere", 404)
    assert again.one("meta", name="color-scheme")["content"] == "dark"
    assert media(again) == ["not all", "all"]
    assert pressed(again) == ["dark"]
    assert pressed(choose(visitor, "light")) == ["light"]
    assert pressed(choose(visitor, "system")) == ["system"]


@pytest.mark.parametrize("theme", ["", "sepia", "dark\r\nX: y"])
def test_a_theme_that_is_none_changes_nothing(visitor: Visitor, theme: str) -> None:
    choose(visitor, "dark")
    assert pressed(choose(visitor, theme)) == ["dark"]


def test_a_cookie_that_names_no_theme_is_as_good_as_none(visitor: Visitor) -> None:
    visitor.client.set_cookie("theme", "sepia")
    assert visitor.open("/").one("html")["data-theme"] == "system"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", ""])
def test_the_way_back_never_leaves_the_site(visitor: Visitor, target: str) -> None:
    token = visitor.open("/").value("csrf_token")
    answer = visitor.client.post("/theme", data={"theme": "dark", "next": target, "csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_stranger_chooses_too(tmp_path: Path) -> None:
    with open_studio(tmp_path, ATELIER_PASSWORD="correct horse battery") as studio:
        page = choose(Visitor(studio), "dark", "/sign-in?next=/library")
    assert page.response.request.full_path == "/sign-in?next=/library"
    assert pressed(page) == ["dark"]
