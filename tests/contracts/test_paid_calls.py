"""Everything a provider can do to a paid call, over JSON and over the form: what it costs, what is kept, what is said.

After every case the upstream's ledger of calls is compared with ours: no job is executed twice, and
what is settled and held is what the spending page adds up.
"""

from __future__ import annotations

import json
import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.domain.accounts import STUDIO
from app.domain.jobs import Job, State
from app.wiring import Studio
from tests.studios import LogBook, open_studio
from tests.upstream import (
    Answer,
    Upstream,
    b64,
    cut,
    drip,
    error_body,
    gzip_bomb,
    hang,
    html,
    huge,
    json_answer,
    picture,
    picture_answer,
    picture_body,
    raw,
    refused_url,
    reset_at_once,
    reset_before_body,
    sse,
    sse_events,
    sse_picture,
    status,
    url_answer,
)
from tests.web.visiting import Visitor

KEY = "sk-canary-7d1e5f"
WISH = {"prompt": "a cat", "model": "gpt-image-2", "size": "1024x1024", "quality": "low"}


def bomb() -> bytes:
    """A PNG of a few bytes that claims 20,000 × 20,000 pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + b"\0\0\0\0IEND\xaeB`\x82"
    )


def mask_of(size: tuple[int, int]) -> bytes:
    """White in the middle of black."""
    buffer = BytesIO()
    sheet = Image.new("L", size)
    sheet.paste(255, (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def refusing(code: int, word: str = "invalid_value", message: str = "No.", **headers: str) -> Answer:
    return status(
        code, error_body(message, code=word), {name.replace("_", "-"): text for name, text in headers.items()}
    )


@dataclass(frozen=True)
class Case:
    """`money` is what the job owes: `nothing`, `held`, `estimate` or `usage`. `kept`: kinds of files in the spool."""

    answers: list[Answer]
    status: int
    code: str | None
    state: State
    money: str
    kept: list[str] = field(default_factory=list)
    wish: dict[str, Any] = field(default_factory=dict)
    deadline: str = "20"
    pauses: bool = False

    @property
    def calls(self) -> int:
        return len(self.answers)


def refused(answer: Answer, http: int, code: str, **more: Any) -> Case:
    return Case([answer], http, code, State.REJECTED, "nothing", **more)


def unknown(answer: Answer, http: int = 502, code: str = "outcome_unknown", **more: Any) -> Case:
    return Case([answer], http, code, State.UNKNOWN, "held", **more)


def failed(answer: Answer, kept: str = ".kept", **more: Any) -> Case:
    return Case([answer], 502, "upstream_bad_response", State.FAILED, "estimate", kept=[kept], **more)


def done(*answers: Answer, money: str = "usage", **more: Any) -> Case:
    return Case(list(answers), 200, None, State.DONE, money, **more)


PREVIEWS = {"partial_images": 1}
LIMIT = refusing(429, "rate_limit_exceeded", Retry_After="1")
CASES = {
    # Refused: nothing ran, nothing is owed.
    "400": refused(refusing(400), 400, "upstream_invalid_request"),
    "400 moderation": refused(refusing(400, "moderation_blocked"), 400, "content_rejected"),
    "404": refused(refusing(404, "model_not_found"), 400, "upstream_invalid_request"),
    "409": refused(refusing(409), 400, "upstream_invalid_request"),
    "413": refused(status(413, "<html>too large</html>"), 400, "upstream_invalid_request"),
    "401 with a piece of the key": refused(
        refusing(401, "invalid_api_key", f"Incorrect API key provided: {KEY}."), 502, "upstream_auth", pauses=True
    ),
    "403": refused(refusing(403, "permission"), 502, "upstream_auth", pauses=True),
    "400 hard limit": refused(refusing(400, "billing_hard_limit_reached"), 503, "upstream_quota", pauses=True),
    **{
        f"429 {word}": refused(refusing(429, word, Retry_After="1"), 503, "upstream_quota", pauses=True)
        for word in (
            "insufficient_quota",
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
        )
    },
    "302": refused(status(302, headers={"Location": "http://127.0.0.1:9/v1"}), 502, "upstream_error"),
    "429 three times": Case([LIMIT] * 3, 429, "rate_limited", State.REJECTED, "nothing"),
    "503 overloaded three times": Case(
        [refusing(503, "server_is_overloaded", Retry_After="1")] * 3, 502, "upstream_error", State.REJECTED, "nothing"
    ),
    "429 and then a picture": done(LIMIT, picture_answer()),
    "stream: refused before it drew": refused(
        sse([{"type": "error", "error": {"code": "moderation_blocked", "message": "No."}}]),
        400,
        "content_rejected",
        wish=PREVIEWS,
    ),
    # Ambiguous: it may have run, so it is never sent again, and the money stays held.
    "500": unknown(status(500)),
    "502 page": unknown(html(502)),
    "503": unknown(status(503)),
    "504": unknown(status(504)),
    "408": unknown(status(408)),
    "303": unknown(status(303, headers={"Location": "/v1/x"})),
    "reset at once": unknown(reset_at_once()),
    "reset after the head": unknown(reset_before_body(), kept=[".part"]),
    "cut body": unknown(cut(picture_answer(), 100), kept=[".part"]),
    "closed in silence": unknown(hang(0)),
    "not HTTP": unknown(Answer("nonsense", lambda: [b"SSH-2.0-nonsense\r\n\r\n"])),
    "silence until the deadline": unknown(hang(3), 504, deadline="1"),
    "drip until the deadline": unknown(
        drip(picture_answer(), chunk=1, every=0.02, whole=400), 504, kept=[".part"], deadline="1"
    ),
    "stream: cut before its end": unknown(sse(sse_events(1)[:1]), kept=[".part"], wish=PREVIEWS),
    "stream: stopped while it drew": unknown(
        sse([*sse_events(1)[:1], {"type": "error", "error": {"code": "server_error", "message": "Oh."}}]),
        kept=[".part"],
        wish=PREVIEWS,
    ),
    # Billed, and of no use: charged at the estimate, and what came is kept.
    "200 page": failed(html()),
    "200 bad JSON": failed(raw(b'{"data": [{"b64_json": "AAAA')),
    "200 empty": failed(raw(b"")),
    "200 no data": failed(json_answer({"created": 1})),
    "200 empty data": failed(json_answer({"created": 1, "data": []})),
    "200 bad base64": failed(json_answer({"data": [{"b64_json": "*?*"}]})),
    "200 not a picture": failed(json_answer({"data": [{"b64_json": b64(b"just text")}]})),
    "200 half a picture": failed(json_answer({"data": [{"b64_json": b64(picture()[:-30])}]})),
    "200 pixel bomb": failed(json_answer({"data": [{"b64_json": b64(bomb())}]})),
    "200 over the cap": failed(huge(65), ".part"),
    "200 gzip bomb": failed(gzip_bomb(65), ".part"),
    "200 address inside": failed(url_answer("http://169.254.169.254/latest/meta-data")),
    "200 deep nesting": failed(raw(b"[" * 100_000)),
    # Done, although something is odd.
    "a picture": done(picture_answer()),
    "no usage": done(picture_answer(usage=None), money="estimate"),
    "absurd usage": done(picture_answer(usage={"output_tokens": 10**12, "input_tokens": -4}), money="estimate"),
    "fewer pictures": done(picture_answer(n=1), wish={"n": 3}),
    "one broken picture": done(
        json_answer(picture_body(2) | {"data": [{"b64_json": b64(picture())}, {"b64_json": b64(picture()[:-30])}]}),
        wish={"n": 2},
        kept=[".kept"],
    ),
    "stream": done(sse_picture(1), wish=PREVIEWS),
    "stream: cut after its completed event": done(
        Answer("cut late", lambda: [*list(sse_picture(1).steps())[:2]]), wish=PREVIEWS
    ),
    "stream asked for, plain answer given": done(picture_answer(), wish=PREVIEWS),
}


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


class Books:
    """A studio over a scripted upstream, and everything that has to add up between the two."""

    def __init__(self, studio: Studio, upstream: Upstream, log: LogBook, folder: Path):
        self.studio = studio
        self.upstream = upstream
        self.log = log
        self.folder = folder
        self.visitor = Visitor(studio)
        self.said: list[str] = []

    def post_json(self, wish: dict[str, Any], address: str = "/generate_image") -> Any:
        response = self.visitor.client.post(address, json=wish)
        self.said.append(response.text)
        return response

    def post_form(self, wish: dict[str, Any]) -> Job:
        """Send the form, wait for the job, and open its page."""
        response = self.visitor.send(**{name: str(value) for name, value in wish.items()})
        assert response.status_code == 303, response.text
        job = self.find(response.headers["Location"].rpartition("/")[2])
        job = self.studio.generation.wait(job, 20.0)
        self.said.append(self.visitor.client.get(f"/jobs/{job.id}").text)
        return job

    def find(self, job_id: str) -> Job:
        return self.studio.jobs.find(STUDIO, job_id)

    def pass_pause(self) -> None:
        self.studio.generation.gate.passed(after_trial=True)

    def spooled(self) -> list[str]:
        """Kinds of files in the spool, once the calls have cleared up: who waits for a job is told before that."""
        while self.studio.pool.under_way():
            time.sleep(0.002)
        return sorted(path.suffix for path in (self.folder / "data" / "spool").iterdir())

    def check(self) -> None:
        """Ours against theirs: calls, money, files, and what must not be said."""
        jobs = [*self.studio.jobs.recent(STUDIO, limit=1000)]
        assert len(self.upstream.ledger) == sum(attempt.tries for job in jobs for attempt in job.attempts)
        spending = self.studio.costs.store.spending(since=0.0, practice=False)
        assert spending.settled == sum(job.cost or 0 for job in jobs)
        assert spending.held + spending.unknown == sum(job.held for job in jobs)
        for job in jobs:
            for kept in job.pictures:
                assert self.studio.library.blobs.is_intact(kept.digest)  # type: ignore[attr-defined]
        everything = "\n".join([*self.said, json.dumps(self.log.lines, default=repr)])
        for secret in (KEY, KEY[-6:], "Traceback", str(self.folder)):
            assert secret not in everything


def check_job(case: Case, job: Job) -> None:
    owed = {
        "nothing": (None, 0),
        "held": (None, job.at_most),
        "estimate": (job.estimate, 0),
        "usage": (job.cost, 0),
    }[case.money]
    assert job.state is case.state
    assert (job.cost, job.held) == owed
    assert job.basis == (case.money if case.money in ("usage", "estimate") else "none")
    assert sum(attempt.tries for attempt in job.attempts) == case.calls
    assert (job.fault.code if job.fault else None) == case.code
    if job.fault:
        assert job.fault.may_have_cost is (case.money != "nothing")


@pytest.mark.parametrize("label", CASES)
def test_each_end_of_a_paid_call_over_json_and_over_the_form(label: str, tmp_path: Path, upstream: Upstream) -> None:
    case = CASES[label]
    log = LogBook()
    settings = {
        "OPENAI_BASE_URL": upstream.base_url,
        "OPENAI_API_KEY": KEY,
        "ATELIER_DEADLINE_SECONDS": case.deadline,
    }
    with open_studio(tmp_path, log, **settings) as studio:
        books = Books(studio, upstream, log, tmp_path)
        upstream.script(*case.answers)
        answer = books.post_json(WISH | case.wish)
        assert answer.status_code == case.status
        assert answer.json.get("code") == case.code
        assert answer.json["job"]["state"] == case.state
        check_job(case, books.find(answer.json["job"]["id"]))
        assert books.spooled() == case.kept
        books.check()
        if case.pauses:
            check_pause(case, books)

        upstream.script(*case.answers)
        check_job(case, books.post_form(WISH | case.wish))
        assert books.spooled() == sorted(case.kept * 2)
        assert len(upstream.ledger) == 2 * case.calls
        books.check()


EDIT = WISH | {"image": b64(picture((64, 48))), "mask": b64(mask_of((64, 48)))}
ENDS_OF_EDITS = [
    "400 moderation",
    "429 insufficient_quota",
    "500",
    "cut body",
    "200 page",
    "200 half a picture",
    "200 pixel bomb",
    "a picture",
    "fewer pictures",
    "one broken picture",
    "stream",
    "stream: cut before its end",
]


@pytest.mark.parametrize("label", ENDS_OF_EDITS)
def test_an_edit_ends_by_the_same_rules(label: str, tmp_path: Path, upstream: Upstream) -> None:
    case = CASES[label]
    log = LogBook()
    with open_studio(tmp_path, log, OPENAI_BASE_URL=upstream.base_url, OPENAI_API_KEY=KEY) as studio:
        books = Books(studio, upstream, log, tmp_path)
        upstream.script(*case.answers)
        answer = books.post_json(EDIT | case.wish, "/edit_image")
        assert (answer.status_code, answer.json.get("code")) == (case.status, case.code)
        job = books.find(answer.json["job"]["id"])
        check_job(case, job)
        for kept in job.pictures:
            assert (kept.width, kept.height, kept.drift is not None) == (64, 48, True)
        assert books.spooled() == case.kept
        books.check()


def check_pause(case: Case, books: Books) -> None:
    """While the queue is paused, both doors say why at once; nothing is sent, admitted or held."""
    refused = books.post_json(WISH)
    assert (refused.status_code, refused.json["code"]) == (case.status, case.code)
    assert refused.json["job"] is None
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    page = books.visitor.send(**WISH)
    assert page.status_code == case.status
    assert "a cat" in page.text
    assert len(books.upstream.ledger) == case.calls
    assert len(books.studio.jobs.recent(STUDIO)) == 1
    books.check()
    books.pass_pause()


def test_a_provider_that_cannot_be_reached_is_tried_three_times_and_nothing_is_owed(tmp_path: Path) -> None:
    with open_studio(tmp_path, OPENAI_BASE_URL=refused_url()) as studio:
        visitor = Visitor(studio)
        began = time.monotonic()
        answer = visitor.client.post("/generate_image", json=WISH)
        assert (answer.status_code, answer.json["code"]) == (503, "upstream_unreachable")
        assert answer.json["retryable"] is True
        assert time.monotonic() - began >= 6.0  # 2 s and 4 s between the tries
        job = studio.jobs.find(STUDIO, answer.json["job"]["id"])
        assert (job.state, job.held, job.cost) == (State.REJECTED, 0, None)
        assert job.attempts[0].tries == 3


def test_a_rate_limit_of_one_job_holds_the_next_one_back_too(tmp_path: Path, upstream: Upstream) -> None:
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url) as studio:
        client = Visitor(studio).client
        upstream.script(refusing(429, "rate_limit_exceeded", Retry_After="2"))
        first = client.post("/generate_image", json=WISH, headers={"Prefer": "respond-async"}).json["id"]
        while studio.jobs.find(STUDIO, first).state is not State.WAITING:
            time.sleep(0.005)
        second = client.post("/generate_image", json=WISH)
        assert second.status_code == 200
        assert studio.generation.wait(studio.jobs.find(STUDIO, first), 10.0).state is State.DONE
        limited, *later = [call.at for call in upstream.ledger]
        assert len(later) == 2
        assert min(later) - limited >= 2.0


def test_once_the_reason_is_gone_somebody_may_say_so_and_the_queue_goes_on(tmp_path: Path, upstream: Upstream) -> None:
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url) as studio:
        client = Visitor(studio).client
        upstream.script(refusing(429, "insufficient_quota"))
        assert client.post("/generate_image", json=WISH).status_code == 503
        notice = studio.generation.notice()
        assert notice is not None
        assert notice.code == "upstream_quota"
        studio.generation.resume()
        assert studio.generation.notice() is None
        assert client.post("/generate_image", json=WISH).status_code == 200
        assert client.post("/generate_image", json=WISH).status_code == 200


def test_another_key_starts_unpaused(tmp_path: Path, upstream: Upstream) -> None:
    upstream.script(refusing(401, "invalid_api_key"))
    for key, expected in (("sk-one", 502), ("sk-two", 200), ("sk-one", 502)):
        with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url, OPENAI_API_KEY=key) as studio:
            assert Visitor(studio).client.post("/generate_image", json=WISH).status_code == expected
    assert len(upstream.ledger) == 2


def test_a_replay_is_answered_even_while_the_queue_is_paused(tmp_path: Path, upstream: Upstream) -> None:
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url) as studio:
        client = Visitor(studio).client
        kept = {"Idempotency-Key": "one"}
        first = client.post("/generate_image", json=WISH, headers=kept)
        upstream.script(refusing(429, "insufficient_quota"))
        assert client.post("/generate_image", json=WISH).status_code == 503
        again = client.post("/generate_image", json=WISH, headers=kept)
        assert (again.status_code, again.json["job"]) == (200, first.json["job"])
        assert client.post("/generate_image", json=WISH | {"reuse": True}).status_code == 200
        assert len(upstream.ledger) == 2


def test_without_room_nothing_is_sent_and_the_missing_folder_is_named_as_the_reason(
    tmp_path: Path, upstream: Upstream
) -> None:
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url) as studio:
        client = Visitor(studio).client
        incoming = tmp_path / "data" / "blobs" / "incoming"
        incoming.rmdir()
        answer = client.post("/generate_image", json=WISH)
        assert (answer.status_code, answer.json["code"]) == (503, "not_ready")
        assert client.get("/health/ready").status_code == 503
        incoming.mkdir()
        (tmp_path / "data" / "spool").rmdir()
        ready = client.get("/health/ready")
        assert ready.status_code == 503
        assert "No such file" in ready.json["error"]
        assert str(tmp_path) not in ready.text
        (tmp_path / "data" / "spool").mkdir()
        assert client.get("/health/ready").status_code == 200
        assert studio.jobs.recent(STUDIO) == []
    assert upstream.ledger == []
