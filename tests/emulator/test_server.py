"""The official SDK against the emulator as a process of its own, over real HTTP."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from openai import DefaultHttpx2Client, OpenAI
from openai.types import ImagesResponse
from PIL import Image

from app.emulator import create_emulator
from tests.emulator.calls import mask, opened, photo, png

pytestmark = pytest.mark.server
ROOT = Path(__file__).parents[2]
SIZE = "1024x640"
SOURCE = ("a.png", png(photo()), "image/png")
HOLE = ("mask.png", png(mask((1024, 640), (300, 100, 700, 500))), "image/png")


@contextmanager
def served(*arguments: str) -> Iterator[OpenAI]:
    """A client of a freshly started server; the server is stopped afterwards."""
    command = [sys.executable, "-W", "error", "-m", "app.emulator", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            assert line.startswith("Emulator ready at http://127.0.0.1:"), server.communicate()
            with OpenAI(api_key="practice", base_url=line.split()[-1], max_retries=0, timeout=30) as client:
                yield client
        finally:
            server.terminate()
            server.communicate(timeout=10)


@pytest.fixture(scope="module")
def today() -> Iterator[OpenAI]:
    """As OpenAI answers on the day of the fact sheet."""
    with served("--today", "2026-11-20") as client:
        yield client


@pytest.fixture(scope="module")
def everything() -> Iterator[OpenAI]:
    with served("--legacy", "--preview", "--today", "2026-11-20") as client:
        yield client


def drawn(answer: Any, index: int = 0) -> Image.Image:
    return opened(base64.b64decode(answer.data[index].b64_json, validate=True))


@pytest.mark.parametrize(
    "options",
    [
        {"model": "gpt-image-2", "quality": "medium", "moderation": "low", "user": "u", "n": 2},
        {"model": "gpt-image-2", "output_format": "jpeg", "output_compression": 60, "background": "opaque"},
        {"model": "gpt-image-2.5-flare", "quality": "xhigh", "background": "transparent", "output_format": "webp"},
        {"model": "gpt-image-2.6-sunburst", "complexity": "low", "quality": "max", "safety_identifier": "s"},
    ],
)
def test_generate_whole_and_streamed(today: OpenAI, options: dict[str, Any]) -> None:
    whole = today.images.generate(prompt="a lighthouse", size=SIZE, **options)
    assert whole._request_id is not None
    image = drawn(whole)
    assert image.size == (1024, 640)
    assert image.format == options.get("output_format", "png").upper()
    assert whole.quality == options.get("quality", "low")
    assert whole.usage is not None
    assert whole.usage.total_tokens == whole.usage.input_tokens + whole.usage.output_tokens
    stream = today.images.generate(prompt="a lighthouse", size=SIZE, stream=True, partial_images=2, **options)
    seen = list(stream)
    assert [event.type.rpartition(".")[2] for event in seen[:3]] == ["partial_image", "partial_image", "completed"]
    assert len(seen) == 3 * options.get("n", 1)
    assert seen[2].b64_json == whole.data[0].b64_json  # type: ignore[index]  # optional in the SDK, present here


def test_edit_whole_and_streamed(today: OpenAI) -> None:
    options: dict[str, Any] = {
        "model": "gpt-image-2.5-flare",
        "prompt": "a boat",
        "image": [SOURCE, SOURCE],
        "mask": HOLE,
    }
    whole = today.images.edit(**options, size="auto", n=1, output_format="png", quality="medium", background="auto")
    assert drawn(whole).size == (1024, 640)
    assert whole.usage is not None
    assert whole.usage.input_tokens_details.image_tokens == 1280
    seen = list(today.images.edit(**options, stream=True, partial_images=1))
    assert [event.type for event in seen] == ["image_edit.partial_image", "image_edit.completed"]


def test_edit_with_markup_and_with_fidelity(today: OpenAI) -> None:
    strokes = Image.new("RGBA", (1024, 640), (0, 0, 0, 0))
    strokes.paste((255, 0, 0, 255), (100, 100, 300, 120))
    markup = ("m.png", png(strokes), "image/png")
    model = "gpt-image-2.6-flare"
    answer = today.images.edit(model=model, prompt="a cat", image=SOURCE, markup=markup, complexity="low")
    assert drawn(answer).size == (1024, 640)
    faithful = today.images.edit(model="gpt-image-1.5", prompt="a cat", image=SOURCE, input_fidelity="high")
    assert faithful.size == "1536x1024"


def test_an_edit_in_json_by_file_id(today: OpenAI) -> None:
    stored = today.files.create(file=SOURCE, purpose="vision")
    body = {"model": "gpt-image-2", "prompt": "a cat", "images": [{"file_id": stored.id}]}
    assert drawn(today.post("/images/edits", body=body, cast_to=ImagesResponse)).size == (1024, 640)
    assert today.files.content(stored.id).read() == SOURCE[1]
    assert stored.id in [file.id for file in today.files.list()]
    assert today.files.delete(stored.id).deleted


def test_models(today: OpenAI) -> None:
    assert "gpt-image-2.6-flare" in [model.id for model in today.models.list()]
    assert today.models.retrieve("gpt-image-2").owned_by == "system"
    with pytest.raises(openai.NotFoundError):
        today.models.retrieve("dall-e-2")


def test_the_retired_models_in_legacy_mode(everything: OpenAI) -> None:
    by_url = everything.images.generate(model="dall-e-3", prompt="a cat", style="vivid", quality="hd")
    assert by_url.data is not None
    assert by_url.data[0].revised_prompt
    assert opened(httpx2.get(str(by_url.data[0].url)).content).size == (1024, 1024)
    square = ("a.png", png(photo((256, 256))), "image/png")
    with pytest.warns(DeprecationWarning, match="variations|deprecated"):
        varied = everything.images.create_variation(image=square, n=2, size="256x256", response_format="b64_json")
    assert drawn(varied, 1).size == (256, 256)


def test_the_preview_formats(everything: OpenAI) -> None:
    options: dict[str, Any] = {"model": "gpt-image-2.6-sunburst", "prompt": "a cat", "size": SIZE}
    moving = everything.images.generate(**options, output_format="gif", frame_count=3, frame_duration_ms=100)
    assert getattr(drawn(moving), "n_frames", 1) == 3
    shapes = everything.images.generate(**options, output_format="svg", svg={"model": "gpt-5.6"})
    assert shapes.data is not None
    assert base64.b64decode(shapes.data[0].b64_json or "").startswith(b"<svg")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("rate-limit", openai.RateLimitError),
        ("auth", openai.AuthenticationError),
        ("verify", openai.PermissionDeniedError),
        ("moderation", openai.BadRequestError),
        ("server-error", openai.InternalServerError),
        ("bad-gateway", openai.InternalServerError),
        ("cut", openai.APIConnectionError),
        ("bad-json", json.JSONDecodeError),
    ],
)
def test_a_fault_is_the_error_that_the_sdk_raises_for_the_real_thing(
    today: OpenAI, fault: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        today.images.generate(model="gpt-image-2", prompt=f"a cat [[fault:{fault}]]", size=SIZE)


def test_a_stream_that_breaks_is_noticed(today: OpenAI) -> None:
    prompt = "a cat [[fault:cut-stream]]"
    stream = today.images.generate(model="gpt-image-2", prompt=prompt, size=SIZE, stream=True, partial_images=1)
    seen = []
    with pytest.raises((openai.APIConnectionError, httpx2.TransportError)):
        seen.extend(event.type for event in stream)


def test_an_error_event_is_raised(today: OpenAI) -> None:
    prompt = "a cat [[fault:stream-error]]"
    with pytest.raises(openai.APIError, match="Image generation failed"):
        list(today.images.generate(model="gpt-image-2", prompt=prompt, size=SIZE, stream=True))


def test_events_arrive_while_later_ones_are_still_being_drawn() -> None:
    with served("--pace", "0.4") as client:
        stream = client.images.generate(model="gpt-image-2", prompt="a", size=SIZE, stream=True, partial_images=1)
        arrivals = [time.monotonic() for _ in stream]
    assert arrivals[1] - arrivals[0] > 0.2


def test_the_same_client_works_in_process() -> None:
    transport = httpx2.WSGITransport(app=create_emulator())
    with OpenAI(
        api_key="practice",
        base_url="http://emulator.invalid/v1",
        max_retries=0,
        http_client=DefaultHttpx2Client(transport=transport),
    ) as client:
        whole = client.images.generate(model="gpt-image-2", prompt="a cat", size=SIZE)
        assert drawn(whole).size == (1024, 640)
        stream = client.images.generate(model="gpt-image-2", prompt="a cat", size=SIZE, stream=True, partial_images=1)
        assert [event.type.rpartition(".")[2] for event in stream] == ["partial_image", "completed"]
        edited = client.images.edit(
            model="gpt-image-2", prompt="a cat", image=("a.png", BytesIO(SOURCE[1]), "image/png")
        )
        assert edited.size == SIZE


def test_help_prints_the_table_of_faults() -> None:
    command = [sys.executable, "-m", "app.emulator", "--help"]
    text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "[[fault:NAME]]" in text
    assert "rate-limit-times=N" in text
    assert "--legacy" in text
