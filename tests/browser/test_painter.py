"""What is painted is what is sent: to the pixel, with every tool, by mouse, pen, finger and keys, however one zooms."""

from __future__ import annotations

import pytest
from flask import Flask
from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import expect

from app.factory import create_app
from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.browser.easel import Easel, add_easel, mask_file, read_map

pytestmark = pytest.mark.browser

SENT: list[bytes] = []
MASKS: dict[str, bytes] = {}


@pytest.fixture(scope="module")
def app(studio: Studio) -> Flask:
    """The studio, with an easel."""
    app = create_app(studio)
    add_easel(app, MASKS, SENT)
    return app


def rectangle(size: tuple[int, int], *box: tuple[int, int, int, int]) -> Image.Image:
    """The map of some boxes, each left, top, right, bottom."""
    edit = Image.new("L", size, 0)
    for left, top, right, bottom in box:
        edit.paste(255, (left, top, right, bottom))
    return edit


def differ(a: Image.Image, b: Image.Image) -> int:
    """How many pixels of two maps differ."""
    return ImageChops.difference(a, b).histogram()[255]


def brushed(size: tuple[int, int], points: list[tuple[int, int]], radius: int) -> Image.Image:
    edit = Image.new("L", size, 0)
    draw = ImageDraw.Draw(edit)
    draw.line(points, fill=255, width=2 * radius)
    for x, y in points:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return edit


def test_a_rectangle_is_exactly_what_the_file_marks(open_page: OpenPage) -> None:
    easel = Easel(open_page())
    assert easel.status == "Nothing is marked yet"
    easel.press("Rectangle")
    with easel.change():
        easel.drag((300, 250), (100, 50))
    assert differ(easel.map(), rectangle(easel.size, (100, 50, 300, 250))) == 0
    assert easel.status == "About 17 % will change"
    edited = {"left": 100, "top": 50, "width": 200, "height": 200}
    assert easel.told == [{"type": "mask-change", "share": 1 / 6, "edited": edited, "file": "mask.png"}]

    easel.drag((400, 300), (401, 301))  # a click whose hand slipped
    easel.page.keyboard.down("Alt")
    with easel.change():
        easel.drag((100, 50), (300, 150))
    easel.page.keyboard.up("Alt")
    assert differ(easel.map(), rectangle(easel.size, (100, 150, 300, 250))) == 0


def test_the_brush_is_as_wide_as_it_says(open_page: OpenPage) -> None:
    easel = Easel(open_page())
    easel.set_size(60)
    points = [(100, 100), (250, 300), (500, 200)]
    with easel.change():
        easel.drag(*points)
    painted = easel.map()
    assert not ImageChops.subtract(painted, brushed(easel.size, points, 32)).getbbox()
    assert not ImageChops.subtract(brushed(easel.size, points, 28), painted).getbbox()

    easel.press("Eraser")
    for _ in range(4):
        easel.page.keyboard.press("[")
    with easel.change():
        easel.drag(*points)
    ring = ImageChops.subtract(painted, easel.map())
    radius = int(easel.page.locator(".painter-size input").input_value()) // 2
    assert 12 <= radius <= 16
    assert not ImageChops.subtract(ring, brushed(easel.size, points, radius + 2)).getbbox()
    assert not ImageChops.subtract(brushed(easel.size, points, radius - 2), ring).getbbox()


def test_the_size_of_the_brush_is_nobody_elses_business(open_page: OpenPage) -> None:
    easel = Easel(open_page())
    easel.page.evaluate("document.querySelector('form').addEventListener('input', () => told.push({ type: 'input' }))")
    slider = easel.page.get_by_label("Size", exact=True)
    slider.press("Home")
    slider.press("Enter")  # would send the form
    assert slider.input_value() == "1"
    assert easel.told == []
    with easel.change("input"):
        easel.page.mouse.click(*easel.on_screen((300, 200)))
    assert easel.map().histogram()[255] in (1, 2, 3, 4)
    assert easel.page.title() == "Easel · Atelier"


def test_a_lasso_marks_all_that_it_goes_around(open_page: OpenPage) -> None:
    easel = Easel(open_page())
    easel.press("Lasso")
    corners = [(100, 100), (400, 80), (350, 300), (120, 250)]
    with easel.change():
        easel.drag(*corners, (100, 100), *corners[1:])  # twice around: still all of it
    drawn = Image.new("L", easel.size, 0)
    ImageDraw.Draw(drawn).polygon(corners, fill=255)
    assert differ(easel.map(), drawn) < 1200  # Pillow draws the border too


