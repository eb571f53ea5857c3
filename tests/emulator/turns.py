"""Calling the emulator's Responses API: through plain HTTP, and through the SDK's own client."""

from __future__ import annotations

import base64
from typing import Any

from flask import Flask
from openai import OpenAI
from PIL import Image
from werkzeug.test import TestResponse

from app.provider.client import connect_practice
from tests.emulator.calls import opened, post

TOOL = {"type": "image_generation", "model": "gpt-image-2", "size": "1024x640", "quality": "low"}


def sdk(app: Flask) -> OpenAI:
    return connect_practice(app).client


def asked(words: object = "a cat", tool: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """The body of a turn that must draw."""
    return {
        "model": "gpt-5.6",
        "input": words,
        "tools": [TOOL | (tool or {})],
        "tool_choice": {"type": "image_generation"},
    } | fields


def turn(app: Flask, words: object = "a cat", tool: dict[str, Any] | None = None, **fields: Any) -> TestResponse:
    return post(app, "/v1/responses", asked(words, tool, **fields))


def said(words: str, *pictures: dict[str, str]) -> list[dict[str, Any]]:
    """An input of one user message with pictures."""
    parts = [{"type": "input_image", **picture} for picture in pictures]
    return [{"role": "user", "content": [{"type": "input_text", "text": words}, *parts]}]


def data_url(data: bytes, mime_type: str = "image/png") -> str:
    return f"data:{mime_type};base64,{base64.b64encode(data).decode()}"


def body_of(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.data[:300]
    body: dict[str, Any] = answer.json  # type: ignore[assignment]  # every answer here is an object
    return body


def call_in(body: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = body["output"][0]
    assert item["type"] == "image_generation_call"
    return item


def drawn(body: dict[str, Any]) -> Image.Image:
    return opened(base64.b64decode(call_in(body)["result"], validate=True))


def words_in(body: dict[str, Any]) -> str:
    text: str = body["output"][-1]["content"][0]["text"]
    return text
