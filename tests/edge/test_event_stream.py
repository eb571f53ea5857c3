"""Server-sent events: resumed, bounded in number and time, and never a place lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api.errors import error_response
from app.domain.errors import StudioError
from app.edge import event_stream
from app.edge.event_stream import EventStreams, ServerEvent
from app.edge.languages import offer_languages
from tests.edge.house import Visitor

MOST = 2


class Log:
    """A log in memory. `wait` hardly waits: it lets the next of `to_come` happen."""

    def __init__(self, *events: ServerEvent):
        self.events = list(events)
        self.to_come: list[ServerEvent] = []
        self.waits = 0

    def read(self, after: int) -> list[ServerEvent]:
        return [event for event in self.events if event.id > after]

    def wait(self, _seconds: float) -> None:
        self.waits += 1
        assert self.waits < 1000, "the stream does not end"
        time.sleep(0.001)
        if self.to_come:
            self.events.append(self.to_come.pop(0))


@pytest.fixture
def log() -> Log:
    return Log(
        ServerEvent(1, "state", {"state": "queued"}),
        ServerEvent(2, "state", {"state": "submitted"}),
        ServerEvent(3, "done", {"state": "done"}, last=True),
    )


@pytest.fixture
def client(log: Log) -> FlaskClient:
    app = Flask("streams")
    offer_languages(app, log=lambda *_, **__: None)
    app.test_client_class = Visitor
    streams = EventStreams(MOST)
    app.add_url_rule(
        "/events/<int:after>", "events", lambda after: streams.respond(after, log.read, log.wait), methods=["GET"]
    )
    app.register_error_handler(StudioError, lambda error: error_response(error.fault))
    return app.test_client()


def ids(text: str) -> list[int]:
    return [int(line.removeprefix("id: ")) for line in text.splitlines() if line.startswith("id: ")]


def test_a_stream_tells_everything_and_ends_with_the_last_event(client: FlaskClient, log: Log) -> None:
    log.events.append(ServerEvent(4, "state", {}))
    answer = client.get("/events/0")
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert ids(answer.text) == [1, 2, 3]
    assert answer.text.endswith('id: 3\nevent: done\ndata: {"state":"done"}\n\n')


def test_a_stream_resumes_after_the_event_it_is_told(client: FlaskClient) -> None:
    assert ids(client.get("/events/2").text) == [3]


def test_what_happens_meanwhile_is_told_once(client: FlaskClient, log: Log) -> None:
    log.to_come, log.events = log.events, []
    assert ids(client.get("/events/0").text) == [1, 2, 3]
    assert log.waits == 3


def test_no_text_can_break_out_of_its_event() -> None:
    data = {"text": "a\n\nevent: done\ndata: {}\r\u2028\u0085 é"}
    lines = ServerEvent(1, "state", data).encode().decode("ascii").splitlines()
    assert lines[:2] == ["id: 1", "event: state"]
    assert json.loads(lines[2].removeprefix("data: ")) == data
    assert lines[3:] == [""]


def test_beyond_the_cap_the_answer_says_when_to_come_back(client: FlaskClient) -> None:
    held = [client.get("/events/0", buffered=False) for _ in range(MOST)]
    refused = client.get("/events/0")
    assert (refused.status_code, refused.json["code"], refused.json["retryable"]) == (429, "rate_limited", True)
    assert refused.headers["Retry-After"] == "5"
    for answer in held:
        answer.close()


def test_whoever_leaves_makes_room(client: FlaskClient) -> None:
    """Before the first byte, in the middle, after the end, or without wanting a body at all."""
    for _ in range(MOST + 1):
        client.get("/events/0", buffered=False).close()
    for _ in range(MOST + 1):
        answer = client.get("/events/0", buffered=False)
        assert next(iter(answer.response))
        answer.close()
    for _ in range(MOST + 1):
        assert client.get("/events/0").status_code == 200
        assert client.head("/events/0").status_code == 200


def test_an_idle_stream_gives_a_sign_of_life(client: FlaskClient, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT_SECONDS", -1.0)
    log.to_come = [log.events.pop()]
    assert ": still here\n\n" in client.get("/events/0").text


def test_a_stream_that_spoke_lately_gives_none(client: FlaskClient, log: Log) -> None:
    log.to_come = [log.events.pop()]
    assert ": still here" not in client.get("/events/0").text


def test_a_stream_ends_after_a_while_and_frees_its_place(
    client: FlaskClient, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "LIFETIME_SECONDS", 0.05)
    log.events.pop()
    for _ in range(MOST + 1):
        assert ids(client.get("/events/0").text) == [1, 2]


def test_a_stream_that_breaks_frees_its_place(client: FlaskClient, log: Log) -> None:
    def broken() -> Iterator[ServerEvent]:
        yield log.events[0]
        raise RuntimeError("the database went away")

    log.read = lambda after: broken()  # type: ignore[method-assign,assignment,return-value]  # a log that breaks
    for _ in range(MOST + 1):
        answer = client.get("/events/0", buffered=False)
        with pytest.raises(RuntimeError):
            list(answer.response)
        answer.close()
