"""`/api/conversations`: a dialogue as a script holds it, over a scripted upstream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.domain.conversations import START, ConversationDraft
from app.domain.errors import NotFound
from app.domain.turns import Way
from app.wiring import Studio
from tests.api.editing import MASK, PICTURE, WAYS, post
from tests.provider.turns import image_call, message, turn_answer
from tests.studios import client_of, open_studio
from tests.upstream import Upstream, b64, error_body, picture, picture_answer, status

WORDS = {"prompt": "a cat", "model": "gpt-image-2", "size": "1024x640", "quality": "low"}


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream(default=turn_answer()) as upstream:
        yield upstream


@pytest.fixture(scope="module")
def studio(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with open_studio(tmp_path_factory.mktemp("studio"), OPENAI_BASE_URL=upstream.base_url) as studio:
        yield studio


@pytest.fixture
def client(studio: Studio, upstream: Upstream) -> FlaskClient:
    upstream.ledger.clear()
    return client_of(studio)


def start(client: FlaskClient, **options: Any) -> dict[str, Any]:
    answer = client.post("/api/conversations", json=WORDS | options)
    assert answer.status_code == 200, answer.json
    return answer.json


def go_on(client: FlaskClient, conversation: str, **options: Any) -> Any:
    return client.post(f"/api/conversations/{conversation}/turns", json=WORDS | options)


def test_a_conversation_is_begun_and_gone_on_with_from_any_turn(client: FlaskClient, upstream: Upstream) -> None:
    first = start(client)
    assert first["image_base64"] == first["images"][0]["image_base64"] == b64(picture())
    assert (first["words"], first["job"]["state"], first["replayed"]) == ("Here it is.", "done", False)
    assert first["turn"]["after"] is None
    conversation = first["conversation"]["id"]
    assert first["conversation"]["url"] == f"/conversations/{conversation}"
    second = go_on(client, conversation, prompt="make it evening").json
    third = go_on(client, conversation, prompt="in watercolour", after=first["turn"]["id"]).json
    again = go_on(client, conversation, prompt="a dog", after=START).json
    afters = [answer["turn"]["after"] for answer in (second, third, again)]
    assert afters == [first["turn"]["id"], first["turn"]["id"], None]
    assert {answer["conversation"]["id"] for answer in (second, third, again)} == {conversation}
    chain = [call.json.get("previous_response_id") for call in upstream.ledger]
    assert chain == [None, "resp_1", "resp_1", None]


def test_the_whole_of_it_can_be_read(client: FlaskClient, upstream: Upstream) -> None:
    first = start(client, prompt="a lighthouse at dusk")
    conversation = first["conversation"]["id"]
    upstream.script(status(400, error_body("No.", code="moderation_blocked")))
    failed = go_on(client, conversation, prompt="make it evening")
    assert (failed.status_code, failed.json["code"]) == (400, "content_rejected")
    assert failed.json["details"]["conversation"] == conversation
    told = client.get(f"/api/conversations/{conversation}").json
    assert (told["title"], told["text_model"]) == ("a lighthouse at dusk", "gpt-5.6-luna")
    one, two = told["turns"]
    assert (one["prompt"], one["words"], one["way"], one["error"]) == (
        "a lighthouse at dusk", "Here it is.", None, None,
    )  # fmt: skip
    assert one["images"][0]["url"] == first["images"][0]["url"]
    assert (two["prompt"], two["after"], two["images"]) == ("make it evening", one["id"], [])
    assert (two["id"], two["job"]["state"], two["error"]["code"]) == (
        failed.json["details"]["turn"], "rejected", "content_rejected",
    )  # fmt: skip


def test_an_answer_in_words_has_no_picture(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(turn_answer(message("Which cat?"), tool_usage=None))
    answer = start(client, tool_choice="auto")
    assert (answer["image_base64"], answer["images"], answer["words"]) == (None, [], "Which cat?")
    job = client.get(f"/api/jobs/{answer['job']['id']}").json
    assert (job["kind"], job["words"], job["request"]["tool_choice"]) == ("turn", "Which cat?", "auto")


def test_it_says_so_when_the_image_api_had_to_do(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(status(404, "404 page not found"), picture_answer())
    answer = start(client)
    (turn,) = client.get(f"/api/conversations/{answer['conversation']['id']}").json["turns"]
    assert (turn["way"], turn["notes"], answer["notes"]) == ("image_api", [Way.IMAGE_API.note], [Way.IMAGE_API.note])


@pytest.mark.parametrize("way", WAYS)
def test_pictures_and_a_mask_come_in_every_way(way: str, client: FlaskClient, upstream: Upstream) -> None:
    answer = post(client, "/api/conversations", {**WORDS, "size": "auto", "image": [PICTURE], "mask": MASK}, way)
    assert answer.status_code == 200, answer.json
    assert answer.json["images"][0]["model_picture"]
    sent = upstream.ledger[0].json
    assert [part["type"] for part in sent["input"][0]["content"]] == ["input_text", "input_image"]
    assert "input_image_mask" in sent["tools"][0]


def test_the_same_key_is_the_same_turn(client: FlaskClient, upstream: Upstream) -> None:
    headers = {"Idempotency-Key": "a-key-of-a-turn"}
    answers = [client.post("/api/conversations", json=WORDS, headers=headers) for _ in range(2)]
    assert [answer.json["replayed"] for answer in answers] == [False, True]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert answers[0].json["turn"] == answers[1].json["turn"]
    other = client.post("/api/conversations", json=WORDS | {"prompt": "a dog"}, headers=headers)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")
    assert len(upstream.ledger) == 1


def test_whoever_does_not_wait_is_told_where_to_look(client: FlaskClient, upstream: Upstream, studio: Studio) -> None:
    upstream.script(turn_answer().after(0.4))
    answer = client.post("/api/conversations", json=WORDS, headers={"Prefer": "respond-async"})
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/api/jobs/{answer.json['id']}")
    early = go_on(client, answer.json["conversation"]["id"])
    assert (early.status_code, early.json["code"], early.json["retryable"]) == (409, "turn_open", True)
    assert early.json["job"]["id"] == answer.json["id"]
    studio.generation.wait(studio.jobs.find(studio.jobs.store.find(answer.json["id"]).owner, answer.json["id"]), 15)


def test_a_turn_is_priced_before_it_is_said(client: FlaskClient, upstream: Upstream) -> None:
    conversation = start(client)["conversation"]["id"]
    prices = [
        client.post("/api/quote", json={"kind": "turn", **WORDS, **more}).json
        for more in ({}, {"conversation": conversation}, {"conversation": conversation, "after": START})
    ]
    first, later, anew = (price["at_most_usd"] for price in prices)
    assert first == anew < later, "what was said so far is read again"
    assert prices[0]["notes"] == []
    assert len(upstream.ledger) == 1


@pytest.mark.parametrize(
    ("path", "change", "code", "field"),
    [
        ("", {"prompt": ""}, "missing_prompt", "prompt"),
        ("", {"text_model": ""}, "invalid_value", "text_model"),
        ("", {"action": "paint"}, "invalid_value", "action"),
        ("", {"n": 2}, "unknown_parameter", "n"),
        ("", {"after": START}, "unknown_parameter", "after"),
        ("", {"mask": b64(MASK)}, "invalid_mask", "mask"),
        ("", {"image": "upload:nowhere"}, "invalid_image", "image"),
        ("/turns", {"after": "0" * 26}, "invalid_value", "after"),
        ("/turns", {"after": "\0"}, "invalid_value", "after"),
    ],
)
def test_what_cannot_be_said_is_refused_before_anything_is_sent(
    path: str, change: dict[str, Any], code: str, field: str, client: FlaskClient, upstream: Upstream
) -> None:
    place = f"/{start(client)['conversation']['id']}{path}" if path else ""
    upstream.ledger.clear()
    answer = client.post(f"/api/conversations{place}", json=WORDS | change)
    assert (answer.status_code, answer.json["code"], answer.json["param"]) == (400, code, field)
    assert upstream.ledger == []


def test_conversations_are_listed_found_renamed_and_deleted(client: FlaskClient) -> None:
    ids = [start(client, prompt=prompt)["conversation"]["id"] for prompt in ("A wombat", "A quokka", "A numbat")]
    page = client.get("/api/conversations?limit=2").json
    assert [one["id"] for one in page["conversations"]] == [ids[2], ids[1]]
    newest = page["conversations"][0]
    assert (newest["title"], newest["turn_count"]) == ("A numbat", 1)
    assert client.get(newest["picture"]["url"], buffered=True).data == picture()
    rest = client.get(f"/api/conversations?limit=1&before={page['next']}").json
    assert [one["id"] for one in rest["conversations"]] == [ids[0]]
    changed = client.patch(f"/api/conversations/{ids[1]}", json={"title": " Small\nkangaroos "})
    assert changed.json["title"] == "Small kangaroos"
    for words in ("kangaroos", "QUOKKA", '"small kangaroos" quokka', "quokka here"):
        found = client.get("/api/conversations", query_string={"query": words}).json["conversations"]
        assert [one["id"] for one in found] == [ids[1]], words
    assert client.delete(f"/api/conversations/{ids[1]}").status_code == 204
    for method in (client.get, client.delete):
        assert method(f"/api/conversations/{ids[1]}").status_code == 404
    assert client.patch(f"/api/conversations/{ids[1]}", json={"title": "x"}).status_code == 404
    assert go_on(client, ids[1]).status_code == 404


@pytest.mark.parametrize("asked", ["limit=0", "before=x", "colour=red", "query=a&query=b"])
def test_a_list_takes_only_what_it_knows(asked: str, client: FlaskClient) -> None:
    assert client.get(f"/api/conversations?{asked}").status_code == 400


def test_what_others_say_does_not_exist(tmp_path: Path, upstream: Upstream) -> None:
    """Alice's conversation, seen by Bob: as good as absent."""
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url) as studio:
        said = studio.conversations.say("alice", ConversationDraft(values=WORDS), key=None)
        studio.generation.wait(said.submission.job, 15)
        place = said.place.conversation_id
        assert studio.conversations.page("bob").items == ()
        assert studio.conversations.place_of("bob", said.submission.job.id) is None
        for ask in (
            lambda: studio.conversations.find("bob", place),
            lambda: studio.conversations.rename("bob", place, "mine"),
            lambda: studio.conversations.delete("bob", place),
            lambda: studio.conversations.say("bob", ConversationDraft(values=WORDS, conversation=place), key=None),
        ):
            with pytest.raises(NotFound):
                ask()
        assert studio.conversations.find("alice", place).conversation.title == "a cat"


def test_a_picture_before_is_shown_where_nothing_is_kept_upstream(client: FlaskClient, upstream: Upstream) -> None:
    upstream.script(turn_answer(image_call(), store=False))
    conversation = start(client)["conversation"]["id"]
    assert go_on(client, conversation).status_code == 200
    assert len(upstream.ledger[1].json["input"][0]["content"]) == 2
