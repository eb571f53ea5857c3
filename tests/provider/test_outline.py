"""Long strings are left where they lie, and what is around them is parsed as strictly as ever."""

from __future__ import annotations

import base64
import json
import random
from typing import Any

import pytest

from app.provider import outline
from app.provider.outline import BytesBody, LongString, Text, TooMuch, parse

DATA = random.Random(1).randbytes(1000)
B64 = base64.b64encode(DATA).decode()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outline, "LONG", 100)
    monkeypatch.setattr(outline, "MOST", 2000)
    monkeypatch.setattr(outline, "_WINDOW", 64)


class Watched(BytesBody):
    """Remembers the largest piece that was read."""

    largest = 0

    def read(self, start: int, count: int) -> bytes:
        self.largest = max(self.largest, count)
        return super().read(start, count)


def parsed(text: str) -> tuple[Any, list[LongString]]:
    data = text.encode("utf-8", "surrogatepass")
    value, strings = parse(Text(BytesBody(data)), 0, len(data))
    return value, list(strings.values())


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "",
        "\\",
        {"a\\": 'q"uote\\"', "b": ["\\\\", "\\" * 7 + '"', "é😀"], 'c"': None},
        ["\\" * 49, '"' * 49],
    ],
)
def test_without_long_strings_it_is_plain_json(value: Any) -> None:
    assert parsed(json.dumps(value)) == (value, [])


@pytest.mark.parametrize("escape", ["", "\\\\", '\\"', "\\\\\\\\", '\\\\\\"', "\\n", "\\u0022"])
def test_a_long_string_ends_at_its_own_quote(escape: str) -> None:
    spelled = B64 + escape * 40
    value, strings = parsed(f'{{"first": "x", "b": "{spelled}", "last": [1, "\\""]}}')
    assert value == {"first": "x", "b": "\x000", "last": [1, '"']}
    (string,) = strings
    assert string.as_str() == json.loads(f'"{spelled}"')


def test_the_base64_of_many_pieces_is_one_picture_and_only_pieces_are_read() -> None:
    data = json.dumps({"a": B64, "b": f"data:image/png;base64,{B64}"}).encode()
    body = Watched(data)
    _, strings = parse(Text(body), 0, len(data))
    assert [string.decoded() for string in strings.values()] == [DATA, DATA]
    assert body.largest <= 128


@pytest.mark.parametrize(
    "spelled",
    [
        B64[:200] + "*" + B64[201:],
        B64[:62] + "==" + B64[64:],  # padding where a piece ends
        B64[:-1],
        "data:image/png," + B64,
        B64.replace("/", "\\/"),
    ],
)
def test_what_is_not_plain_base64_is_not_decoded_in_pieces(spelled: str) -> None:
    _, (string,) = parsed(f'"{spelled}"')
    with pytest.raises(ValueError, match=r"."):
        string.decoded()


@pytest.mark.parametrize(
    "text",
    [
        f'{{"a": "{B64}"',
        f'{{"a": "{B64}',
        f'{{"a" "{B64}"}}',
        f'{{"a": "{B64}"}} 1',
        f'["{B64}" "{B64}"]',
        '{"a": "\n"}',
        "",
    ],
)
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(text)


@pytest.mark.parametrize(
    "text", ["[" + "1," * 1000 + "1]", "[" + '"x",' * 600 + "1]", '"a", ' * 500, " " * 1990 + f'"{B64}"' + " " * 20]
)
def test_more_than_pictures_is_too_much(text: str) -> None:
    with pytest.raises(TooMuch):
        parsed(text)


def test_a_body_that_is_shorter_than_it_says_has_an_end() -> None:
    body = BytesBody(b'{"a": "')
    body.size = 1000
    with pytest.raises(ValueError, match=r"."):
        parse(Text(body), 0, body.size)
