"""Conversations through the whole studio: what is sent on each turn, and what a turn that fails leaves as it was."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.domain.accounts import STUDIO
from app.domain.conversations import START
from app.domain.drafts import Source
from app.domain.errors import InvalidRequest, NotFound, StudioError
from app.domain.jobs import State
from app.domain.library import Change
from app.domain.provenance import provenance_of
from app.domain.turns import Way
from app.wiring import Studio
from tests.imaging.pictures import edit_map, encoded, opened
from tests.provider.turns import FAILED_CALL, image_call, message, turn_answer
from tests.services.talking import Talk
from tests.studios import end_the_day_of_uploads, open_studio
from tests.upstream import (
    Answer,
    Call,
    Upstream,
    b64,
    cut,
    error_body,
    html,
    picture,
    picture_answer,
    reset_at_once,
    reset_before_body,
    sse,
    status,
)

BROKEN = {"code": "server_error", "message": "The server had an error."}


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream(default=turn_answer()) as running:
        yield running


@pytest.fixture
def studio(tmp_path: Path, upstream: Upstream) -> Iterator[Studio]:
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url) as opened:
        yield opened


@pytest.fixture
def talk(studio: Studio) -> Talk:
    return Talk(studio)


def drew(seed: int, name: str, **changes: Any) -> Answer:
    return turn_answer(image_call(result=b64(picture(seed=seed))), message(f"Picture {seed}."), id=name, **changes)


def solid(colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (1024, 1024), colour)


def shown(call: Call) -> list[str]:
    """The pictures that went out with a turn."""
    content = call.json["input"][0]["content"]
    return [part["image_url"].partition("base64,")[2] for part in content if part["type"] == "input_image"]


def test_each_turn_follows_the_one_it_was_said_after(studio: Studio, upstream: Upstream, talk: Talk) -> None:
    upstream.script(drew(0, "resp_a"), drew(1, "resp_b"), drew(2, "resp_c"))
    first = talk.say("a cat")
    second = talk.say("make it evening")
    third = talk.say("the first, in watercolour", after=first)
    assert [call.json.get("previous_response_id") for call in upstream.ledger] == [None, "resp_a", "resp_a"]
    assert [shown(call) for call in upstream.ledger] == [[], [], []]
    dialogue = talk.dialogue
    assert [turn.id for turn in dialogue.versions(third)] == [second.id, third.id]
    assert [turn.words for turn in dialogue.branch(third.id)] == ["Picture 0.", "Picture 2."]
    family = studio.library.family(STUDIO, third.pictures[0].id)
    assert [one.id for one in family.made_from] == [first.pictures[0].id]
    assert [one.id for one in studio.library.family(STUDIO, first.pictures[0].id).led_to] == [
        second.pictures[0].id,
        third.pictures[0].id,
    ]


def test_a_provider_that_keeps_nothing_is_shown_the_last_picture_again(upstream: Upstream, talk: Talk) -> None:
    upstream.script(drew(0, "resp_a", store=False), drew(1, "resp_b", store=False))
    talk.say("a cat")
    talk.say("make it evening")
    second = upstream.ledger[1]
    assert "previous_response_id" not in second.json
    assert [opened_as_png(one) for one in shown(second)] == [opened_as_png(b64(picture(seed=0)))]


def opened_as_png(text: str) -> bytes:
    """A picture's pixels, whatever was done to its file to make it safe."""
    return opened(base64.b64decode(text)).convert("RGB").tobytes()


