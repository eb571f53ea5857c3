"""JSON bodies are read strictly; each refusal names what is wrong."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from flask import Flask, request

from app.api.parsing import read_json_body
from app.api.schemas import GENERATE
from app.domain.errors import StudioError

application = Flask(__name__)


def parse(body: bytes | str, content_type: str = "application/json") -> dict[str, object]:
    with application.test_request_context("/", method="POST", data=body, content_type=content_type):
        return read_json_body(request).take(GENERATE)


def refusal(body: bytes | str, content_type: str = "application/json") -> StudioError:
    with pytest.raises(StudioError) as caught:
        parse(body, content_type)
    return caught.value


def test_chosen_fields_come_through_and_nulls_count_as_not_chosen() -> None:
    assert parse('{"prompt": "a cat", "n": 2, "size": null}') == {"prompt": "a cat", "n": 2}


def test_every_kind_of_text_comes_through_unchanged() -> None:
    text = "猫 🐈‍⬛ \u202eRTL <b>{{ 7*7 }}</b> %s '; DROP TABLE jobs;--\n\x1b[31m data: x\n\n"
    assert parse(json.dumps({"prompt": text})) == {"prompt": text}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ('{"prompt": 5}', "prompt"),
        ('{"prompt": "x", "n": "2"}', "n"),
        ('{"prompt": "x", "n": true}', "n"),
        ('{"prompt": "x", "n": 1.0}', "n"),
        ('{"prompt": "x", "size": ["1024x1024"]}', "size"),
        ('{"prompt": "x", "output_compression": {}}', "output_compression"),
    ],
)
def test_a_wrong_type_is_named(body: str, param: str) -> None:
    error = refusal(body)
    assert (error.fault.code, error.fault.param) == ("invalid_type", param)


def test_unknown_fields_are_refused_and_all_problems_told_at_once() -> None:
    error = refusal('{"prompt": 5, "seed": 1, "owner": "admin"}')
    assert {(p.field, p.code) for p in error.problems} == {
        ("prompt", "invalid_type"),
        ("seed", "unknown_parameter"),
        ("owner", "unknown_parameter"),
    }


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '"text"',
        "null",
        '{"prompt": NaN}',
        '{"n": Infinity}',
        '{"prompt": "a", "prompt": "b"}',
        '{"n": ' + "9" * 400 + "}",
        "[" * 100_000 + "]" * 100_000,
        '{"prompt": ' + '{"a":' * 5_000 + "1" + "}" * 5_001,
        b"\xff\xfe{}",
        b'{"prompt": "\xed\xa0\x80"}',
    ],
)
def test_what_is_not_proper_json_is_refused(body: bytes | str) -> None:
    assert refusal(body).fault.code == "invalid_json"


def test_brackets_inside_a_prompt_are_not_nesting() -> None:
    prompt = "[" * 500
    assert parse(f'{{"prompt": "{prompt}"}}') == {"prompt": prompt}


@pytest.mark.parametrize(
    "body",
    [
        '{"prompt": "' + "[" * 40 + "x" * 3_000_000 + '"}',
        "[" * 40 + '"' + '\\"' * 500_000,
        "[" * 40 + '"' + "\\\\" * 500_000 + "\\",
    ],
    ids=["a long string", "a string of quotes without an end", "a string of backslashes without an end"],
)
def test_large_bodies_with_brackets_take_no_longer_for_it(body: str) -> None:
    began = time.process_time()
    with contextlib.suppress(StudioError):
        parse(body)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud800"])
def test_nul_and_half_surrogates_are_not_text(escape: str) -> None:
    error = refusal(f'{{"prompt": "a{escape}b"}}')
    assert (error.fault.code, error.fault.param) == ("invalid_value", "prompt")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json", ""])
def test_only_json_is_taken_for_json(content_type: str) -> None:
    assert refusal('{"prompt": "x"}', content_type).fault.code == "unsupported_media_type"


def test_a_made_up_name_is_repeated_short_and_printable() -> None:
    error = refusal('{"\\u001b[31m' + "x" * 500 + '": 1}')
    assert error.fault.param is not None
    assert len(error.fault.param) <= 80
    assert error.fault.param.isprintable()
