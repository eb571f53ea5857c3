"""What is done to many pictures at once: told afterwards, undone where it can be, and never to somebody else's."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.accounts import STUDIO
from app.domain.library import Change
from app.domain.library_query import LibraryQuery
from app.wiring import Studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, drawn


@pytest.fixture
def three(studio: Studio) -> list[str]:
    return [p.id for p in drawn(studio, *(picture(seed=seed) for seed in range(3))).pictures]


def there(studio: Studio, **query: Any) -> int:
    return studio.library.count(STUDIO, LibraryQuery(**query), at_most=100)


def send(visitor: Visitor, do: str, ids: list[str], **fields: str) -> TestResponse:
    return visitor.send("/library/change", do=do, ids=" ".join(ids), **fields)


def told(visitor: Visitor, answer: TestResponse) -> str:
    """What the page says to which an answer leads."""
    assert answer.status_code == 303
    return " ".join(visitor.open(answer.location).one("div", id="done").text.split())


def test_each_button_does_what_it_says(studio: Studio, visitor: Visitor, three: list[str]) -> None:
    two = three[:2]
    assert told(visitor, send(visitor, "favourite", two)) == "2 pictures added to the favourites."
    assert there(studio, favourite=True) == 2
    assert told(visitor, send(visitor, "unfavourite", two[:1])) == "Taken out of the favourites."
    assert there(studio, favourite=True) == 1
    assert told(visitor, send(visitor, "tag", two, tags="Sea, night")) == "2 pictures tagged Sea, night."
    assert told(visitor, send(visitor, "untag", two[:1], tags="SEA")) == "No longer tagged SEA."
    assert (there(studio, tags=("sea",)), there(studio, tags=("night",))) == (1, 2)
    assert told(visitor, send(visitor, "album", two, album_name="Trip")) == "2 pictures put into the album Trip."
    (album,) = studio.library.albums(STUDIO)
    assert told(visitor, send(visitor, "album", three, album_name=" trip ")) == "3 pictures put into the album Trip."
    assert told(visitor, send(visitor, "unalbum", two, album=album.id)) == "2 pictures taken out of the album Trip."
    assert [album.count for album in studio.library.albums(STUDIO)] == [1]


def test_what_was_deleted_is_brought_back_by_one_button(studio: Studio, visitor: Visitor, three: list[str]) -> None:
    send(visitor, "delete", three[2:])  # another time, and not to be undone with the next
    answer = send(visitor, "delete", three[:2], words="query=cat")
    assert answer.location == "/library?query=cat"
    page = visitor.open(answer.location)
    assert "2 pictures moved to the bin." in page.text
    assert there(studio) == 0
    undo = page.one("button", name="undo")["value"]
    assert told(visitor, visitor.send("/library/undo", undo=undo)) == "2 pictures brought back."
    assert (there(studio), there(studio, in_bin=True)) == (2, 1)
    for nothing in (undo, "a while ago", ""):
        assert told(visitor, visitor.send("/library/undo", undo=nothing)) == "Nothing is left to bring back."


def test_what_was_told_is_told_once(visitor: Visitor, three: list[str]) -> None:
    assert told(visitor, send(visitor, "favourite", three)) != ""
    assert visitor.open("/library").one("div", id="done").text.strip() == ""


def test_whatever_was_found_is_changed_on_all_its_pages(studio: Studio, visitor: Visitor, three: list[str]) -> None:
    studio.library.change(STUDIO, three[:2], Change(add_tags=("sea",)))
    send(visitor, "favourite", three[2:], whole="1", words="tag=sea")
    assert there(studio, favourite=True, tags=("sea",)) == there(studio, favourite=True) == 2


def test_the_bin_gives_back_and_is_emptied_for_good(studio: Studio, visitor: Visitor, three: list[str]) -> None:
    send(visitor, "delete", three)
    assert told(visitor, send(visitor, "restore", three[:1], words="bin=1")) == "Brought back from the bin."
    answer = visitor.send("/library/empty")
    assert told(visitor, answer) == "2 pictures forgotten for good."
    assert (there(studio), there(studio, in_bin=True)) == (1, 0)


@pytest.mark.parametrize(
    ("do", "fields", "sentence"),
    [
        ("tag", {}, "Write the tag first."),
        ("tag", {"tags": "x" * 61}, "longer than 60 characters"),
        ("album", {}, "Choose an album first"),
        ("explode", {}, "not known here"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(
    studio: Studio, visitor: Visitor, three: list[str], do: str, fields: dict[str, str], sentence: str
) -> None:
    assert sentence in told(visitor, send(visitor, do, three, **fields))
    assert (there(studio), studio.library.tags(STUDIO)) == (3, [])


def test_without_a_choice_nothing_happens(studio: Studio, visitor: Visitor, three: list[str]) -> None:
    assert "Choose at least one picture" in told(visitor, send(visitor, "delete", []))
    assert there(studio) == len(three)


def test_somebody_elses_pictures_stay_as_they_are(studio: Studio, visitor: Visitor) -> None:
    theirs = drawn(studio, picture(), owner="bob").pictures[0].id
    assert told(visitor, send(visitor, "delete", [theirs])).startswith("0 pictures")
    assert studio.library.find("bob", theirs).deleted_at is None


def test_selected_pictures_leave_as_a_zip_or_go_to_the_form_together(visitor: Visitor, three: list[str]) -> None:
    answer = send(visitor, "zip", three)
    assert (answer.status_code, answer.location) == (307, "/library/download")
    everything = send(visitor, "zip", three, whole="1", words="query=cat&favourite=0")
    assert (everything.status_code, everything.location) == (303, "/library/download?query=cat&favourite=0")
    assert send(visitor, "edit", three).location == "/edit?" + "&".join(f"from={one}" for one in three)


def test_one_is_led_back_to_this_studio_only(visitor: Visitor, three: list[str]) -> None:
    answer = send(visitor, "favourite", three, words="//evil.example/?query=x", before="//evil.example")
    assert answer.location == "/library"


def test_no_change_without_the_forms_token(studio: Studio, visitor: Visitor, three: list[str]) -> None:
    for path in ("/library/change", "/library/empty", "/library/undo", "/library/albums", f"/pictures/{three[0]}"):
        answer = visitor.client.post(path, data={"do": "delete", "ids": three[0], "name": "x"})
        assert answer.status_code == 400
    assert there(studio) == 3


def test_albums_are_made_renamed_and_removed_and_their_pictures_stay(
    studio: Studio, visitor: Visitor, three: list[str]
) -> None:
    assert told(visitor, visitor.send("/library/albums", name="Sea")) == "The album Sea is there."
    (album,) = studio.library.albums(STUDIO)
    studio.library.change(STUDIO, three, Change(add_to_album=album.id))
    page = visitor.open("/library/albums")
    assert "3 pictures" in page.one("a", href=f"/library?album={album.id}").text
    assert visitor.open(f"/library?album={album.id}").one("h1").text == "Sea"
    taken = Document(visitor.send("/library/albums", name="sea"))
    assert "There is an album called" in taken.error("album-name")
    answer = visitor.send(f"/library/albums/{album.id}", do="rename", name="Ocean")
    assert told(visitor, answer) == "The album is called Ocean now."
    told(visitor, visitor.send(f"/library/albums/{album.id}", do="remove"))
    assert (list(studio.library.albums(STUDIO)), there(studio)) == ([], 3)
    assert visitor.send(f"/library/albums/{album.id}", do="remove").status_code == 404


def test_what_is_told_of_many_long_tags_fits_into_a_cookie(visitor: Visitor, three: list[str]) -> None:
    tags = ",".join(sha256(bytes([number])).hexdigest() for number in range(200))
    answer = send(visitor, "untag", three, tags=tags)
    assert sum(len(line) for line in answer.headers.getlist("Set-Cookie")) < 1_000
    assert told(visitor, answer).startswith("3 pictures no longer tagged 6e34")
