"""A page of a real studio with a painter on it, and hands for it: what is painted is read back as the form's file.

Maps are Pillow pictures of mode L: 255 where something will change.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import Any

from flask import Flask, Response, render_template_string, request
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from app.edge.limits import accepts_body

Point = tuple[float, float]

_PAGE = """{% extends "base.html" %}{% from "macros/painter.html" import painter %}{% block title %}Easel{% endblock %}
{% block styles %}<link rel="stylesheet" href="{{ asset('css/components/painter.css') }}">{% endblock %}
{% block content %}
<h1>Easel</h1>
<form method="post" enctype="multipart/form-data" action="/easel/sent">
  <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
  {{ painter(image, mask) }}
  <div class="field"><label for="mask">Mask file</label>
    <input type="file" id="mask" name="mask" accept="image/png,image/jpeg,image/webp"></div>
  <button class="button button-paid" type="submit">Edit</button>
</form>{% endblock %}"""

_LISTENER = """
window.told = [];
for (const name of ["mask-change", "mask-file"])
  addEventListener(name, ({ type, detail }) => told.push({ type, ...detail, file: detail.file?.name ?? null }));
"""


@cache
def photo(width: int, height: int) -> bytes:
    """A picture with light, dark and coloured parts."""
    sky = Image.linear_gradient("L").resize((width, height))
    picture = Image.merge("RGB", (sky, sky.rotate(180), Image.new("L", (width, height), 150)))
    ImageDraw.Draw(picture).ellipse((width * 0.3, height * 0.2, width * 0.7, height * 0.8), fill=(240, 200, 40))
    out = BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def mask_file(edit: Image.Image) -> bytes:
    """A mask as people have them: an RGBA picture, transparent where to edit."""
    out = BytesIO()
    picture = Image.new("RGBA", edit.size, "black")
    picture.putalpha(edit.point([255 - value for value in range(256)]))
    picture.save(out, "PNG")
    return out.getvalue()


def read_map(data: bytes) -> Image.Image:
    """The edit map of a mask file; nothing may be half marked."""
    with Image.open(BytesIO(data)) as picture:
        alpha = picture.convert("RGBA").getchannel("A")
    assert sum(alpha.histogram()[1:255]) == 0
    return alpha.point([255 - value for value in range(256)])


def add_easel(app: Flask, masks: dict[str, bytes], sent: list[bytes]) -> None:
    """Add the page, its pictures, the masks by their names, and what takes the form: `sent` gets each mask."""

    @app.get("/easel")
    def easel() -> str:
        return render_template_string(_PAGE, image=request.args.get("image", ""), mask=request.args.get("mask"))

    @app.get("/easel/photo/<int:width>x<int:height>")
    def photo_file(width: int, height: int) -> Response:
        return Response(photo(width, height), mimetype="image/jpeg")

    @app.get("/easel/masks/<name>")
    def kept_mask(name: str) -> Response:
        return Response(masks[name], mimetype="image/png")

    @app.post("/easel/sent")
    @accepts_body(8 * 1024 * 1024)
    def take() -> str:
        sent.append(request.files["mask"].read())
        return "<!doctype html><title>Sent</title><link rel=icon href=data:,><p>Sent"


class Easel:
    """A painter on a page. Points are in pixels of its map."""

    def __init__(self, page: Page, size: tuple[int, int] = (600, 400), mask: str = ""):
        self.page = page
        self.size = size
        page.add_init_script(_LISTENER)
        page.goto(f"/easel?image=/easel/photo/{size[0]}x{size[1]}" + (f"&mask=/easel/masks/{mask}" if mask else ""))
        page.wait_for_function("() => document.querySelector('.painter-status')?.textContent")

    @property
    def status(self) -> str:
        return self.page.locator(".painter-status").inner_text()

    @property
    def told(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.page.evaluate("told")
        return told

    @property
    def frame(self) -> tuple[float, float, float]:
        """Where the map begins on the screen, and its scale: screen pixels a pixel of the map."""
        left, top, scale = self.page.evaluate(
            """() => {
              const canvas = document.querySelector("canvas");
              const { left, top, width } = canvas.getBoundingClientRect();
              return [left, top, width / canvas.width];
            }"""
        )
        return left, top, scale

    @property
    def scale(self) -> float:
        return self.frame[2]

    def on_screen(self, point: Point) -> Point:
        left, top, scale = self.frame
        return left + point[0] * scale, top + point[1] * scale

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def set_size(self, pixels: int) -> None:
        self.page.locator(".painter-size input").fill(str(pixels))

    def drag(self, *points: Point, button: Any = "left") -> None:
        (left, top, scale), mouse = self.frame, self.page.mouse
        for at, (x, y) in enumerate(points):
            mouse.move(left + x * scale, top + y * scale)
            if at == 0:
                mouse.down(button=button)
        mouse.up(button=button)

    @contextmanager
    def change(self, *more: str) -> Iterator[None]:
        """What happens inside ends in exactly one `mask-change`, and what `more` is told after it."""
        before = len(self.told)
        yield
        self.page.wait_for_function("before => told.length > before", arg=before)
        assert [event["type"] for event in self.told[before:]] == ["mask-change", *more]

    def file(self) -> bytes | None:
        """The file in the form's input."""
        encoded = self.page.evaluate(
            """async () => {
              const [file] = document.getElementById("mask").files;
              return file ? btoa(String.fromCharCode(...new Uint8Array(await file.arrayBuffer()))) : null;
            }"""
        )
        return None if encoded is None else base64.b64decode(encoded)

    def map(self) -> Image.Image:
        """What the file in the form's input says will change."""
        data = self.file()
        assert data is not None
        return read_map(data)
