"""Calling the emulator in this process, and making the pictures that go into it."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any

from flask import Flask
from PIL import Image, ImageChops, ImageDraw, ImageStat
from werkzeug.test import TestResponse

SMALL = "1024x640"  # the fewest pixels that the free-size rule allows
KEY = {"Authorization": "Bearer practice"}


def post(app: Flask, path: str, body: object, **headers: str) -> TestResponse:
    return app.test_client().post(path, json=body, headers=KEY | headers)


def generate(app: Flask, prompt: str = "a cat", **options: Any) -> TestResponse:
    body = {"model": "gpt-image-2", "prompt": prompt, "size": SMALL} | options
    return post(app, "/v1/images/generations", body)


def edit(app: Flask, files: list[tuple[str, bytes, str]], **fields: Any) -> TestResponse:
    """Multipart; each file is (part name, bytes, mimetype)."""
    data: dict[str, Any] = {"model": "gpt-image-2", "prompt": "a boat"} | fields
    for part, content, mimetype in files:
        name = f"file.{mimetype.rpartition('/')[2]}"
        data.setdefault(part, []).append((BytesIO(content), name, mimetype))
    return app.test_client().post("/v1/images/edits", data=data, headers=KEY, content_type="multipart/form-data")


def error_of(answer: TestResponse) -> dict[str, Any]:
    assert answer.json is not None, answer.data
    error: dict[str, Any] = answer.json["error"]
    return error


def picture_bytes(answer: TestResponse, index: int = 0) -> bytes:
    assert answer.status_code == 200, answer.data[:300]
    assert answer.json is not None
    return base64.b64decode(answer.json["data"][index]["b64_json"], validate=True)


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def picture(answer: TestResponse, index: int = 0) -> Image.Image:
    return opened(picture_bytes(answer, index))


def events(answer: TestResponse) -> list[dict[str, Any]]:
    """The data of each event of a stream, after checking the framing of every one."""
    assert answer.mimetype == "text/event-stream"
    parsed = []
    for block in answer.text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        payload = json.loads(data.removeprefix("data: "))
        assert name == f"event: {payload['type']}"
        parsed.append(payload)
    return parsed


def png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def photo(size: tuple[int, int] = (1024, 640), mode: str = "RGB") -> Image.Image:
    """A picture with something to recognise: a gradient and a cross."""
    image = Image.merge("RGB", [Image.linear_gradient("L").resize(size)] * 2 + [Image.new("L", size, 90)])
    pen = ImageDraw.Draw(image)
    pen.line((0, 0, *size), fill=(250, 40, 40), width=9)
    pen.line((0, size[1], size[0], 0), fill=(40, 60, 250), width=9)
    return image.convert(mode)


def mask(size: tuple[int, int], hole: tuple[int, int, int, int]) -> Image.Image:
    image = Image.new("RGBA", size, (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), hole)
    return image


def difference(first: Image.Image, second: Image.Image) -> float:
    """Mean absolute difference, 0 to 255."""
    bands = ImageStat.Stat(ImageChops.difference(first.convert("RGB"), second.convert("RGB"))).mean
    return sum(bands) / len(bands)
