"""Turns through the provider: what is sent, and what comes back when all is well."""

from __future__ import annotations

import pytest

from app.domain.costs import Usage
from app.domain.jobs import Outcome
from app.domain.pictures import Drawn
from app.domain.turn_prices import MAX_OUTPUT_TOKENS
from app.provider.client import connect
from app.provider.routing import Provider
from tests.provider.calls import Caller
from tests.provider.turns import a_turn, image_call, input_picture, message, turn_answer, turn_stream
from tests.upstream import Answer, Upstream, b64, drip, picture

BOTH = Usage(
    input_text_tokens=20,
    output_image_tokens=196,
    text_model_input_tokens=40,
    text_model_cached_tokens=8,
    text_model_written_tokens=4,
    text_model_output_tokens=30,
)


@pytest.fixture
def caller(upstream: Upstream) -> Caller:
    connection = connect(api_key="sk-a-key-for-tests", base_url=upstream.base_url)
    return Caller(Provider(connection, accepts_response_format=lambda model: False))


def data_of(drawn: tuple[Drawn, ...]) -> list[bytes]:
    return [one.read() for one in drawn if one.read is not None]


def test_a_turn_sends_the_words_and_the_tool_and_nothing_that_was_not_chosen(
    upstream: Upstream, caller: Caller
) -> None:
    upstream.script(turn_answer())
    caller.ask(a_turn())
    (call,) = upstream.ledger
    assert (call.method, call.path) == ("POST", "/v1/responses")
    assert call.json == {
        "model": "gpt-5.6-luna",
        "input": [{"role": "user", "content": [{"type": "input_text", "text": "a cat"}]}],
        "tools": [{"type": "image_generation", "model": "gpt-image-2"}],
        "tool_choice": {"type": "image_generation"},
        "max_output_tokens": MAX_OUTPUT_TOKENS,
        "max_tool_calls": 1,
    }


def test_a_turn_sends_every_option_that_was_chosen(upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_stream())
    options = {
        "size": "1536x1024",
        "quality": "high",
        "background": "opaque",
        "output_format": "jpeg",
        "output_compression": 70,
        "moderation": "low",
        "action": "edit",
        "input_fidelity": "high",
        "complexity": "low",
        "partial_images": 2,
    }
    caller.ask(a_turn(**options, tool_choice="auto", previous="resp_0", user="u"), stream=True)
    sent = upstream.ledger[0].json
    assert sent["tools"] == [{"type": "image_generation", "model": "gpt-image-2", **options}]
    assert (sent["tool_choice"], sent["previous_response_id"], sent["user"], sent["stream"]) == (
        "auto", "resp_0", "u", True,
    )  # fmt: skip


def test_a_living_chain_is_named_and_its_picture_stays_here(upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_answer())
    turn = a_turn(previous="resp_0", fallback=input_picture("last"), images=(input_picture("hat"),))
    caller.ask(turn, inputs={"hat": b"hat", "last": b"last"})
    content = upstream.ledger[0].json["input"][0]["content"]
    assert content[1:] == [{"type": "input_image", "image_url": f"data:image/png;base64,{b64(b'hat')}"}]


def test_without_a_chain_the_last_picture_is_shown_again(upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_answer())
    turn = a_turn(fallback=input_picture("last", mime_type="image/webp"), mask=input_picture("mask", has_alpha=True))
    caller.ask(turn, inputs={"mask": b"mask", "last": b"last"})
    sent = upstream.ledger[0].json
    assert sent["input"][0]["content"][1]["image_url"] == f"data:image/webp;base64,{b64(b'last')}"
    assert sent["tools"][0]["input_image_mask"] == {"image_url": f"data:image/png;base64,{b64(b'mask')}"}
    assert "previous_response_id" not in sent


def test_a_picture_that_is_gone_is_found_before_anything_is_sent(upstream: Upstream, caller: Caller) -> None:
    class Gone(dict[str, bytes]):
        def __getitem__(self, digest: str) -> bytes:
            raise FileNotFoundError(digest)

    failure = caller.fail(a_turn(images=(input_picture("x"),)), inputs=Gone(x=b""))
    assert (failure.outcome, failure.fault.code, upstream.ledger) == (Outcome.REFUSED, "invalid_image", [])


@pytest.mark.parametrize(
    "answer",
    [
        turn_answer(),
        turn_stream(),
        turn_stream(newline="\r\n"),
        turn_stream(names=False),
        turn_stream(last_blank=False),
        drip(turn_stream(), chunk=4097, every=0.0005),
    ],
    ids=["whole", "stream", "crlf", "nameless", "no last blank line", "in pieces"],
)
def test_a_turn_brings_its_picture_its_words_both_bills_and_its_name(
    answer: Answer, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(answer)
    result = caller.ask(a_turn(partial_images=2), stream=True)
    assert data_of(result.pictures) == [picture()]
    assert result.pictures[0].revised_prompt == "A cat."
    assert result.usage == BOTH
    assert (result.response_id, result.words, result.fault) == ("resp_1", "Here it is.", None)
    assert (result.resolved.size, result.resolved.quality, result.resolved.model) == ("64x64", "low", "gpt-image-2")


def test_previews_come_as_they_are_drawn(upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_stream())
    caller.ask(a_turn(partial_images=2), stream=True)
    assert [(partial.index, partial.data) for partial in caller.partials] == [
        (0, picture(seed=5)),
        (1, picture(seed=6)),
    ]


def test_several_pictures_are_all_kept(upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_answer(image_call(), message("And another."), image_call(result=b64(picture(seed=2)))))
    assert data_of(caller.ask(a_turn()).pictures) == [picture(), picture(seed=2)]


@pytest.mark.parametrize("result", [f"data:image/png;base64,{b64(picture())}", b64(picture())[:-1] + "\n="])
def test_gateways_write_base64_in_their_own_ways(result: str, upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_answer(image_call(result=result)))
    assert data_of(caller.ask(a_turn()).pictures)[0].startswith(picture()[:40])


def test_a_result_can_be_an_address(upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_answer(image_call(result="https://example.com/a.png")))
    assert caller.ask(a_turn()).pictures[0].url == "https://example.com/a.png"


def test_an_answer_in_words_alone_is_an_answer(upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_answer(message("It is a cat.\n\nA grey one.\x00"), tool_usage=None))
    result = caller.ask(a_turn(tool_choice="auto"))
    assert (result.pictures, result.words, result.fault) == ((), "It is a cat.\n\nA grey one.", None)
    assert result.usage is not None
    assert (result.usage.text_model_output_tokens, result.usage.output_image_tokens) == (30, 0)


@pytest.mark.parametrize(
    "changes", [{"store": False}, {"id": None}, {"id": 5}, {"id": "a\nb"}, {"id": "x" * 300}], ids=str
)
def test_what_the_provider_does_not_keep_cannot_be_followed(
    changes: dict[str, object], upstream: Upstream, caller: Caller
) -> None:
    upstream.script(turn_answer(**changes))
    result = caller.ask(a_turn())
    assert (len(result.pictures), result.response_id) == (1, None)


@pytest.mark.parametrize(
    "changes", [{"usage": None}, {"tool_usage": None}, {"usage": {"output_tokens": -1}}, {"tool_usage": []}], ids=str
)
def test_half_a_bill_is_none(changes: dict[str, object], upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_answer(**changes))
    result = caller.ask(a_turn())
    assert (len(result.pictures), result.usage) == (1, None)


def test_single_pictures_go_their_own_way(upstream: Upstream, caller: Caller) -> None:
    assert len(caller.ask().pictures) == 1
    assert upstream.ledger[0].path == "/v1/images/generations"
