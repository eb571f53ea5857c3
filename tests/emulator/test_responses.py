"""The Responses API's image tool, turn after turn: fact sheet section 2.4."""

from __future__ import annotations

import pytest
from flask import Flask
from openai import BadRequestError, NotFoundError
from PIL import ImageFilter

from tests.emulator.calls import difference, error_of, mask, photo, png
from tests.emulator.turns import asked, body_of, call_in, data_url, drawn, said, sdk, turn, words_in


def test_a_turn_draws_a_picture_and_says_so(emulator: Flask) -> None:
    body = body_of(turn(emulator, "a gray cat"))
    call = call_in(body)
    assert (body["object"], body["status"], body["store"]) == ("response", "completed", True)
    assert {name: call[name] for name in ("action", "status", "size", "quality", "background", "output_format")} == {
        "action": "generate",
        "status": "completed",
        "size": "1024x640",
        "quality": "low",
        "background": "opaque",
        "output_format": "png",
    }
    assert call["id"].startswith("ig_")
    assert call["revised_prompt"] == "a gray cat."
    assert drawn(body).size == (1024, 640)
    assert words_in(body) == "Here is your picture."


def test_both_models_are_counted_apart(emulator: Flask) -> None:
    body = body_of(turn(emulator))
    assert body["usage"]["total_tokens"] == body["usage"]["input_tokens"] + body["usage"]["output_tokens"] > 0
    image_gen = body["tool_usage"]["image_gen"]
    assert image_gen["output_tokens"] == 107
    assert image_gen["input_tokens_details"]["image_tokens"] == 0


def test_a_picture_carries_over_from_turn_to_turn(emulator: Flask) -> None:
    first = body_of(turn(emulator, "a lighthouse"))
    second = body_of(turn(emulator, "at night", previous_response_id=first["id"]))
    third = body_of(turn(emulator, "with snow", previous_response_id=second["id"]))
    anew = body_of(turn(emulator, "at night"))
    assert [call_in(body)["action"] for body in (first, second, third, anew)] == [
        "generate",
        "edit",
        "edit",
        "generate",
    ]
    assert difference(drawn(first), drawn(second)) < 0.8 * difference(drawn(first), drawn(anew))
    assert second["previous_response_id"] == first["id"]
    assert second["tool_usage"]["image_gen"]["input_tokens_details"]["image_tokens"] > 0
    assert third["usage"]["input_tokens"] > second["usage"]["input_tokens"] > first["usage"]["input_tokens"]


def test_any_earlier_turn_can_be_gone_on_from(emulator: Flask) -> None:
    first = body_of(turn(emulator, "a lighthouse"))
    body_of(turn(emulator, "a red boat", {"action": "generate"}, previous_response_id=first["id"]))
    branch = body_of(turn(emulator, "at night", previous_response_id=first["id"]))
    assert (
        drawn(branch).tobytes()
        == drawn(body_of(turn(emulator, "at night", previous_response_id=first["id"]))).tobytes()
    )
    assert call_in(branch)["action"] == "edit"


def test_a_call_named_by_its_id_alone_is_gone_on_from(emulator: Flask) -> None:
    first = body_of(turn(emulator, "a lighthouse"))
    named = [{"type": "image_generation_call", "id": call_in(first)["id"]}, *said("at night")]
    chained = body_of(turn(emulator, "at night", previous_response_id=first["id"]))
    assert drawn(body_of(turn(emulator, named))).tobytes() == drawn(chained).tobytes()


def test_the_last_picture_shown_again_stands_for_a_lost_chain(emulator: Flask) -> None:
    first = body_of(turn(emulator, "a lighthouse"))
    shown = said("at night", {"image_url": f"data:image/png;base64,{call_in(first)['result']}"})
    chained = body_of(turn(emulator, "at night", previous_response_id=first["id"]))
    assert drawn(body_of(turn(emulator, shown))).tobytes() == drawn(chained).tobytes()
    both = body_of(turn(emulator, shown, previous_response_id=first["id"]))
    assert both["tool_usage"] == chained["tool_usage"], "the same picture does not count twice"


