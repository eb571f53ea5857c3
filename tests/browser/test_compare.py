"""Two pictures lie over each other, and a range moves the line between them; without a script they stand apart."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask, Response, render_template_string
from PIL import Image
from playwright.sync_api import Page, Route, expect

from app.factory import create_app
from app.wiring import Studio
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

RED, BLUE = (255, 0, 0), (0, 0, 255)

_PAGE = """{% extends "base.html" %}{% block title %}Compare{% endblock %}
{% block styles %}<link rel="stylesheet" href="{{ asset('css/components/compare.css') }}">{% endblock %}
{% block content %}
<h1>Compare</h1>
<compare-slider>
  <figure><img src="/compare/red" width="600" height="400" alt="A red sheet"><figcaption>Before</figcaption></figure>
  <figure><img src="/compare/blue" width="600" height="400" alt="A blue sheet"><figcaption>After</figcaption></figure>
</compare-slider>
<p id="below">Below</p>{% endblock %}"""


@pytest.fixture(scope="module")
def app(studio: Studio) -> Flask:
    """The studio, with a page that compares a red picture with a blue one."""
    app = create_app(studio)

    @app.get("/compare")
    def compare() -> str:
        return render_template_string(_PAGE)

    @app.get("/compare/<colour>")
    def sheet(colour: str) -> Response:
        out = BytesIO()
        Image.new("RGB", (600, 400), colour).save(out, "PNG")
        return Response(out.getvalue(), mimetype="image/png")

    return app


def divide(page: Page) -> float:
    """Where on the screen red ends and blue begins, in a row near the lower edge; 0 to 1 of the width."""
    with Image.open(BytesIO(page.locator("compare-slider").screenshot())) as shot:
        row = [shot.convert("RGB").getpixel((x, shot.height - 20)) for x in range(shot.width)]
    assert set(row[2:-2]) & {RED, BLUE}
    return row.count(RED) / (row.count(RED) + row.count(BLUE))


def test_the_divider_goes_where_the_pointer_is(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/compare")
    slider = page.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "50 % before, 50 % after")
    expect(page.get_by_alt_text("A red sheet")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert divide(page) == pytest.approx(0.5, abs=0.01)
    box = page.locator("compare-slider").bounding_box()
    assert box is not None
    for share in (0.25, 0.9, 0.01):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + 0.8 * box["height"])
        assert divide(page) == pytest.approx(share, abs=0.01)


def test_it_is_a_slider_for_keys_and_readers(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/compare")
    slider = page.get_by_role("slider", name="Where before ends and after begins")
    page.keyboard.press("Tab")
    slider.focus()
    slider.press("ArrowLeft")
    assert float(slider.input_value()) < 50
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0 % before, 100 % after")
    assert divide(page) < 0.01


def test_it_takes_its_place_before_it_works(open_page: OpenPage) -> None:
    page = open_page()
    held: list[Route] = []
    page.route("**/compare-slider.js", lambda route: held.append(route))
    page.goto("/compare", wait_until="commit")
    page.get_by_text("Below").wait_for()
    before = page.locator("#below").bounding_box()
    held[0].continue_()
    page.get_by_role("slider").wait_for()
    assert page.locator("#below").bounding_box() == before


@pytest.mark.parametrize("width", [360, 1280])
def test_without_javascript_both_can_be_seen(open_page: OpenPage, width: int) -> None:
    page = open_page(java_script_enabled=False)
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/compare")
    red, blue = (page.get_by_alt_text(f"A {colour} sheet").bounding_box() for colour in ("red", "blue"))
    assert red is not None
    assert blue is not None
    assert red["x"] + red["width"] <= blue["x"] or red["y"] + red["height"] <= blue["y"]
    expect(page.get_by_text("Before")).to_be_visible()
    expect(page.get_by_text("After")).to_be_visible()
