"""Languages: whose wish counts, how a sentence is told, and that answers in two languages are never mixed up."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, Response, render_template_string
from flask.testing import FlaskClient

from app.domain.sentences import joined, one_of, say
from app.edge.languages import current_language, offer_languages, remember_language, teller, told

INSTEAD = "Edit the picture with a prompt instead."
STATT = "请改用提示词来编辑图片。"


def speaking(log: list[dict[str, object]] | None = None, catalogues: Path | None = None) -> Flask:
    """An application of three views behind nothing but languages."""
    app = Flask("speaking")
    where = {} if catalogues is None else {"catalogues": catalogues}
    lines = [] if log is None else log
    offer_languages(app, log=lambda event, **fields: lines.append({"event": event, **fields}), **where)

    @app.get("/which")
    def which() -> str:
        return current_language().tag

    @app.get("/picture")
    def picture() -> bytes:
        return b"..."

    @app.get("/later")
    def later() -> Response:
        tell = teller()
        return Response(tell(say(INSTEAD)) for _ in range(1))

    @app.post("/choose/<tag>")
    def choose(tag: str) -> Response:
        response = Response()
        remember_language(response, tag)
        return response

    return app


@pytest.fixture
def client() -> FlaskClient:
    return speaking().test_client()


@pytest.mark.parametrize(
    ("wanted", "answered"),
    [
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("de", "en"),
        ("zh", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-Hans-SG", "zh-Hans"),
        ("ZH-tw", "zh-Hans"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("de,zh;q=0.5", "zh-Hans"),
        ("zh;q=0, de", "en"),
        ("zha", "en"),
        ("zh;q=nonsense", "en"),
    ],
)
def test_the_browser_says_what_its_reader_understands(client: FlaskClient, wanted: str | None, answered: str) -> None:
    response = client.get("/which", headers={} if wanted is None else {"Accept-Language": wanted})
    assert response.text == answered
    assert response.headers["Content-Language"] == answered


def test_what_was_chosen_goes_before_what_the_browser_says(client: FlaskClient) -> None:
    client.post("/choose/zh-Hans")
    assert client.get("/which", headers={"Accept-Language": "en"}).text == "zh-Hans"
    client.post("/choose/en")
    assert client.get("/which", headers={"Accept-Language": "zh"}).text == "en"


@pytest.mark.parametrize("tag", ["fr", "zh", "../en", "EN"])
def test_a_language_that_is_not_offered_changes_nothing(client: FlaskClient, tag: str) -> None:
    client.post("/choose/zh-Hans")
    assert "Set-Cookie" not in client.post(f"/choose/{tag}").headers
    assert client.get("/which").text == "zh-Hans"


def test_a_cookie_of_nonsense_counts_for_nothing(client: FlaskClient) -> None:
    client.set_cookie("language", "klingon")
    assert client.get("/which", headers={"Accept-Language": "zh"}).text == "zh-Hans"


def test_answers_with_words_are_kept_apart_by_language_and_others_are_not(client: FlaskClient) -> None:
    assert set(client.get("/which").vary) == {"Accept-Language", "Cookie"}
    assert not client.get("/picture").vary
    assert "Content-Language" not in client.get("/picture").headers


@pytest.mark.parametrize(
    ("text", "in_chinese"),
    [
        (say(INSTEAD), STATT),
        (INSTEAD, STATT),
        ("nothing that a catalogue knows: 100 %", "nothing that a catalogue knows: 100 %"),
        ("", ""),
        (say("Choose one of {choices}.", choices=one_of("abc")), "请选择其一：a、b 或 c。"),
        (joined(say(INSTEAD), say(INSTEAD)), STATT + STATT),
    ],
)
def test_a_sentence_is_told_in_the_language_of_the_request(text: str, in_chinese: str) -> None:
    app = speaking()
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert told(text) == in_chinese
    with app.test_request_context():
        assert told(text) == text
    assert told(text) == text, "outside of requests it is English"


def test_templates_print_sentences_in_the_readers_language_and_still_escape_them() -> None:
    app = speaking()
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        choice = say("Choose {choices}.", choices=one_of(["<b>", "c"]))
        assert render_template_string("{{ choice }}", choice=choice) == "请选择 &lt;b&gt; 或 c。"
        assert render_template_string("{{ text|told }}", text=INSTEAD) == STATT
        assert render_template_string("{{ _(text) }}{% trans %}\n Help\n{% endtrans %}", text=INSTEAD) == f"{STATT}帮助"


def test_a_stream_goes_on_in_the_language_that_it_was_opened_in(client: FlaskClient) -> None:
    assert client.get("/later", headers={"Accept-Language": "zh"}).text == STATT


def test_without_compiled_catalogues_it_is_english_and_the_log_says_so(tmp_path: Path) -> None:
    log: list[dict[str, object]] = []
    client = speaking(log, tmp_path).test_client()
    assert client.get("/which", headers={"Accept-Language": "zh"}).text == "en"
    (line,) = log
    assert line["event"] == "languages_missing"
    assert "compile" in str(line["remedy"])
