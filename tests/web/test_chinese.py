"""The studio in Chinese: every page and state, JSON errors, and what was written down before its reader was known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.domain.errors import Fault
from app.domain.jobs import State
from app.domain.sentences import say
from app.factory import create_app
from app.wiring import Studio
from tests.browser.every_page import EMPTY, add_pages, furnish
from tests.studios import open_studio
from tests.web.visiting import Visitor, ask, end

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}
LIMITED = "The image provider's rate limit is reached."

_READ = {"alt", "title", "aria-label", "aria-valuetext", "aria-description", "placeholder"}
_NOT_READ = {"code", "kbd", "script", "style", "textarea"}
_SENTENCE = re.compile(r"[A-Za-z][A-Za-z'’]*(?:,? [A-Za-z][A-Za-z'’]*){2,}")
"""Three English words in a row: names of models and formats are shorter."""

_WRITTEN = (
    "a white siamese cat",
    "This is not the password",
    "The database is busy",
    "No answer came",
    "It is text",
    "It is not allowed",
    "Here it is",
    "now at night",
    "in the rain",
    "in the snow",
    "a green sofa",
    "A harbour, number",
    "Draw a harbour",
    "A quiet harbour",
)
"""What the people and the provider of `every_page` said."""


class _Read(HTMLParser):
    """What somebody reads of a page, or has read to them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _NOT_READ
        self.texts += [value or "" for name, value in attrs if name in _READ]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _NOT_READ

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(" ".join(data.split()))


def english_on(client: FlaskClient, path: str) -> list[str]:
    """The English sentences of a page that is asked for in Chinese."""
    response = client.get(path, headers=CHINESE)
    assert '<html lang="zh-Hans"' in response.text
    assert "这里出错了" not in response.text, path
    page = _Read()
    page.feed(response.text)
    rest = "\n".join(page.texts)
    for words in _WRITTEN:
        rest = rest.replace(words, "")
    return _SENTENCE.findall(rest)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with open_studio(tmp_path_factory.mktemp("empty")) as studio:
        yield add_pages(create_app(studio)).test_client()


def test_no_page_of_an_empty_studio_speaks_english(empty: FlaskClient) -> None:
    assert {name: found for name, path in EMPTY.items() if (found := english_on(empty, path))} == {}


def test_no_page_of_a_studio_in_use_speaks_english(tmp_path: Path) -> None:
    with open_studio(tmp_path) as studio:
        pages = furnish(studio)
        client = create_app(studio).test_client()
        assert {name: found for name, path in pages.items() if (found := english_on(client, path))} == {}


def test_an_english_sentence_on_a_page_would_be_found(empty: FlaskClient) -> None:
    response = empty.get("/tests/sign-in", headers=CHINESE)
    page = _Read()
    page.feed(response.text)
    assert "This is not the password" in " ".join(_SENTENCE.findall("\n".join(page.texts)))


@pytest.mark.parametrize(
    ("header", "error"), [(None, "No prompt provided"), ("zh-CN", "没有提供提示词"), ("fr", "No prompt provided")]
)
def test_json_errors_are_told_in_the_language_that_is_asked_for(
    visitor: Visitor, header: str | None, error: str
) -> None:
    headers = {"Accept-Language": header} if header else {}
    answer = visitor.client.post("/generate_image", json={}, headers=headers)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"] == answer.json["problems"][0]["message"] == error
    assert answer.json["code"] == "missing_prompt"


def test_a_form_is_refused_in_the_readers_language(visitor: Visitor) -> None:
    visitor.client.set_cookie("language", "zh-Hans")
    refused = visitor.send("/generate", prompt="", n="many")
    assert "没有提供提示词" in refused.text
    assert "图片数量必须是整数。" in refused.text


def test_a_jobs_fault_is_told_in_the_language_of_whoever_looks(studio: Studio, visitor: Visitor) -> None:
    job = end(studio, ask(studio), State.REJECTED, fault=Fault("rate_limited", say(LIMITED)))  # type: ignore[arg-type]
    assert LIMITED in visitor.open(f"/jobs/{job.id}").text
    assert visitor.client.get(f"/api/jobs/{job.id}").json["error"]["error"] == LIMITED  # type: ignore[index]
    assert "已达到图片服务商的速率限制。" in visitor.client.get(f"/jobs/{job.id}", headers=CHINESE).text
    told = visitor.client.get(f"/api/jobs/{job.id}", headers=CHINESE).json
    assert told is not None
    assert told["error"]["error"] == "已达到图片服务商的速率限制。"


def test_a_fault_of_an_older_version_is_told_as_it_was_written(studio: Studio, visitor: Visitor) -> None:
    old = Fault.from_record({"code": "rate_limited", "message": "It was too much at once."})
    job = end(studio, ask(studio), State.REJECTED, fault=old)
    page = visitor.client.get(f"/jobs/{job.id}", headers=CHINESE).text
    assert "It was too much at once." in page
    assert "没有产生费用。" in page


def test_what_was_done_is_told_in_the_language_in_which_it_was_asked_for(visitor: Visitor) -> None:
    visitor.client.set_cookie("language", "zh-Hans")
    visitor.send("/library/albums", name="Harbours")
    assert "相册“Harbours”已创建。" in visitor.client.get("/library/albums").text
