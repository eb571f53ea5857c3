"""Refusals in the API's own words: fact sheet sections 1 and 4."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.emulator.calls import KEY, error_of, generate, post

USER, REQUEST = "image_generation_user_error", "invalid_request_error"
TOO_LONG = (
    "Invalid 'prompt': string too long. Expected a string with maximum length 32000, "
    "but got a string with length 50733 instead."
)
NO_MINIMUM = "Requested resolution is below the current minimum pixel budget."
TOO_MANY_PIXELS = "Requested resolution exceeds the current pixel budget."


def literal(answer: Any) -> tuple[Any, ...]:
    error = error_of(answer)
    assert set(error) == {"message", "type", "param", "code"}
    return answer.status_code, error["type"], error["code"], error["param"], error["message"]


@pytest.mark.parametrize(
    ("options", "kind", "code", "param", "message"),
    [
        (
            {"response_format": "b64_json"},
            REQUEST,
            "unknown_parameter",
            "response_format",
            "Unknown parameter: 'response_format'.",
        ),
        ({"style": "vivid"}, REQUEST, "unknown_parameter", "style", "Unknown parameter: 'style'."),
        (
            {"quality": "standard"},
            REQUEST,
            "invalid_value",
            "quality",
            "Invalid value: 'standard'. Supported values are: 'low', 'medium', 'high', and 'auto'.",
        ),
        (
            {"quality": "xhigh"},
            USER,
            "invalid_value",
            "quality",
            "The model 'gpt-image-2' does not support quality 'xhigh'",
        ),
        (
            {"size": "1792x936"},
            USER,
            "invalid_value",
            "size",
            "Invalid size '1792x936'. Width and height must both be divisible by 16.",
        ),
        (
            {"size": "3856x2160"},
            USER,
            "invalid_value",
            "size",
            "Invalid size '3856x2160'. The longest edge must be less than or equal to 3840.",
        ),
        ({"size": "800x800"}, USER, "invalid_value", "size", f"Invalid size '800x800'. {NO_MINIMUM}"),
        ({"size": "3008x3008"}, USER, "invalid_value", "size", f"Invalid size '3008x3008'. {TOO_MANY_PIXELS}"),
        (
            {"n": 11},
            REQUEST,
            "integer_above_max_value",
            "n",
            "Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead.",
        ),
        (
            {"n": 0},
            REQUEST,
            "integer_below_min_value",
            "n",
            "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
        ),
        (
            {"n": True},
            REQUEST,
            "invalid_type",
            "n",
            "Invalid type for 'n': expected an integer, but got a boolean instead.",
        ),
        (
            {"n": "2"},
            REQUEST,
            "invalid_type",
            "n",
            "Invalid type for 'n': expected an integer, but got a string instead.",
        ),
        (
            {"prompt": "x" * 50_733},
            REQUEST,
            "string_above_max_length",
            "prompt",
            TOO_LONG,
        ),
        ({"prompt": None}, REQUEST, "missing_required_parameter", "prompt", "Missing required parameter: 'prompt'."),
        ({"model": "dall-e-3"}, USER, "invalid_value", "model", "The model 'dall-e-3' does not exist."),
        ({"model": "gpt-image-1"}, USER, "invalid_value", "model", "The model 'gpt-image-1' does not exist."),
        (
            {"background": "transparent"},
            USER,
            "invalid_value",
            "background",
            "Transparent background is not supported for this model.",
        ),
        (
            {"background": "transparent", "output_format": "jpeg", "model": "gpt-image-2.5-flare"},
            USER,
            "invalid_value",
            "background",
            "Transparent background is not supported for JPEG output format",
        ),
    ],
)
def test_a_refusal_is_word_for_word(
    emulator: Flask, options: dict[str, Any], kind: str, code: str, param: str, message: str
) -> None:
    assert literal(generate(emulator, **options)) == (400, kind, code, param, message)


@pytest.mark.parametrize("size", ["1024x640", "816x816", "1776x592", "auto"])
def test_a_legal_size_is_drawn(emulator: Flask, size: str) -> None:
    answer = generate(emulator, size=size)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["size"] == ("1024x1024" if size == "auto" else size)


@pytest.mark.parametrize(
    "size", ["256x256", "512x512", "1024x576", "1500x1500", "1808x592", "1024", "0x0", "-1x5", "1024 x 1024", ""]
)
def test_an_illegal_size_is_refused(emulator: Flask, size: str) -> None:
    answer = generate(emulator, size=size)
    assert answer.status_code == 400
    assert error_of(answer)["param"] == "size"


@pytest.mark.parametrize("size", ["1024x640", "2048x2048", "256x256"])
def test_the_first_generation_draws_three_sizes_only(emulator: Flask, size: str) -> None:
    answer = generate(emulator, model="gpt-image-1.5", size=size)
    expected = f"Invalid value: '{size}'. Supported values are: '1024x1024', '1024x1536', '1536x1024', and 'auto'."
    assert literal(answer) == (400, REQUEST, "invalid_value", "size", expected)


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"complexity": "low"}, "complexity"),
        ({"complexity": "low", "model": "gpt-image-2.5-flare"}, "complexity"),
        ({"complexity": "max", "model": "gpt-image-2.6-flare"}, "complexity"),
        ({"moderation": "off"}, "moderation"),
        ({"output_format": "tiff"}, "output_format"),
        ({"output_format": "gif"}, "output_format"),
        ({"output_compression": 101, "output_format": "jpeg"}, "output_compression"),
        ({"output_compression": 50}, "output_compression"),
        ({"output_compression": 50.0, "output_format": "jpeg"}, "output_compression"),
        ({"partial_images": 4}, "partial_images"),
        ({"stream": "yes"}, "stream"),
        ({"user": 7}, "user"),
        ({"frame_count": 4}, "frame_count"),
        ({"frame_count": 4, "model": "gpt-image-2.6-flare"}, "frame_count"),
        ({"svg": {"model": "gpt-5"}, "model": "gpt-image-2.6-flare"}, "svg"),
        ({"input_fidelity": "high"}, "input_fidelity"),
        ({"seed": 1}, "seed"),
        ({"quality": ["low"]}, "quality"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": {"text": "a cat"}}, "prompt"),
        ({"prompt": "\ud800"}, "prompt"),
        ({"model": None}, "model"),
        ({"model": "gpt-4o"}, "model"),
    ],
)
def test_what_a_model_does_not_take_is_refused_by_name(emulator: Flask, options: dict[str, Any], param: str) -> None:
    answer = generate(emulator, **options)
    assert answer.status_code == 400
    assert error_of(answer)["param"] == param


def test_the_prompt_is_checked_before_anything_else(emulator: Flask) -> None:
    answer = generate(emulator, prompt=None, model="nothing", size="1x1", extra=1)
    assert error_of(answer)["param"] == "prompt"


def test_explicit_nulls_are_as_good_as_absent(emulator: Flask) -> None:
    nothing = dict.fromkeys(["n", "quality", "background", "stream", "user", "style", "complexity", "seed"])
    assert generate(emulator, **nothing).status_code == 200


@pytest.mark.parametrize("form", ["gif", "svg"])
def test_gated_formats_are_a_matter_of_permission(emulator: Flask, form: str) -> None:
    answer = generate(emulator, model="gpt-image-2.6-sunburst", output_format=form)
    assert answer.status_code == 403
    assert error_of(answer)["type"] == "permission_error"


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"output_format": "gif", "stream": True}, "stream"),
        ({"output_format": "gif", "partial_images": 1}, "partial_images"),
        ({"output_format": "gif", "output_compression": 100}, "output_compression"),
        ({"output_format": "gif", "frame_count": 17}, "frame_count"),
        ({"output_format": "svg", "n": 2}, "n"),
        ({"output_format": "svg", "svg": {}}, "svg.model"),
        ({"output_format": "svg", "svg": "gpt-5"}, "svg"),
    ],
)
def test_preview_formats_have_their_own_limits(preview: Flask, options: dict[str, Any], param: str) -> None:
    answer = generate(preview, model="gpt-image-2.6-flare", **options)
    assert answer.status_code == 400
    assert error_of(answer)["param"] == param


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"a cat"', b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(emulator: Flask, body: bytes) -> None:
    headers = KEY | {"Content-Type": "application/json"}
    answer = emulator.test_client().post("/v1/images/generations", data=body, headers=headers)
    assert answer.status_code == 400
    assert error_of(answer)["message"].startswith("We could not parse the JSON body of your request.")


def test_a_generation_is_json_and_nothing_else(emulator: Flask) -> None:
    answer = emulator.test_client().post("/v1/images/generations", data={"prompt": "a cat"}, headers=KEY)
    assert answer.status_code == 400
    assert error_of(answer)["code"] == "unsupported_content_type"


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        ("dall-e-3", {"n": 2}, "Invalid 'n': integer above maximum value. Expected a value <= 1, but got 2 instead."),
        ("dall-e-3", {"size": "512x512"}, "The size is not supported by this model."),
        ("dall-e-2", {"size": "1024x1536"}, "'1024x1536' is not one of ['256x256', '512x512', '1024x1024'] - 'size'"),
        ("dall-e-2", {"style": "vivid"}, "Unknown parameter: 'style'."),
        ("dall-e-2", {"stream": True}, "Unknown parameter: 'stream'."),
        ("dall-e-3", {"background": "opaque"}, "Unknown parameter: 'background'."),
        ("dall-e-3", {"quality": "low"}, "Invalid value: 'low'. Supported values are: 'standard' and 'hd'."),
    ],
)
def test_dall_e_keeps_its_own_limits(legacy: Flask, model: str, options: dict[str, Any], message: str) -> None:
    answer = post(legacy, "/v1/images/generations", {"model": model, "prompt": "a cat"} | options)
    assert answer.status_code == 400
    assert error_of(answer)["message"] == message


@pytest.mark.parametrize(("model", "most"), [("dall-e-2", 1_000), ("dall-e-3", 4_000)])
def test_dall_e_prompts_are_short(legacy: Flask, model: str, most: int) -> None:
    body = {"model": model, "prompt": "x" * (most + 1)}
    error = error_of(post(legacy, "/v1/images/generations", body))
    assert f"maximum length {most}, but got a string with length {most + 1} instead" in error["message"]
