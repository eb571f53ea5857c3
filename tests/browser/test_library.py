"""The library by hand: searched while typing, filtered, selected, tagged, binned and brought back, walked through."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from app.domain.accounts import STUDIO
from app.domain.library import Change
from app.domain.library_query import LibraryQuery
from app.domain.requests import Generate
from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.web.visiting import ask, at_rest, drawn

pytestmark = pytest.mark.browser

SUBJECTS = ("harbour", "fox", "forest", "lighthouse", "tulips")
SIZES = ((1024, 1024), (1024, 1536), (1536, 1024), (2048, 1152))


def painted(size: tuple[int, int], seed: int) -> bytes:
    """Something with as much in it as a photo: soft clouds of colour with a grain."""
    chance = random.Random(seed)
    clouds = Image.frombytes("RGB", (12, 12), chance.randbytes(12 * 12 * 3)).resize(size, Image.Resampling.BICUBIC)
    grain = Image.frombytes("RGB", (128, 128), chance.randbytes(128 * 128 * 3)).resize(size)
    data = BytesIO()
    Image.blend(clouds, grain.filter(ImageFilter.GaussianBlur(2)), 0.15).save(data, "JPEG", quality=80)
    return data.getvalue()


@pytest.fixture(scope="module", autouse=True)
def shelves(studio: Studio) -> None:
    """Seventy pictures of five subjects; one in seven by another model."""
    quiet = at_rest(studio)
    pictures = [painted(SIZES[n % 4], n) for n in range(8)]
    for n in range(14):
        for index, subject in enumerate(SUBJECTS):
            model = "gpt-image-1" if (5 * n + index) % 7 == 0 else "gpt-image-2"
            request = Generate(prompt=f"A {subject} at dusk, number {n}", model=model)
            drawn(quiet, pictures[(n + index) % 8], request=request)


@pytest.fixture(autouse=True)
def put_back(studio: Studio) -> Iterator[None]:
    """Whatever a test did, the next one finds the shelves as they were."""
    yield
    library = studio.library
    library.change(STUDIO, LibraryQuery(in_bin=True), Change(restore=True))
    library.change(STUDIO, LibraryQuery(), Change(tags=(), favourite=False, note=""))
    for album in library.albums(STUDIO):
        library.remove_album(STUDIO, album.id)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('href') ?? ''"))


def count_of(studio: Studio, **query: object) -> int:
    return studio.library.count(STUDIO, replace(LibraryQuery(), **query), at_most=1_000)  # type: ignore[arg-type]  # passed through


def test_search_select_three_tag_bin_and_undo_without_a_mouse(open_page: OpenPage, studio: Studio) -> None:
    page = open_page()
    page.goto("/")
    page.locator("h1, main").first.wait_for()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/library")
    page.keyboard.press("/")
    page.keyboard.type("lightho")
    expect(page.locator(".chosen-count")).to_have_text("14 pictures")
    expect(page).to_have_url(re.compile(r"/library\?query=lightho$"))
    expect(page.locator(".tile")).to_have_count(14)
    expect(page.get_by_role("searchbox")).to_be_focused()

    tiles = page.locator(".tile .thumb")
    tiles.first.focus()
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-count]")).to_have_text("3 selected")
    page.keyboard.press("t")
    page.keyboard.type("Sea, night")
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_contain_text("3 pictures tagged Sea, night.")
    assert count_of(studio, tags=("sea", "night")) == 3
    page.keyboard.press("f")
    expect(page.locator("#done")).to_contain_text("3 pictures added to the favourites.")
    expect(page.locator(".tile-star")).to_have_count(3)

    page.keyboard.press("Delete")
    expect(page.locator("#done")).to_contain_text("3 pictures moved to the bin.")
    expect(page.locator(".tile")).to_have_count(11)
    assert count_of(studio, in_bin=True) == 3
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_contain_text("3 pictures brought back.")
    expect(page).to_have_url(re.compile(r"/library\?query=lightho$"))
    expect(page.locator(".tile")).to_have_count(14)
    assert (count_of(studio, in_bin=True), count_of(studio, tags=("sea",))) == (0, 3)


def test_the_arrows_lead_through_the_wall_and_through_the_pictures_of_a_search(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/library?query=fox")
    links = [str(link.get_attribute("href")) for link in page.locator(".tile .thumb").all()]
    assert len(links) == 14
    page.keyboard.press("ArrowRight")
    assert focused(page) == links[0]
    page.keyboard.press("ArrowRight")
    assert focused(page) == links[1]
    page.keyboard.press("ArrowDown")
    below = focused(page)
    assert links.index(below) > 1
    page.keyboard.press("ArrowUp")
    assert links.index(focused(page)) < links.index(below)
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    for link in links[:3]:
        page.wait_for_url(f"**{link}")
        page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**{links[3]}")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**{links[2]}")
    page.keyboard.press("Escape")
    page.wait_for_url("**/library?query=fox")


def test_filters_take_effect_at_once_and_leave_by_their_chips(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/library")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Model").select_option("gpt-image-1")
    expect(page.locator(".chosen-count")).to_have_text("10 pictures")
    page.get_by_label("Shape").select_option("portrait")
    expect(page).to_have_url(re.compile(r"\?model=gpt-image-1&size=portrait$"))
    page.get_by_role("link", name="Remove filter Portrait").click()
    expect(page).to_have_url(re.compile(r"\?model=gpt-image-1$"))
    expect(page.locator(".chosen-count")).to_have_text("10 pictures")
    expect(page.get_by_label("Model")).to_have_value("gpt-image-1")


def test_the_wall_grows_as_one_scrolls_and_keeps_what_is_selected(open_page: OpenPage, studio: Studio) -> None:
    page = open_page()
    page.goto("/library")
    expect(page.locator(".tile")).to_have_count(60)
    page.locator(".tile .pick").first.check(force=True)
    page.mouse.wheel(0, 30_000)
    expect(page.locator(".tile")).to_have_count(70)
    page.locator(".tile").last.scroll_into_view_if_needed()
    page.locator(".tile .thumb").last.click(modifiers=["Shift"])  # from the first to here
    expect(page.locator("[data-count]")).to_have_text("70 selected")
    page.locator(".bulk").get_by_role("button", name="Favourite", exact=True).click()
    expect(page.locator("#done")).to_contain_text("70 pictures added to the favourites.")
    assert count_of(studio, favourite=True) == 70


def test_rows_are_full_and_of_one_height_and_nothing_moves_while_they_load(open_page: OpenPage) -> None:
    page = open_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value))"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto("/library")
    page.wait_for_load_state("networkidle")
    boxes = page.locator(".tile").evaluate_all(
        "tiles => tiles.map(t => { const b = t.getBoundingClientRect(); const i = t.querySelector('img');"
        " return [b.x, b.y, b.width, b.height, i.getAttribute('width') / i.getAttribute('height')]; })"
    )
    rows: dict[int, list[list[float]]] = {}
    for box in boxes:
        rows.setdefault(round(box[1]), []).append(box)
    right = page.locator(".wall").evaluate("wall => wall.getBoundingClientRect().right")
    assert len(rows) > 8
    for row in list(rows.values())[:-1]:
        assert max(box[3] for box in row) - min(box[3] for box in row) < 1
        assert abs(row[-1][0] + row[-1][2] - right) < 1
    assert all(abs(width / height / aspect - 1) < 0.03 for _, _, width, height, aspect in boxes)
    assert page.evaluate("window.shift") == 0


def test_a_page_of_sixty_weighs_less_than_a_photo(open_page: OpenPage) -> None:
    page = open_page()
    weight = []
    page.on("response", lambda answer: weight.append(int(answer.headers.get("content-length", 0))))
    page.goto("/library?until=2999-01-01")
    page.mouse.wheel(0, 2_000)
    for image in page.locator(".tile img").all()[:60]:
        image.evaluate("image => { image.loading = 'eager'; return image.decode(); }")
    assert len(weight) > 60
    assert sum(weight) < 1_500_000


def test_without_javascript_boxes_and_buttons_do_it(open_page: OpenPage, studio: Studio) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/library")
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".tile")).to_have_count(10)
    page.get_by_label("Search prompts, tags and notes").fill("tulips")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".tile")).to_have_count(14)
    for box in page.locator(".pick").all()[:3]:
        box.check()
    page.locator(".bulk summary", has_text="Tag").click()
    page.get_by_label("Tags, with commas between").fill("spring")
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_have_text("3 pictures tagged spring.")
    for box in page.locator(".pick").all()[:2]:
        box.check()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".tile")).to_have_count(12)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".tile")).to_have_count(14)
    assert count_of(studio, tags=("spring",)) == 3
    page.locator(".tile .thumb").nth(1).click()
    page.get_by_role("link", name="Older").click()
    page.get_by_role("link", name="Newer").click()
    page.get_by_role("button", name="Favourite").click()
    expect(page.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    assert count_of(studio, favourite=True) == 1


def test_on_a_touch_screen_boxes_are_there_and_a_tap_goes_on_selecting(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/library?query=forest")
    page.locator(".pick").first.tap()
    page.locator(".tile .thumb").nth(1).tap()
    expect(page.locator("[data-count]")).to_have_text("2 selected")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".bulk summary", has_text="Album").tap()
    page.get_by_label("Name of a new album").fill("Woods")
    page.locator(".bulk").get_by_role("button", name="Add").nth(0).tap()
    expect(page.locator("#done")).to_contain_text("2 pictures put into the album Woods.")
    page.get_by_role("link", name="Albums").tap()
    page.get_by_role("link", name="Woods").tap()
    expect(page.locator(".tile")).to_have_count(2)


def test_a_picture_is_zoomed_and_annotated_by_keys(open_page: OpenPage, studio: Studio) -> None:
    page = open_page()
    page.goto("/library?query=fox")
    page.locator(".tile .thumb").first.click()
    expect(page.locator("picture-zoom [role=button]")).to_be_visible()
    image = page.locator("picture-zoom img")
    image.evaluate("image => image.decode()")
    whole = image.bounding_box()
    page.keyboard.press("z")
    large = image.bounding_box()
    assert whole is not None
    assert large is not None
    assert large["width"] > 2 * whole["width"]
    page.keyboard.press("ArrowRight")  # moves what is seen, not to the next picture
    assert "query=fox" in page.url
    page.keyboard.press("Escape")
    assert image.bounding_box() == whole
    page.keyboard.press("t")
    page.keyboard.type("red")
    page.get_by_role("textbox", name="Note").fill("The best of them")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#done")).to_contain_text("Saved.")
    expect(page.get_by_role("button", name="Remove the tag red")).to_be_visible()
    assert count_of(studio, text="best of", tags=("red",)) == 1
    page.keyboard.press("Delete")
    expect(page.locator("#done")).to_contain_text("Moved to the bin.")
    assert page.url.count("/pictures/") == 1  # the next one


def test_tags_albums_and_note_are_changed_where_they_stand(open_page: OpenPage, studio: Studio) -> None:
    studio.library.add_album(STUDIO, "Woods")
    page = open_page()
    page.goto("/library?query=forest")
    page.locator(".tile .thumb").first.click()
    tag = page.get_by_role("textbox", name="Tags")
    for word in ("green", "dusk"):
        tag.fill(word)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=f"Remove the tag {word}")).to_be_visible()
        expect(tag).to_be_focused()
    page.get_by_role("combobox", name="Albums").fill("Woods")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take out of Woods")).to_be_visible()
    page.get_by_role("textbox", name="Note").fill("Kept as soon as it is left")
    page.get_by_role("link", name="Older").focus()
    expect(page.locator("#done")).to_contain_text("Saved.")
    page.get_by_role("button", name="Remove the tag dusk").click()
    expect(page.get_by_role("button", name="Remove the tag dusk")).to_have_count(0)
    page.get_by_role("button", name="Favourite").click()
    expect(page.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    assert page.url.count("query=forest") == 1
    assert count_of(studio, text="kept as soon", tags=("green",), favourite=True) == 1
    assert count_of(studio, tags=("dusk",)) == 0


def test_a_finger_leads_through_the_pictures(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    page.goto("/library?query=tulips")
    links = [str(link.get_attribute("href")) for link in page.locator(".tile .thumb").all()]
    page.goto(links[0])
    page.locator("picture-zoom:defined").wait_for()

    def wipe(start: int, end: int) -> None:
        touch = page.context.new_cdp_session(page)
        for kind, x in (("touchStart", start), ("touchMove", (start + end) // 2), ("touchMove", end)):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": 400}]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    wipe(600, 400)
    page.wait_for_url(f"**{links[1]}")
    page.locator("picture-zoom:defined").wait_for()
    wipe(400, 600)
    page.wait_for_url(f"**{links[0]}")


def test_a_picture_under_way_has_its_place_and_comes_by_itself(open_page: OpenPage, studio: Studio) -> None:
    waiting = ask(at_rest(studio), Generate(prompt="A kite", model="gpt-image-2", size="1536x1024"))
    page = open_page()
    page.goto("/library")
    place = page.locator(f"[data-job='{waiting.id}']")
    expect(place).to_contain_text("Waiting")
    box = place.bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 1.5) < 0.05
    studio.jobs.cancel(STUDIO, waiting.id)
    expect(place).to_have_count(0)