def test_a_version_of_the_last_picture_takes_its_place_and_another_picture_does_not(emulator: Flask) -> None:
    first = body_of(turn(emulator, "a cat on a sofa"))
    smaller = drawn(first).resize((800, 500))
    smaller.paste((200, 0, 0), (40, 40, 90, 90))
    for picture, counted in ((smaller, 1), (photo(), 2)):
        shown = said("at night", {"image_url": data_url(png(picture))})
        alone, both = (body_of(turn(emulator, shown, **more)) for more in ({}, {"previous_response_id": first["id"]}))
        tokens = [one["tool_usage"]["image_gen"]["input_tokens_details"]["image_tokens"] for one in (alone, both)]
        assert (tokens[0] < tokens[1]) is (counted == 2)
        assert (drawn(alone).tobytes() == drawn(both).tobytes()) is (counted == 1)


def test_pictures_come_as_data_urls_and_as_files(emulator: Flask) -> None:
    client = sdk(emulator)
    picture = png(photo())
    file = client.files.create(file=("a.png", picture, "image/png"), purpose="vision")
    by_url = body_of(turn(emulator, said("a boat", {"image_url": data_url(picture), "detail": "high"})))
    by_file = body_of(turn(emulator, said("a boat", {"file_id": file.id})))
    assert call_in(by_url)["action"] == "edit"
    assert drawn(by_url).tobytes() == drawn(by_file).tobytes()


def test_a_mask_says_where_the_picture_may_change(emulator: Flask) -> None:
    source = photo()
    hole = data_url(png(mask(source.size, (0, 0, 512, 640))))
    shown = said("a boat", {"image_url": data_url(png(source))})
    edited = drawn(body_of(turn(emulator, shown, {"input_image_mask": {"image_url": hole}})))
    kept = (512, 0, 1024, 640)
    assert edited.crop(kept).tobytes() == source.crop(kept).tobytes()
    assert edited.crop((0, 0, 400, 640)).tobytes() != source.crop((0, 0, 400, 640)).tobytes()


def test_a_new_picture_ignores_the_chain(emulator: Flask) -> None:
    first = body_of(turn(emulator, "a lighthouse"))
    again = body_of(turn(emulator, "a boat", {"action": "generate"}, previous_response_id=first["id"]))
    assert drawn(again).tobytes() == drawn(body_of(turn(emulator, "a boat"))).tobytes()


@pytest.mark.parametrize("fields", [{"tool_choice": "none"}, {"tools": [], "tool_choice": "auto"}])
def test_without_the_tool_there_are_only_words(emulator: Flask, fields: dict[str, object]) -> None:
    body = body_of(turn(emulator, **fields))
    assert [item["type"] for item in body["output"]] == ["message"]
    assert body["tool_usage"]["image_gen"]["total_tokens"] == 0
    assert body["usage"]["output_tokens"] > 0


def test_a_question_is_answered_in_words_unless_a_picture_is_forced(emulator: Flask) -> None:
    assert len(body_of(turn(emulator, "What is it?", tool_choice="auto"))["output"]) == 1
    assert len(body_of(turn(emulator, "a cat", tool_choice="auto"))["output"]) == 2
    assert len(body_of(turn(emulator, "What is it?"))["output"]) == 2


def test_options_of_the_tool_are_kept(emulator: Flask) -> None:
    tool = {"output_format": "jpeg", "output_compression": 40, "moderation": "low", "quality": "medium"}
    body = body_of(turn(emulator, "a cat", tool))
    assert (drawn(body).format, call_in(body)["quality"]) == ("JPEG", "medium")
    assert body["tools"][0]["output_compression"] == 40


def test_without_a_model_the_tool_takes_the_newest(emulator: Flask) -> None:
    body = body_of(turn(emulator, tools=[{"type": "image_generation", "size": "1024x640", "quality": "xhigh"}]))
    assert call_in(body)["quality"] == "xhigh"


def test_the_sdk_reads_keeps_and_deletes_answers(emulator: Flask) -> None:
    client = sdk(emulator)
    response = client.responses.create(**asked("a lighthouse"))  # type: ignore[call-overload]  # a plain body
    assert response.output_text == "Here is your picture."
    assert response.tool_usage.image_gen.output_tokens == 107
    again = client.responses.retrieve(response.id)
    assert again.output[0].result == response.output[0].result  # type: ignore[union-attr]  # it is an image call
    client.responses.delete(response.id)
    with pytest.raises(NotFoundError, match="not found"):
        client.responses.retrieve(response.id)
    with pytest.raises(BadRequestError) as refused:
        client.responses.create(**asked(previous_response_id=response.id))  # type: ignore[call-overload]
    assert refused.value.code == "previous_response_not_found"