def test_every_step_can_be_taken_back_and_forth(open_page: OpenPage) -> None:
    easel = Easel(open_page())
    empty, full = rectangle(easel.size), rectangle(easel.size, (0, 0, *easel.size))
    undo, redo = (easel.page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    expect(undo).to_have_attribute("aria-disabled", "true")
    easel.press("Rectangle")
    with easel.change():
        easel.drag((10, 20), (30, 50))
    first = easel.map()
    maps = [empty, first]
    for name, expected in (("Invert", ImageChops.invert(first)), ("Fill all", full), ("Clear", empty)):
        with easel.change():
            easel.press(name)
        maps.append(expected)
        assert (easel.map() if easel.file() else empty).tobytes() == expected.tobytes(), name
    assert easel.file() is None
    assert easel.told[-1] == {"type": "mask-change", "share": 0, "edited": None, "file": None}
    for expected in maps[-2:0:-1]:
        with easel.change():
            undo.click()
        assert differ(easel.map(), expected) == 0
    with easel.change():
        easel.page.keyboard.press("Control+z")
    assert easel.file() is None
    expect(undo).to_have_attribute("aria-disabled", "true")
    for key, expected in (("Control+y", maps[1]), ("Control+Shift+Z", maps[2]), ("Control+y", maps[3])):
        with easel.change():
            easel.page.keyboard.press(key)
        assert differ(easel.map(), expected) == 0
    expect(redo).to_have_attribute("aria-disabled", "false")
    assert easel.status == "All of it will change"


def test_forty_strokes_can_all_be_taken_back(open_page: OpenPage) -> None:
    easel = Easel(open_page())
    easel.set_size(10)
    for at in range(40):
        easel.page.mouse.click(*easel.on_screen((10 + 14 * at, 30)))
    for _ in range(39):
        easel.page.keyboard.press("Control+z")
    easel.page.wait_for_function("() => told.at(-1)?.edited?.width < 20")
    assert easel.map().getbbox() == pytest.approx((5, 25, 15, 35), abs=1)
    with easel.change():
        easel.page.keyboard.press("Control+z")
    assert easel.file() is None


def test_however_one_zooms_the_brush_hits_what_is_under_it(open_page: OpenPage) -> None:
    page = open_page()
    easel = Easel(page)
    fitting = easel.scale
    page.mouse.move(*easel.on_screen((450, 300)))
    page.keyboard.down("Control")
    for _ in range(3):
        page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    page.wait_for_function("() => document.querySelector('.painter-close')")
    assert easel.scale > 4 * fitting
    easel.drag((450, 300), (430, 290), button="middle")  # moves the picture
    before = easel.on_screen((450, 300))
    page.keyboard.down(" ")
    easel.drag((450, 300), (440, 310))
    page.keyboard.up(" ")
    moved = easel.on_screen((450, 300))
    assert (moved[0] - before[0], moved[1] - before[1]) == pytest.approx((-10 * easel.scale, 10 * easel.scale), abs=1)
    assert easel.told == []
    page.keyboard.press("r")
    with easel.change():
        easel.drag((431, 281), (462, 317))
    assert differ(easel.map(), rectangle(easel.size, (431, 281, 462, 317))) == 0
    page.keyboard.press("0")
    assert easel.scale == pytest.approx(fitting)
    page.keyboard.press("-")
    assert easel.scale == pytest.approx(fitting)


def test_the_keyboard_is_enough(open_page: OpenPage) -> None:
    page = open_page()
    easel = Easel(page)
    page.locator(".painter-stage").focus()
    keys, scale = page.keyboard, easel.scale
    step, leap = round(8 / scale), round(40 / scale)
    keys.press("r")
    for key in ("ArrowLeft", "ArrowUp", "Enter"):
        keys.press(key)
    for _ in range(3):
        keys.press("Shift+ArrowRight")
    keys.press("Shift+ArrowDown")
    with easel.change():
        keys.press("Enter")
    corner = (300 - step, 200 - step)
    box = (*corner, corner[0] + 3 * leap, corner[1] + leap)
    assert differ(easel.map(), rectangle(easel.size, box)) == 0

    keys.press("e")
    easel_size = int(page.locator(".painter-size input").input_value())
    keys.down(" ")
    for _ in range(3):
        keys.press("Shift+ArrowLeft")
    with easel.change():
        keys.up(" ")
    left, top, right, _ = easel.map().getbbox() or (0, 0, 0, 0)
    assert (left, top, right) == box[:3]
    lost = ImageChops.subtract(rectangle(easel.size, box), easel.map()).getbbox()
    assert lost is not None
    assert lost[:3] == (box[0], pytest.approx(box[3] - easel_size / 2, abs=1), box[2])

    keys.press("b")
    keys.press("]")
    keys.press("Control+Enter")  # belongs to the form
    keys.press("Escape")
    assert len(easel.told) == 2


def test_a_finger_paints_and_two_move_and_zoom(open_page: OpenPage) -> None:
    page = open_page(has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 360, "height": 740})
    easel = Easel(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def swipe(*points: tuple[float, float]) -> None:
        touch("touchStart", easel.on_screen(points[0]))
        for point in points[1:]:
            touch("touchMove", easel.on_screen(point))
        touch("touchEnd")

    for name in ("Brush", "Zoom in", "Undo"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= 40
    easel.set_size(30)
    with easel.change():
        swipe((100, 100), (200, 100), (300, 150))
    painted = easel.map()
    points = [(100, 100), (200, 100), (300, 150)]
    assert not ImageChops.subtract(painted, brushed(easel.size, points, 19)).getbbox()  # whole screen pixels only
    assert not ImageChops.subtract(brushed(easel.size, points, 11), painted).getbbox()

    scale = easel.scale
    x, y = easel.on_screen((300, 200))
    touch("touchStart", (x - 20, y))  # begins a stroke, which is taken back
    touch("touchMove", (x - 30, y))
    touch("touchStart", (x - 30, y), (x + 30, y))
    touch("touchMove", (x - 60, y), (x + 60, y))
    touch("touchMove", (x - 60, y + 10), (x + 60, y + 10))
    touch("touchEnd")
    assert easel.scale == pytest.approx(2 * scale, rel=0.02)
    assert easel.on_screen((300, 200)) == pytest.approx((x, y + 10), abs=2)
    assert len(easel.told) == 1
    page.get_by_role("button", name="Rectangle").click()  # on a busy machine a tap can be so long that it is a press
    with easel.change():
        swipe((280, 190), (320, 230))
    added = ImageChops.subtract(easel.map(), painted).getbbox()
    assert added == pytest.approx((280, 190, 320, 230), abs=1)


def test_a_pen_paints_and_the_hand_beside_it_does_not(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    easel = Easel(page)
    hand = page.context.new_cdp_session(page)

    def pen(kind: str, point: tuple[float, float], **more: object) -> None:
        x, y = easel.on_screen(point)
        hand.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "pointerType": "pen", **more})

    easel.set_size(20)
    pen("mousePressed", (100, 100), button="left", buttons=1, clickCount=1, force=0.1)
    pen("mouseMoved", (200, 100), button="left", buttons=1)
    x, y = easel.on_screen((500, 300))
    hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    with easel.change():
        pen("mouseReleased", (300, 100), button="left", buttons=0, clickCount=1)
    assert easel.map().getbbox() == pytest.approx((90, 90, 310, 110), abs=2)


def test_a_large_photo_is_painted_on_a_smaller_map_of_its_shape(open_page: OpenPage) -> None:
    easel = Easel(open_page(), (4000, 3000))
    width, height = easel.page.evaluate(
        "(() => { const { width, height } = document.querySelector('canvas'); return [width, height] })()"
    )
    assert width * height == pytest.approx(2**22, rel=0.001)
    assert width / height == pytest.approx(4 / 3, rel=0.001)
    easel.press("Rectangle")
    with easel.change():
        easel.drag((200, 200), (900, 800), (width, height))
    edit = easel.map()
    assert edit.size == (width, height)
    assert edit.getbbox() == pytest.approx((200, 200, width, height), abs=1)
    edited = easel.told[0]["edited"]
    assert edited["left"] == pytest.approx(200 * 4000 / width, abs=3)
    assert (edited["left"] + edited["width"], edited["top"] + edited["height"]) == (4000, 3000)
    with easel.change():
        easel.press("Invert")
    assert differ(easel.map(), ImageChops.invert(edit)) == 0


def test_a_kept_mask_is_where_painting_begins(open_page: OpenPage) -> None:
    noise = Image.effect_noise((600, 400), 90).point([0] * 128 + [255] * 128)
    MASKS["noise"] = mask_file(noise)
    easel = Easel(open_page(), mask="noise")
    assert easel.told == []
    assert easel.file() is None
    assert easel.page.evaluate("document.querySelector('mask-painter').isPainted")
    assert easel.status == "About 50 % will change"
    with easel.change():  # a page that keeps the mask elsewhere shows it
        easel.page.evaluate("document.querySelector('mask-painter').show('/easel/masks/noise')")
    assert easel.told[0]["edited"] is not None
    assert easel.told[0]["file"] is None
    with easel.change():
        easel.press("Invert")
    assert differ(easel.map(), ImageChops.invert(noise)) == 0
    with easel.change():
        easel.press("Undo")
    assert differ(easel.map(), noise) == 0
    with easel.change():
        easel.page.evaluate("document.querySelector('mask-painter').clear()")
    assert easel.file() is None


def test_a_mask_file_is_told_kept_shown_and_painted_over(open_page: OpenPage) -> None:
    box = (40, 50, 160, 170)
    data = MASKS["understood"] = mask_file(rectangle((300, 200), (20, 25, 80, 85)))
    easel = Easel(open_page())
    page = easel.page
    field = page.get_by_label("Mask file")
    field.set_input_files({"name": "mine.png", "mimeType": "image/png", "buffer": data})
    assert easel.told == [{"type": "mask-file", "file": "mine.png"}]
    page.evaluate("document.querySelector('mask-painter').show('/easel/masks/understood')")
    told = easel.told[1]
    assert told["edited"] == {"left": 40, "top": 50, "width": 120, "height": 120}
    assert told["file"] == "mine.png"
    assert easel.file() == data

    easel.press("Rectangle")
    with easel.change():
        easel.drag((400, 100), (500, 200))
    assert easel.told[-1]["file"] == "mask.png"
    assert differ(easel.map(), rectangle(easel.size, box, (400, 100, 500, 200))) == 0
    field.set_input_files([])  # none after all: what is marked counts
    assert differ(easel.map(), rectangle(easel.size, box, (400, 100, 500, 200))) == 0


def test_a_stroke_just_before_the_button_is_sent(open_page: OpenPage) -> None:
    easel = Easel(open_page())
    easel.press("Rectangle")
    easel.drag((100, 50), (300, 250))
    easel.page.evaluate("document.querySelector('form').requestSubmit()")
    expect(easel.page).to_have_title("Sent")
    assert differ(read_map(SENT.pop()), rectangle(easel.size, (100, 50, 300, 250))) == 0

    easel = Easel(easel.page)
    easel.page.get_by_role("button", name="Edit").click()
    expect(easel.page).to_have_title("Sent")
    assert SENT.pop() == b""


def test_another_picture_gets_a_new_sheet_and_one_of_the_same_size_keeps_it(open_page: OpenPage) -> None:
    easel = Easel(open_page())
    easel.press("Rectangle")
    with easel.change():
        easel.drag((100, 50), (300, 250))

    def show(image: str) -> None:
        easel.page.evaluate("image => document.querySelector('mask-painter').setAttribute('image', image)", image)

    show("/easel/photo/600x400?again")
    easel.page.wait_for_function("() => document.querySelector('.painter-sheet img').src.endsWith('again')")
    assert differ(easel.map(), rectangle(easel.size, (100, 50, 300, 250))) == 0
    with easel.change():
        show("/easel/photo/300x500")
    assert easel.file() is None
    assert easel.told[-1]["edited"] is None
    with easel.change():
        easel.press("Fill all")
    assert easel.map().size == (300, 500)
    with easel.change():
        show("")
    assert easel.file() is None
    expect(easel.page.locator(".painter-stage")).to_be_hidden()
    expect(easel.page.get_by_label("Mask file")).to_be_visible()


def test_a_picture_that_cannot_be_shown_says_so(open_page: OpenPage) -> None:
    page = open_page(expect="status of 404")
    page.goto("/easel?image=/easel/photo/none")
    expect(page.get_by_role("status")).to_contain_text("A mask file still works.")
    expect(page.locator(".painter-stage")).to_be_hidden()


def test_without_javascript_there_is_the_file_field(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/easel?image=/easel/photo/600x400")
    data = mask_file(rectangle((600, 400), (1, 2, 3, 4)))
    page.get_by_label("Mask file").set_input_files({"name": "m.png", "mimeType": "image/png", "buffer": data})
    page.get_by_role("button", name="Edit").click()
    expect(page).to_have_title("Sent")
    assert SENT.pop() == data