def test_an_expired_chain_is_shown_again_and_the_next_turn_follows_the_new_one(upstream: Upstream, talk: Talk) -> None:
    gone = status(404, error_body("Not found.", code="previous_response_not_found"))
    upstream.script(drew(0, "resp_a"), gone, drew(1, "resp_b"), drew(2, "resp_c"))
    talk.say("a cat")
    second = talk.say("make it evening")
    talk.say("and rain")
    chain = [call.json.get("previous_response_id") for call in upstream.ledger]
    assert chain == [None, "resp_a", None, "resp_b"]
    assert [len(shown(call)) for call in upstream.ledger] == [0, 0, 1, 0]
    assert (second.way, second.job.notes) == (Way.SHOWN_AGAIN, (Way.SHOWN_AGAIN.note,))


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (status(400, error_body("No.", code="moderation_blocked")), State.REJECTED),
        (status(401, error_body("Who?")), State.REJECTED),
        (status(500), State.UNKNOWN),
        (reset_at_once(), State.UNKNOWN),
        (reset_before_body(), State.UNKNOWN),
        (cut(turn_answer(), 40), State.UNKNOWN),
        (html(), State.FAILED),
        (turn_answer(FAILED_CALL, message("No."), tool_usage=None), State.FAILED),
        (turn_answer(message(""), tool_usage=None), State.FAILED),
        (turn_answer(image_call(result="bm90IGEgcGljdHVyZQ==")), State.FAILED),
        (sse([{"type": "error", "code": "server_error", "message": "No.", "param": None}]), State.UNKNOWN),
        (sse([{"type": "error", "error": BROKEN}]), State.UNKNOWN),
        (sse([{"type": "response.failed", "response": {"status": "failed", "error": BROKEN}}]), State.UNKNOWN),
    ],
    ids=["moderation", "credentials", "broken", "reset", "reset later", "cut", "html", "failed call", "nothing",
         "no picture", "flat error event", "nested error event", "response.failed"],
)  # fmt: skip
def test_whatever_happens_to_the_second_turn_the_first_is_whole_and_the_words_are_kept(
    answer: Answer, state: State, studio: Studio, upstream: Upstream, talk: Talk
) -> None:
    upstream.script(drew(0, "resp_a"), answer)
    first = talk.say("a cat")
    failed = talk.say("make it evening")
    assert (failed.job.state, failed.prompt, failed.pictures) == (state, "make it evening", ())
    assert failed.job.notes == (), "the fault tells it"
    assert talk.dialogue.turns[0] == first
    assert len(upstream.ledger) == 2
    studio.generation.resume()
    upstream.script(drew(1, "resp_b"))
    again = talk.say("make it evening", after=failed)
    assert (again.job.state, upstream.ledger[-1].json["previous_response_id"]) == (State.DONE, "resp_a")


def test_a_last_picture_that_is_gone_leaves_the_words(studio: Studio, upstream: Upstream, talk: Talk) -> None:
    upstream.script(drew(0, "resp_a", store=False))
    first = talk.say("a cat")
    studio.library.change_one(STUDIO, first.pictures[0].id, Change(delete=True))
    second = talk.say("make it evening")
    assert (second.job.state, shown(upstream.ledger[1])) == (State.DONE, [])


def test_pictures_that_are_added_are_shown_and_are_part_of_the_family(
    studio: Studio, upstream: Upstream, talk: Talk
) -> None:
    upstream.script(drew(0, "resp_a"), drew(1, "resp_b"))
    cat, hat = (Talk(studio).say(words).pictures[0] for words in ("a cat", "a hat"))
    turn = talk.say("put the hat on", *(Source(reference=f"picture:{one.id}") for one in (cat, hat)))
    assert len(shown(upstream.ledger[-1])) == 2
    assert [name for name, _ in turn.attached] == ["0", "1"]
    assert studio.library.family(STUDIO, turn.pictures[0].id).made_from == (cat, hat)


def test_an_answer_in_words_is_a_turn_like_any_other(upstream: Upstream, talk: Talk) -> None:
    upstream.script(turn_answer(message("Which cat?"), id="resp_a", tool_usage=None), drew(1, "resp_b"))
    first = talk.say("a cat", values={"tool_choice": "auto"})
    assert (first.job.state, first.words, first.pictures) == (State.DONE, "Which cat?", ())
    talk.say("the grey one")
    assert upstream.ledger[1].json["previous_response_id"] == "resp_a"


