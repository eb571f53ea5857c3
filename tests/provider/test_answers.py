"""Answers in every shape that OpenAI and the known gateways use."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app.domain.costs import Usage
from app.domain.jobs import Answer, Outcome, ProviderFault, Receipt, Resolved
from app.domain.requests import Edit
from app.provider.answers import decode
from app.provider.outline import BytesBody
from app.provider.wording import Cleaner
from tests.provider.calls import Caller, a_cat
from tests.upstream import Upstream, b64, encoded, json_answer, picture, picture_answer, picture_body, url_answer

pytestmark = pytest.mark.usefixtures("lengths")

PNG = picture()
B64 = b64(PNG)


def read(item: dict[str, Any], caller: Caller, upstream: Upstream) -> Answer:
    upstream.script(json_answer({"created": 1, "data": [item]}))
    return caller.ask()


@pytest.mark.parametrize(
    "item",
    [
        {"b64_json": B64},
        {"b64_json": f"data:image/png;base64,{B64}"},
        {"b64_json": B64, "url": None, "revised_prompt": None},
        {"b64_json": B64, "url": "", "revised_prompt": ""},
        {"b64_json": base64.encodebytes(PNG).decode()},
        {"b64_json": B64.rstrip("=")},
        {"b64_json": "", "url": f"data:image/png;base64,{B64}"},
        {"b64_json": None, "url": f"data:image/png;base64,{B64}"},
        {"b64_json": B64, "revised_prompt": 7, "file_path": "/tmp/x"},
    ],
)
def test_base64_is_decoded_in_every_wrapping(item: dict[str, Any], caller: Caller, upstream: Upstream) -> None:
    (drawn,) = read(item, caller, upstream).pictures

    assert drawn.read() == PNG
    assert drawn.url is None
    assert drawn.revised_prompt is None


@pytest.mark.parametrize("other", [{}, {"b64_json": ""}, {"b64_json": None}, {"b64_json": "*?*"}])
def test_a_url_is_passed_on_where_there_is_no_base64(other: dict[str, Any], caller: Caller, upstream: Upstream) -> None:
    item = {"url": "https://pictures.example/1.png", "revised_prompt": "a nicer cat"} | other

    (drawn,) = read(item, caller, upstream).pictures

    assert (drawn.read, drawn.url) == (None, "https://pictures.example/1.png")
    assert drawn.revised_prompt == "a nicer cat"


def test_several_urls_are_several_pictures(caller: Caller, upstream: Upstream) -> None:
    upstream.script(url_answer("http://a.example/1", "http://a.example/2"))

    assert [drawn.url for drawn in caller.ask().pictures] == ["http://a.example/1", "http://a.example/2"]


def test_more_or_fewer_pictures_than_asked_are_simply_what_came(caller: Caller, upstream: Upstream) -> None:
    upstream.script(picture_answer(3), picture_answer(1))

    assert len(caller.ask(a_cat(n=2), n=2).pictures) == 3
    assert len(caller.ask(a_cat(n=2), n=2).pictures) == 1


def test_an_item_without_a_picture_is_left_out_and_the_others_stay(caller: Caller, upstream: Upstream) -> None:
    items = [{"b64_json": "", "url": ""}, {"b64_json": B64}, None, "text", {"b64_json": "*"}]
    upstream.script(json_answer({"data": items}))

    assert [drawn.read() for drawn in caller.ask().pictures] == [PNG]


def test_what_was_resolved_and_used_is_reported(caller: Caller, upstream: Upstream) -> None:
    upstream.script(picture_answer(model="gpt-image-2-2026-04-21"))

    answer = caller.ask()

    assert answer.resolved == Resolved("gpt-image-2-2026-04-21", "64x64", "low", "opaque", "png")
    assert answer.usage == Usage(input_text_tokens=14, output_image_tokens=196)


def test_what_is_not_said_stays_unknown(caller: Caller, upstream: Upstream) -> None:
    body = {"data": [{"b64_json": B64}], "size": 3, "quality": "", "model": "x" * 65, "background": None}
    upstream.script(json_answer(body))

    answer = caller.ask()

    assert answer.resolved == Resolved()
    assert answer.usage is None


def tokens(into: Any, out: Any, into_details: Any = None, out_details: Any = None) -> dict[str, Any]:
    return {
        "input_tokens": into,
        "output_tokens": out,
        "input_tokens_details": into_details,
        "output_tokens_details": out_details,
    }


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (tokens(14, 196), Usage(14, 0, 196, 0)),
        (tokens(30, 200, {"text_tokens": 10, "image_tokens": 20}), Usage(10, 20, 200, 0)),
        (tokens(30, 210, {"text_tokens": 10}, {"image_tokens": 200, "text_tokens": 10}), Usage(30, 0, 200, 10)),
        ({"output_tokens": 5}, Usage(0, 0, 5, 0)),
        (None, None),
        ([], None),
        ("14", None),
        (tokens(0, 0), None),
        ({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, None),
        (tokens("14", 196), None),
        (tokens(14, 196.5), None),
        (tokens(True, 196), None),
        (tokens(14, -1), None),
        (tokens(14, 10**12), None),
        (tokens(14, 196, "many"), None),
        (tokens(14, 196, {"text_tokens": [14]}), None),
    ],
)
def test_usage_is_believed_only_when_it_is_counts(
    usage: Any, expected: Usage | None, caller: Caller, upstream: Upstream
) -> None:
    upstream.script(picture_answer(usage=usage))

    assert caller.ask().usage == expected


def test_unexplained_input_of_an_edit_counts_as_the_dearer_kind(caller: Caller) -> None:
    body = str(picture_body(usage=tokens(1000, 196))).replace("'", '"').replace("None", "null").encode()

    answer = caller.provider.read(
        Edit(prompt="a hat", model="m"), Receipt(200, "application/json", None, False), BytesBody(body)
    )

    assert answer.usage == Usage(input_image_tokens=1000, output_image_tokens=196)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_compressed_answer_is_understood_though_none_was_asked_for(
    encoding: str, caller: Caller, upstream: Upstream
) -> None:
    upstream.script(encoded(b'{"data":[{"b64_json":"' + B64.encode() + b'"}]}', encoding))

    assert caller.ask().pictures[0].read() == PNG


def test_an_unusable_answer_names_its_call_for_support() -> None:
    with pytest.raises(ProviderFault) as caught:
        decode(BytesBody(b"<html>"), Cleaner(), pictures_in=False, request_id="req_7")

    assert caught.value.outcome is Outcome.UNUSABLE
    assert caught.value.fault.upstream_request_id == "req_7"
    assert "a page of HTML" in caught.value.fault.message


def test_the_receipt_says_what_came(caller: Caller, upstream: Upstream) -> None:
    assert caller.send() == Receipt(200, "application/json", "req_scripted", False)
    assert caller.sink.receipt == caller.send()
