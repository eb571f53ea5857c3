"""The library: nothing that was made is out of reach, and what is looked for is found by its address."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from app.domain.accounts import STUDIO
from app.domain.library import Change
from app.domain.requests import Generate
from app.wiring import Studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, ask, drawn


def pictures_on(page: Document) -> list[str]:
    return [link["href"].rpartition("/")[2].partition("?")[0] for link in page.all("a", class_="thumb")]


def made(studio: Studio, prompt: str, **options: str) -> str:
    """The id of a picture of that prompt."""
    size = options.pop("shape", "64x48").split("x")
    request = Generate(prompt=prompt, model=options.pop("model", "gpt-image-2"))
    return drawn(studio, picture((int(size[0]), int(size[1]))), request=request).pictures[0].id


def chips_of(page: Document) -> dict[str, str]:
    """What is filtered by, and the address without it."""
    return {
        " ".join(chip.text.split()).removeprefix("Remove filter ").removesuffix(" ×"): chip["href"]
        for chip in page.all("a", class_="chip")
    }


def test_an_empty_library_offers_something_to_begin_with(visitor: Visitor) -> None:
    page = visitor.open("/library")
    assert "Nothing yet" in page.text
    assert page.one("a", class_="empty-example")["href"].startswith("/?prompt=A%20white%20siamese")


def test_the_newest_come_first_and_all_can_be_reached(studio: Studio, visitor: Visitor) -> None:
    data = picture()
    pictures = [p.id for _ in range(7) for p in reversed(drawn(studio, *[data] * 9).pictures)]
    first = visitor.open("/library")
    second = visitor.open(first.one("a", rel="next")["href"])
    assert sorted(pictures_on(first) + pictures_on(second)) == sorted(pictures)
    assert pictures_on(first) == sorted(pictures, reverse=True)[:60]
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


def test_the_address_holds_the_whole_query_and_the_form_shows_it(studio: Studio, visitor: Visitor) -> None:
    wide, _, other = made(studio, "Ein Fuchs", shape="64x48"), made(studio, "Fuchs"), made(studio, "a cat")
    studio.library.change(STUDIO, [wide, other], Change(favourite=True, add_tags=("Schnee",)))
    query = "query=fuchs&tag=schnee&favourite=1&model=gpt-image-2&kind=generate&size=landscape&max_cost=0.5"
    page = visitor.open(f"/library?{query}")
    assert pictures_on(page) == [wide]
    assert page.all("option", value="Schnee")
    assert "One picture" in page.text
    assert (page.value("query"), page.value("tag"), page.value("model")) == ("fuchs", "schnee", "gpt-image-2")
    assert (page.value("kind"), page.value("size"), page.value("max_cost")) == ("generate", "landscape", "0.5")
    assert "checked" in page.one("input", name="favourite")
    assert page.one("a", class_="thumb")["href"] == f"/pictures/{wide}?{query}"


def test_every_filter_has_a_chip_that_takes_it_away(studio: Studio, visitor: Visitor) -> None:
    album = studio.library.add_album(STUDIO, "Sea")
    page = visitor.open(f"/library?query=x&tag=a,b&album={album.id}&since=2026-01-31&size=640x480&favourite=0")
    chips = chips_of(page)
    assert list(chips) == [
        "Tag: a", "Tag: b", "Not favourites", "Album: Sea", "640 × 480", "From 2026-01-31",
    ]  # fmt: skip
    assert chips["Tag: a"] == f"/library?query=x&tag=b&favourite=0&album={album.id}&size=640x480&since=2026-01-31"
    assert "tag" in chips["Album: Sea"]
    assert "album" not in chips["Album: Sea"]


def test_a_form_sent_with_empty_fields_asks_for_nothing(studio: Studio, visitor: Visitor) -> None:
    made(studio, "a cat")
    page = visitor.open("/library?query=&tag=&model=&since=&utm_source=mail")
    assert len(pictures_on(page)) == 1
    assert chips_of(page) == {}


def test_what_cannot_be_understood_is_told_beside_its_field_with_what_was_typed(visitor: Visitor) -> None:
    page = visitor.open("/library?since=yesterday&min_cost=free&query=cat", status=400)
    assert "must be a day such as" in page.error("since")
    assert "amount in US dollars" in page.error("min_cost")
    assert (page.value("since"), page.value("query")) == ("yesterday", "cat")
    assert "open" in page.one("details", class_="menu filters")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/library?query=zebra", "No picture has all of that."),
        ("/library?favourite=1", "No favourites yet."),
        ("/library?bin=1", "The bin is empty."),
        ("/library/albums", "No albums yet."),
    ],
)
def test_an_empty_shelf_says_what_would_be_there(studio: Studio, visitor: Visitor, path: str, told: str) -> None:
    made(studio, "a cat")
    assert told in visitor.open(path).text


def test_what_a_page_finds_it_quotes_as_text(studio: Studio, visitor: Visitor) -> None:
    nasty = '"><script>alert(1)</script>&amp;'
    made(studio, nasty)
    page = visitor.open("/library?query=%22%3E%3Cscript%3Ealert(1)%3C/script%3E%26amp;")
    assert len(pictures_on(page)) == 1
    assert page.value("query") == nasty
    assert all("src" in script for script in page.all("script"))


def test_pictures_under_way_have_their_place_on_the_first_page_only(studio: Studio, visitor: Visitor) -> None:
    job = ask(studio, Generate(prompt="a kite", model="gpt-image-2", n=2, size="1536x1024"))
    page = visitor.open("/library")
    places = [tile for tile in page.all("li") if tile.attributes.get("data-job") == job.id]
    assert [place["class"] for place in places] == ["tile tile-coming shape-7"] * 2
    assert "Waiting" in places[0].text
    assert page.all("a", href=f"/jobs/{job.id}")
    assert not visitor.open("/library?query=kite").all("a", href=f"/jobs/{job.id}")


def test_the_bin_shows_what_lies_there_and_nothing_else_does(studio: Studio, visitor: Visitor) -> None:
    gone = made(studio, "a cat")
    studio.library.change(STUDIO, [gone], Change(delete=True))
    page = visitor.open("/library?bin=1")
    image = page.one("img", alt="a cat")
    assert image["src"] == f"/library/bin/{gone}/thumbnail"
    assert visitor.fetch(image["src"]).mimetype == "image/webp"
    assert not page.all("a", class_="thumb")
    visitor.open(f"/pictures/{gone}", status=404)
    visitor.open(f"/pictures/{gone}/thumbnail", status=404)
    studio.library.change(STUDIO, [gone], Change(restore=True))
    visitor.open(f"/library/bin/{gone}/thumbnail", status=404)


def test_back_finds_the_page_again_unless_it_told_something(studio: Studio, visitor: Visitor) -> None:
    made(studio, "a cat")
    assert visitor.client.get("/library").headers["Cache-Control"] == "private, no-cache"
    visitor.send("/library/empty")
    assert visitor.client.get("/library?bin=1").headers["Cache-Control"] == "no-store"