def test_a_gateway_without_conversations_carries_one_by_the_image_api(upstream: Upstream, talk: Talk) -> None:
    nowhere = status(404, "404 page not found")
    upstream.script(nowhere, picture_answer(), nowhere, picture_answer())
    talk.say("a cat")
    second = talk.say("make it evening")
    assert [call.path for call in upstream.ledger] == [
        "/v1/responses", "/v1/images/generations", "/v1/responses", "/v1/images/edits",
    ]  # fmt: skip
    edit = upstream.ledger[3]
    assert edit.fields["prompt"] == ["make it evening"]
    assert opened(edit.files[0].data).convert("RGB").tobytes() == opened(picture()).tobytes()
    assert {turn.way for turn in talk.dialogue.turns} == {Way.IMAGE_API}
    assert len(second.pictures) == 1


def test_by_the_image_api_the_last_picture_counts_among_those_that_can_be_given(upstream: Upstream, talk: Talk) -> None:
    nowhere = status(404, "404 page not found")
    upstream.script(drew(0, "resp_a", store=False), nowhere, nowhere, picture_answer())
    first = talk.say("a cat")
    others = [Source(reference=f"picture:{first.pictures[0].id}")] * 16
    refused = talk.say("all of these", *others)
    fault = refused.job.fault
    assert fault is not None
    assert (refused.job.state, fault.code, fault.param) == (State.REJECTED, "invalid_image", "image")
    assert "the last one of the conversation and 15 others. Remove some" in fault.message
    assert [call.path for call in upstream.ledger] == ["/v1/responses"] * 2, "no picture was asked for"
    second = talk.say("make it evening", after=first)
    assert second.way is Way.IMAGE_API
    with pytest.raises(InvalidRequest) as known:  # now it is known before anything is sent
        talk.say("all of these", *others)
    assert [problem.message for problem in known.value.problems] == [fault.message]
    assert len(upstream.ledger) == 4


def test_a_forgotten_chain_at_a_provider_without_conversations_leaves_the_note_that_is_true(
    upstream: Upstream, talk: Talk
) -> None:
    gone = status(404, error_body("Not found.", code="previous_response_not_found"))
    upstream.script(drew(0, "resp_a"), gone, status(405), picture_answer())
    talk.say("a cat")
    second = talk.say("make it evening")
    assert (second.way, second.job.notes) == (Way.IMAGE_API, (Way.IMAGE_API.note,))


def test_outside_the_mask_the_last_picture_stays_exactly_as_it_was(
    studio: Studio, upstream: Upstream, talk: Talk
) -> None:
    base, drawn = solid((20, 40, 60)), solid((200, 10, 10))
    upstream.script(
        turn_answer(image_call(result=b64(encoded(base)), size="1024x1024"), id="resp_a"),
        turn_answer(image_call(result=b64(encoded(drawn)), size="1024x1024"), id="resp_b"),
    )
    mask = solid((0, 0, 0))
    mask.paste((255, 255, 255), (400, 400, 600, 600))
    first = talk.say("a wall", values={"size": "1024x1024"})
    second = talk.say(
        "a window", mask=Source(data=encoded(mask)), mask_means="white-is-edited", values={"size": "source"}
    )
    assert second.job.state is State.DONE, second.job.fault
    sent = upstream.ledger[1].json
    assert sent["previous_response_id"] == "resp_a"
    assert len(shown(upstream.ledger[1])) == 1, "a mask needs the picture that it lies on"
    assert sent["tools"][0]["input_image_mask"]["image_url"].startswith("data:image/png;base64,")
    result = opened(studio.library.read(second.pictures[0])).convert("RGB")
    assert (result.getpixel((10, 10)), result.getpixel((500, 500))) == ((20, 40, 60), (200, 10, 10))
    assert second.pictures[0].model_picture_id is not None
    assert second.attached == ()
    assert provenance_of(second.pictures[0], second.job).options["size"] == "source", "as chosen, not as it was sent"
    family = studio.library.family(STUDIO, second.pictures[0].id)
    assert [one.id for one in family.made_from] == [first.pictures[0].id]


def test_with_a_mask_the_last_picture_counts_among_those_that_can_be_given(studio: Studio, talk: Talk) -> None:
    picture_id = talk.say("a wall").pictures[0].id
    others = [Source(reference=f"picture:{picture_id}")] * 16
    with pytest.raises(InvalidRequest) as refused:
        talk.say("a window", *others, mask=Source(data=encoded(solid((0, 0, 0)))))
    assert [problem.message for problem in refused.value.problems] == [
        "With a mask on the last picture at most 15 others can be given. Remove one."
    ]


