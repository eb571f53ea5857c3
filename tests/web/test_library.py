"""The library: nothing that was made is out of reach, and nothing jumps while it loads."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from app.wiring import Studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, drawn


def pictures_on(page: Document) -> list[str]:
    return [link["href"].rpartition("/")[2] for link in page.all("a", class_="thumb")]


def test_an_empty_library_offers_something_to_begin_with(visitor: Visitor) -> None:
    page = visitor.open("/library")
    assert "Nothing yet" in page.text
    assert page.one("a", class_="empty-example")["href"].startswith("/?prompt=A%20white%20siamese")


def test_the_newest_come_first_and_all_can_be_reached(studio: Studio, visitor: Visitor) -> None:
    data = picture()
    made = [p.id for _ in range(7) for p in reversed(drawn(studio, *[data] * 9).pictures)]
    first = visitor.open("/library")
    second = visitor.open(first.one("a", rel="next")["href"])
    assert sorted(pictures_on(first) + pictures_on(second)) == sorted(made)
    assert pictures_on(first) == sorted(made, reverse=True)[:60]
    assert not second.all("a", rel="next")
    assert second.one("a", class_="button", href="/library").text == "Newest"


def test_a_page_beyond_the_end_says_so(visitor: Visitor) -> None:
    assert "There is nothing older." in visitor.open("/library?before=00000000000000000000000000").text


def test_only_your_own_pictures_are_there(studio: Studio, visitor: Visitor) -> None:
    drawn(studio, picture(), owner="bob")
    assert pictures_on(visitor.open("/library")) == []


def test_a_thumbnail_has_the_size_that_the_page_keeps_free_for_it(studio: Studio, visitor: Visitor) -> None:
    drawn(studio, picture((1000, 333)))
    image = visitor.open("/library").one("img", alt="a white siamese cat")
    with Image.open(BytesIO(visitor.fetch(image["src"]).data)) as small:
        assert (str(small.width), str(small.height)) == (image["width"], image["height"]) == ("320", "107")
