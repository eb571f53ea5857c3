"""The tree of a conversation, and what the next turn goes on from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.conversations import (
    Conversation,
    ConversationDraft,
    ConversationTurn,
    Dialogue,
    Ground,
    chosen_title,
    mark_of,
    title_of,
)
from app.domain.costs import Usage
from app.domain.errors import InvalidRequest
from app.domain.jobs import Job, Resolved, State
from app.domain.pictures import Picture
from app.domain.requests import Given, InputPicture, Turn

INPUT = InputPicture("ab" * 32, "image/png", 8, 8, 9)
USAGE = Usage(output_image_tokens=196, text_model_input_tokens=40, text_model_output_tokens=30)


def a_picture(name: str) -> Picture:
    return Picture(
        id=name, job_id="j", owner="alice", ordinal=0, created_at=0.0, prompt="", model="m",
        digest="ab" * 32, mime_type="image/png", width=8, height=8, byte_size=9,
    )  # fmt: skip


def a_turn(name: str, after: str | None = None, *, state: State = State.DONE, **facts: Any) -> ConversationTurn:
    """A turn that drew a picture "p-<name>" and that the provider calls "r-<name>", unless `facts` differ."""
    brought = state is State.DONE
    values: dict[str, Any] = {
        "pictures": (a_picture(f"p-{name}"),) if brought else (),
        "response_id": f"r-{name}" if brought else None,
        "usage": USAGE if brought else None,
    } | facts
    job = Job(
        id=name, owner="alice", state=state, request=Turn(prompt=name, text_model="t", model="m"), fingerprint="",
        practice=True, created_at=0.0, submitted_at=None, finished_at=None, estimate=0, at_most=0, exact=False, held=0,
        cost=None, basis="none", resolved=Resolved(), fault=None, notes=(), attempts=(), **values,
    )  # fmt: skip
    return ConversationTurn(id=name, conversation_id="c", parent_id=after, job=job)


def a_dialogue(*turns: ConversationTurn) -> Dialogue:
    conversation = Conversation(id="c", owner="alice", title="", text_model="t", created_at=0.0, updated_at=0.0)
    return Dialogue(conversation, turns)


def names(turns: tuple[ConversationTurn, ...]) -> str:
    return " ".join(turn.id for turn in turns)


LONG = "Draw a gray tabby cat hugging an otter with an orange scarf"
TREE = a_dialogue(a_turn("a"), a_turn("b", "a"), a_turn("c", "b"), a_turn("d", "a"), a_turn("e"))


def test_a_branch_leads_from_its_beginning_to_the_turn() -> None:
    assert [names(TREE.branch(one)) for one in ("c", "d", "e", None, "none of ours")] == ["a b c", "a d", "e", "", ""]
    assert TREE.tip is not None
    assert TREE.tip.id == "e"
    assert a_dialogue().tip is None


def test_turns_that_follow_the_same_one_are_versions_of_each_other() -> None:
    found = {turn.id: names(TREE.versions(turn)) for turn in TREE.turns}
    assert found == {"a": "a e", "b": "b d", "c": "c", "d": "b d", "e": "a e"}
    assert (names(TREE.replies("b")), names(TREE.replies(None))) == ("c", "a e")


def test_turning_to_a_version_shows_the_newest_branch_through_it() -> None:
    assert [TREE.end_of(turn).id for turn in TREE.turns] == ["d", "c", "c", "d", "e"]


def test_the_next_turn_follows_the_chain_and_knows_what_reading_it_costs() -> None:
    ground = TREE.ground("c")
    assert (ground.previous, ground.history_tokens) == ("r-c", 70)
    assert ground.picture == a_picture("p-c")
    assert TREE.ground(None) == Ground()


@pytest.mark.parametrize("state", [State.REJECTED, State.FAILED, State.UNKNOWN, State.CANCELLED])
def test_a_turn_that_came_to_nothing_is_passed_over(state: State) -> None:
    dialogue = a_dialogue(a_turn("a"), a_turn("b", "a", state=state, response_id="r-b"))
    assert dialogue.ground("b") == dialogue.ground("a")


def test_an_answer_in_words_goes_on_with_the_picture_before_it() -> None:
    ground = a_dialogue(a_turn("a"), a_turn("b", "a", pictures=())).ground("b")
    assert (ground.previous, ground.picture) == ("r-b", a_picture("p-a"))


def test_a_chain_that_ended_before_the_last_picture_is_not_followed() -> None:
    ground = a_dialogue(a_turn("a"), a_turn("b", "a", response_id=None)).ground("b")
    assert ground == Ground(picture=a_picture("p-b"))


def test_a_turn_whose_picture_was_deleted_is_passed_over_while_an_earlier_one_is_there() -> None:
    earlier = a_turn("a")
    dialogue = a_dialogue(earlier, a_turn("b", "a", pictures=(), deleted=1))
    assert dialogue.ground("b") == dialogue.ground("a")
    alone = a_dialogue(a_turn("a", pictures=(), deleted=1)).ground("a")
    assert (alone.previous, alone.picture) == ("r-a", None)


def test_a_chain_knows_the_last_picture_unless_it_was_made_another_here() -> None:
    assert TREE.ground("c").is_known
    plan = Given(images=(INPUT,), wish="turn", fitting={"size": "8x8"})
    request = Turn(prompt="b", text_model="t", model="m", given=plan)
    masked = a_turn("b", "a")
    masked = replace(masked, job=replace(masked.job, request=request))
    words = a_turn("c", "b", pictures=())
    assert [a_dialogue(a_turn("a"), masked, words).ground(name).is_known for name in "abc"] == [True, False, False]


def test_an_unknown_history_is_no_free_one() -> None:
    assert a_dialogue(a_turn("a", usage=None)).ground("a").history_tokens is None
    assert a_dialogue(a_turn("a", usage=Usage(output_image_tokens=9))).ground("a").history_tokens is None


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("  a grey\n cat ", "a grey cat"),
        ("x" * 70, "x" * 59 + "…"),
        (f"{LONG}, in oil", f"{LONG}…"),
        (f"{LONG}s in oil", "Draw a gray tabby cat hugging an otter with an orange…"),
        ("a\0b", "a b"),
    ],
)
def test_a_title_is_the_first_words(prompt: str, title: str) -> None:
    assert title_of(prompt) == title
    assert len(title) <= 60


def test_a_chosen_title_is_tidied_and_bounded() -> None:
    assert chosen_title(" Two \n cats ") == "Two cats"
    for wrong in ("", " \n", "x" * 121):
        with pytest.raises(InvalidRequest) as refused:
            chosen_title(wrong)
        assert refused.value.fault.param == "title"


def test_what_follows_from_the_place_does_not_change_what_was_said() -> None:
    turn = Turn(prompt="at night", text_model="t", model="m")
    later = Turn(prompt="at night", text_model="t", model="m", previous="r", history_tokens=7, fallback=INPUT)
    draft = ConversationDraft(values={}, conversation="c", after="a")
    assert mark_of(turn, draft) == mark_of(later, draft)


def test_other_words_or_another_place_are_something_else() -> None:
    turn = Turn(prompt="at night", text_model="t", model="m")
    places = [(None, None), ("c", None), ("c", "a"), ("c", "b"), ("d", "a")]
    marks = [mark_of(turn, ConversationDraft(values={}, conversation=c, after=a)) for c, a in places]
    marks.append(mark_of(Turn(prompt="by day", text_model="t", model="m"), ConversationDraft(values={})))
    assert len(set(marks)) == len(marks)