@pytest.mark.parametrize("mask", [None, Source(data=encoded(edit_map((64, 64), (0, 0, 32, 64))))])
def test_a_retry_of_a_turn_finds_it_when_its_uploads_are_no_longer_here(
    studio: Studio, upstream: Upstream, mask: Source | None
) -> None:
    upload = Source(reference=f"upload:{studio.uploads.add(STUDIO, picture((64, 64))).id}")
    first, again = Talk(studio), Talk(studio)
    turn = first.say("like this", upload, mask=mask, key="once")
    assert turn.job.state is State.DONE
    end_the_day_of_uploads(studio)
    assert again.say("like this", upload, mask=mask, key="once") == turn
    with pytest.raises(InvalidRequest):
        Talk(studio).say("like this", upload, mask=mask, key="another")
    assert len(upstream.ledger) == 1


def test_what_the_chain_does_not_end_in_is_shown_as_it_is_here(studio: Studio, upstream: Upstream, talk: Talk) -> None:
    mask = solid((0, 0, 0))
    mask.paste((255, 255, 255), (400, 400, 600, 600))
    upstream.script(drew(0, "resp_a"), drew(1, "resp_b"), drew(2, "resp_c"), drew(3, "resp_d"))
    talk.say("a wall")
    marked = talk.say("a window", mask=Source(data=encoded(mask)), mask_means="white-is-edited")
    third = talk.say("make it evening")
    talk.say("and rain")
    assert [call.json.get("previous_response_id") for call in upstream.ledger] == [None, "resp_a", "resp_b", "resp_c"]
    assert [len(shown(call)) for call in upstream.ledger] == [0, 1, 1, 0]
    composed = opened(studio.library.read(marked.pictures[0])).convert("RGB").tobytes()
    assert opened_as_png(shown(upstream.ledger[2])[0]) == composed, "not what the model drew, which is in its chain"
    assert third.attached == ()


def test_the_same_key_is_the_same_turn_however_the_conversation_went_on(upstream: Upstream, talk: Talk) -> None:
    first = talk.say("a cat", key="one")
    draft, second = talk.draft("make it evening"), talk.say("make it evening", key="two")
    talk.say("and rain")
    say = talk.studio.conversations.say
    again = say(STUDIO, draft, key="two")
    assert (again.submission.replayed, again.place.id, again.place.parent_id) == (True, second.id, first.id)
    begun = say(STUDIO, Talk(talk.studio).draft("a cat"), key="one")
    assert (begun.submission.replayed, begun.place.conversation_id) == (True, talk.id)
    assert len(upstream.ledger) == 3


@pytest.mark.parametrize("change", ["words", "place", "conversation"])
def test_a_key_does_not_stand_for_anything_else(change: str, talk: Talk) -> None:
    first = talk.say("a cat")
    talk.say("make it evening", after=first, key="k")
    wrong = {
        "words": lambda: talk.draft("make it noon", after=first),
        "place": lambda: talk.draft("make it evening", after=START),
        "conversation": lambda: Talk(talk.studio).draft("make it evening"),
    }[change]()
    with pytest.raises(StudioError) as refused:
        talk.studio.conversations.say(STUDIO, wrong, key="k")
    assert refused.value.fault.code == "idempotency_mismatch"


def test_nothing_follows_a_turn_that_is_still_open(upstream: Upstream, talk: Talk) -> None:
    first = talk.say("a cat")
    upstream.script(turn_answer().after(1.0), turn_answer())
    said = talk.studio.conversations.say(STUDIO, talk.draft("make it evening"), key=None)
    with pytest.raises(StudioError) as refused:
        talk.say("and rain")
    assert (refused.value.fault.code, refused.value.fault.retryable) == ("turn_open", True)
    other = talk.say("in watercolour", after=first)
    assert other.job.state is State.DONE
    talk.studio.generation.wait(said.submission.job, 15)
    assert len(talk.dialogue.replies(first.id)) == 2