def test_what_is_not_to_be_stored_is_not(emulator: Flask) -> None:
    body = body_of(turn(emulator, store=False))
    assert body["store"] is False
    assert error_of(turn(emulator, previous_response_id=body["id"]))["param"] == "previous_response_id"


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"input": ""}, "input", "empty_string"),
        ({"input": None}, "input", "missing_required_parameter"),
        ({"input": 3}, "input", "invalid_type"),
        ({"input": [{"role": "user"}]}, "input[0].content", "missing_required_parameter"),
        ({"input": [{"role": "king", "content": "a"}]}, "input[0].role", "invalid_value"),
        ({"input": [{"type": "sound"}]}, "input[0].type", "invalid_value"),
        ({"input": said("a", {"file_id": "file-no"})}, "input[0].content[1]", "image_file_not_found"),
        ({"input": said("a", {"image_url": "data:image/png;base64,!"})}, "input[0].content[1]", "invalid_base64_image"),
        ({"input": said("a", {"image_url": "data:,", "detail": "x"})}, "input[0].content[1].detail", "invalid_value"),
        ({"input": [{"type": "image_generation_call", "id": "ig_no"}]}, "input", None),
        ({"model": None}, "model", "missing_required_parameter"),
        ({"model": "gpt-7"}, "model", "model_not_found"),
        ({"model": "gpt-4o"}, "tools", "invalid_value"),
        ({"n": 2}, "n", "unknown_parameter"),
        ({"store": "yes"}, "store", "invalid_type"),
        ({"max_output_tokens": 1}, "max_output_tokens", "integer_below_min_value"),
        ({"background": True}, "background", "unsupported_parameter"),
        ({"previous_response_id": "resp_no"}, "previous_response_id", "previous_response_not_found"),
        ({"tool_choice": "always"}, "tool_choice", "invalid_value"),
        ({"tools": []}, "tool_choice", None),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type", "invalid_value"),
        ({"tools": [{"type": "image_generation", "n": 2}]}, "tools[0].n", "unknown_parameter"),
        ({"tools": [{"type": "image_generation", "action": "x"}]}, "tools[0].action", "invalid_value"),
        ({"tools": [{"type": "image_generation", "action": "edit"}]}, "tools[0].action", "invalid_value"),
        ({"tools": [{"type": "image_generation", "model": "dall-e-3"}]}, "tools", "invalid_value"),
        ({"tools": [{"type": "image_generation", "size": "1x1"}]}, "tools[0].size", "invalid_value"),
        ({"tools": [{"type": "image_generation", "quality": "hd"}]}, "tools[0].quality", "invalid_value"),
        (
            {"tools": [{"type": "image_generation", "input_image_mask": {"image_url": "data:,"}}]},
            "tools[0].input_image_mask",
            "invalid_value",
        ),
    ],
)
def test_what_is_wrong_is_named(emulator: Flask, change: dict[str, object], param: str, code: str | None) -> None:
    answer = turn(emulator, **change)
    assert answer.status_code in (400, 404)
    assert (error_of(answer)["param"], error_of(answer)["code"]) == (param, code)


def test_words_that_name_no_thing_change_the_light_alone(emulator: Flask) -> None:
    """Nothing is set before what was drawn, so that the person's own subject stays in sight."""
    first = body_of(turn(emulator, "a gray cat"))
    evening = drawn(body_of(turn(emulator, "now make it evening", previous_response_id=first["id"])))
    boat = drawn(body_of(turn(emulator, "now add a boat", previous_response_id=first["id"])))
    strokes = [
        picture.crop((512, 0, 1024, 560)).convert("L").filter(ImageFilter.FIND_EDGES).point(lambda v: 255 * (v > 24))
        for picture in (drawn(first), evening, boat)
    ]
    assert difference(strokes[0], strokes[1]) < 0.6 * difference(strokes[0], strokes[2])