def test_two_tabs_in_one_conversation_branch_and_a_double_click_does_not(upstream: Upstream, talk: Talk) -> None:
    first = talk.say("a cat")
    drafts = [(talk.draft("by night", after=first), "night"), (talk.draft("by day", after=first), "day")]
    upstream.default = turn_answer().after(0.2)
    with ThreadPoolExecutor(6) as pool:
        say = talk.studio.conversations.say
        said = [pool.submit(say, STUDIO, draft, key=key) for draft, key in drafts for _ in range(3)]
        turns = {one.result().place.id for one in said}
    for one in said:
        talk.studio.generation.wait(one.result().submission.job, 15)
    assert {turn.id for turn in talk.dialogue.replies(first.id)} == turns
    assert (len(turns), len(upstream.ledger)) == (2, 3)


def test_a_double_click_after_the_newest_turn_is_one_turn(upstream: Upstream, talk: Talk) -> None:
    talk.say("a cat")
    upstream.default = turn_answer().after(0.3)
    draft = talk.draft("make it evening")
    with ThreadPoolExecutor(6) as pool:
        said = [pool.submit(talk.studio.conversations.say, STUDIO, draft, key="once") for _ in range(6)]
        assert len({one.result().place.id for one in said}) == 1
    talk.studio.generation.wait(said[0].result().submission.job, 15)
    assert len(upstream.ledger) == 2


def test_a_conversation_has_no_turns_of_others(talk: Talk) -> None:
    other = Talk(talk.studio)
    elsewhere = other.say("a dog")
    talk.say("a cat")
    with pytest.raises(InvalidRequest) as refused:
        talk.say("and rain", after=elsewhere)
    assert refused.value.fault.param == "after"


def test_a_cap_holds_for_turns_and_a_refused_one_leaves_no_trace(tmp_path: Path, upstream: Upstream) -> None:
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url, ATELIER_DAILY_BUDGET_USD="0.0001") as studio:
        with pytest.raises(StudioError) as refused:
            Talk(studio).say("a cat")
        assert refused.value.fault.code == "budget_exceeded"
        assert studio.conversations.page(STUDIO).items == ()
    assert upstream.ledger == []


def test_what_is_deleted_leaves_its_pictures_and_its_costs(studio: Studio, talk: Talk) -> None:
    turn = talk.say("a cat")
    assert talk.id is not None
    spent = studio.costs.store.spending(since=0.0, practice=False)
    studio.conversations.delete(STUDIO, talk.id)
    for gone in (studio.conversations.find, studio.conversations.delete):
        with pytest.raises(NotFound):
            gone(STUDIO, talk.id)
    assert studio.library.find(STUDIO, turn.pictures[0].id).prompt == "a cat"
    assert studio.costs.store.spending(since=0.0, practice=False) == spent
    job = studio.jobs.find(STUDIO, turn.job.id)
    assert (job.words, job.response_id) == (None, None)
    assert studio.conversations.place_of(STUDIO, job.id) is None


def test_what_is_answered_to_a_conversation_deleted_meanwhile_is_not_kept_but_for_its_picture(
    studio: Studio, upstream: Upstream, talk: Talk
) -> None:
    upstream.script(drew(1, "resp_a").after(0.4))
    said = studio.conversations.say(STUDIO, talk.draft("a cat"), key=None)
    studio.conversations.delete(STUDIO, said.place.conversation_id)
    job = studio.generation.wait(said.submission.job, 15)
    assert (job.state, len(job.pictures)) == (State.DONE, 1)
    assert (job.words, job.response_id) == (None, None)


def test_in_practice_a_conversation_outlives_the_process(tmp_path: Path) -> None:
    with open_studio(tmp_path) as studio:
        talk = Talk(studio)
        talk.say("a lighthouse")
        talk.say("at night")
        chained = talk.dialogue
    with open_studio(tmp_path) as studio:
        talk = Talk(studio, talk.id)
        assert talk.dialogue == chained
        third = talk.say("back to the first, in watercolour", after=chained.turns[0])
    assert (third.job.state, third.way) == (State.DONE, Way.SHOWN_AGAIN)
    assert third.words == "I changed the picture as you asked."
    assert [turn.way for turn in chained.turns] == [None, None]
