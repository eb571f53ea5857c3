"""Conversations in pages, without JavaScript: what was said, branches, and words that are never lost."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from app.domain.accounts import STUDIO
from app.domain.conversations import START, ConversationDraft, ConversationTurn
from app.domain.errors import Fault
from app.domain.jobs import Job, State
from app.domain.requests import Turn
from app.wiring import Studio
from tests.studios import open_studio
from tests.upstream import Upstream, picture, picture_answer, status
from tests.web.visiting import Document, Visitor, end, kept

FIRST = "Draw a gray tabby cat hugging an otter"


def said(
    studio: Studio, words: str, conversation: str | None = None, after: str | None = None, *, state: State | None = None
) -> ConversationTurn:
    """A turn that brought a picture, or ended in another state."""
    draft = ConversationDraft(values={"prompt": words, "quality": "low"}, conversation=conversation, after=after)
    said = studio.conversations.say(STUDIO, draft, key=None)
    if state is None:
        drawn = {"pictures": (kept(studio, picture()),), "response_id": f"resp_{said.place.id}", "words": "Here it is."}
        end(studio, said.submission.job, State.DONE, cost=9_000, basis="usage", **drawn)
    elif state is not State.QUEUED:
        end(studio, said.submission.job, state, fault=Fault("content_rejected", "It was refused."))
    turn = studio.conversations.find(STUDIO, said.place.conversation_id).find(said.place.id)
    assert turn is not None
    return turn


def say(visitor: Visitor, page: Document, **fields: object) -> tuple[int, str, Document | None]:
    """Send the page's form with these fields; the status, where it leads, and the page when it is shown again."""
    form = page.one("form", id="composer")
    hidden = {name: page.value(name) for name in ("csrf_token", "submission")}
    hidden |= {name: page.value(name) for name in ("conversation", "after") if page.all("input", name=name)}
    images = {"image": [e["value"] for e in page.all("input", type="hidden", name="image") if e["value"]]}
    response = visitor.client.post(form["action"], data=hidden | images | fields)
    return response.status_code, response.location or "", None if response.location else Document(response)


def newest(studio: Studio) -> tuple[Job, Turn]:
    job = studio.jobs.recent(STUDIO, limit=1)[0]
    assert isinstance(job.request, Turn)
    return job, job.request


def test_without_conversations_one_example_can_be_pressed(visitor: Visitor) -> None:
    page = visitor.open("/conversations")
    example = next(link for link in page.all("a") if link.text == FIRST)
    assert visitor.open(example["href"]).value("prompt") == FIRST


def test_what_is_said_becomes_a_turn_and_the_page_shows_it(visitor: Visitor, studio: Studio) -> None:
    status, place, _ = say(visitor, visitor.open("/conversations/new"), prompt=FIRST, quality="low")
    assert status == 303
    page = visitor.open(place.partition("#")[0])
    assert page.one("h1").text == FIRST
    assert FIRST in page.text
    assert page.one("job-progress")["state"] == "queued"
    assert page.all("meta", **{"http-equiv": "refresh"})
    _, turn = newest(studio)
    assert (turn.prompt, turn.quality, turn.n) == (FIRST, "low", None)


def test_the_same_form_sent_twice_is_one_turn(visitor: Visitor, studio: Studio) -> None:
    page = visitor.open("/conversations/new")
    places = {say(visitor, page, prompt=FIRST)[1] for _ in range(2)}
    assert len(places) == 1
    assert len(studio.jobs.recent(STUDIO)) == 1


def test_a_turn_goes_on_from_the_one_that_is_shown(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    said(studio, "now make it evening", first.conversation_id, first.id)
    page = visitor.open(f"/conversations/{first.conversation_id}?at={first.id}")
    assert "From here it went on" in page.text
    assert page.value("quality") == "low", "settings go on too"
    status, place, _ = say(visitor, page, prompt="in watercolour")
    assert status == 303
    _, turn = newest(studio)
    assert turn.previous == f"resp_{first.id}"
    shown = visitor.open(place.partition("#")[0])
    assert "Version 2 of 2" in shown.text
    (other,) = [link for link in shown.all("a") if link.text == "now make it evening"]
    turned = visitor.open(other["href"].partition("#")[0])
    assert "in watercolour" in turned.text.split("Version 1 of 2")[1]


def test_there_can_be_another_beginning(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    page = visitor.open(f"/conversations/{first.conversation_id}?at={START}&again={first.id}")
    assert page.value("prompt") == FIRST
    assert page.value("after") == START
    assert not page.all("job-progress")
    assert say(visitor, page, prompt="a dog")[0] == 303
    dialogue = studio.conversations.find(STUDIO, first.conversation_id)
    assert [turn.prompt for turn in dialogue.replies(None)] == [FIRST, "a dog"]


def test_two_tabs_that_answer_the_same_turn_branch(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    tabs = [visitor.open(f"/conversations/{first.conversation_id}") for _ in range(2)]
    for tab, words in zip(tabs, ("at night", "in the rain"), strict=True):
        assert say(visitor, tab, prompt=words)[0] == 303
    dialogue = studio.conversations.find(STUDIO, first.conversation_id)
    assert [turn.prompt for turn in dialogue.replies(first.id)] == ["at night", "in the rain"]


def test_what_cannot_be_sent_comes_back_with_every_word(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    page = visitor.open(f"/conversations/{first.conversation_id}")
    status, _, shown = say(visitor, page, prompt="at night", size="9x9", text_model="gpt-5.6-sol")
    assert status == 400
    assert shown is not None
    assert shown.value("prompt") == "at night"
    assert shown.value("text_model") == "gpt-5.6-sol"
    assert shown.error("size")
    assert FIRST in shown.text, "the conversation is still there"
    assert len(studio.jobs.recent(STUDIO)) == 1


def test_the_address_of_a_refused_form_leads_back_to_the_conversation(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    action = visitor.open(f"/conversations/{first.conversation_id}").one("form", id="composer")["action"]
    assert visitor.client.get(action).location == f"/conversations/{first.conversation_id}?at={first.id}"
    visitor.open(visitor.open("/conversations/new").one("form", id="composer")["action"])


def test_nothing_said_is_no_turn(visitor: Visitor, studio: Studio) -> None:
    status, _, shown = say(visitor, visitor.open("/conversations/new"), prompt=" ")
    assert status == 400
    assert shown is not None
    assert shown.error("prompt") == "No prompt provided"


def test_an_open_turn_is_not_answered_and_the_words_stay(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST, state=State.QUEUED)
    page = visitor.open(f"/conversations/{first.conversation_id}")
    assert len(page.all("section", class_="say say-waits")) == 1
    status, _, shown = say(visitor, page, prompt="at night")
    assert status == 409
    assert shown is not None
    assert shown.value("prompt") == "at night"
    assert "still being worked on" in shown.text


def test_words_said_to_a_deleted_conversation_begin_another(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    page = visitor.open(f"/conversations/{first.conversation_id}")
    studio.conversations.delete(STUDIO, first.conversation_id)
    status, _, shown = say(visitor, page, prompt="at night")
    assert status == 404
    assert shown is not None
    assert shown.value("prompt") == "at night"
    assert say(visitor, shown, prompt=shown.value("prompt"))[0] == 303


def test_an_old_token_loses_nothing(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    page = visitor.open(f"/conversations/{first.conversation_id}")
    status, _, shown = say(visitor, page, prompt="at night", csrf_token="old")  # what a stale page would send
    assert status == 400
    assert shown is not None
    assert shown.value("prompt") == "at night"
    assert shown.value("after") == first.id


def test_a_failed_turn_is_said_again_from_where_it_was_said(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    refused = said(studio, "something unkind", first.conversation_id, first.id, state=State.REJECTED)
    page = visitor.open(f"/conversations/{first.conversation_id}")
    assert "The provider's safety check refused this" in page.text
    again = next(link for link in page.all("a") if link.text == "Say it again, changed")
    form = visitor.open(again["href"].partition("#")[0])
    assert (form.value("prompt"), form.value("after")) == ("something unkind", first.id)
    led = visitor.client.get(f"/jobs/{refused.job.id}/turn?again=1")
    assert led.location == again["href"]


def test_pictures_come_from_files_and_from_the_library(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    page = visitor.open(f"/conversations/new?picture={first.pictures[0].id}")
    status, _, shown = say(visitor, page, prompt="", image=(BytesIO(picture()), "mine.png"), preview="1")
    assert status == 200
    assert shown is not None
    kinds = [e["value"].partition(":")[0] for e in shown.all("input", type="hidden", name="image") if e["value"]]
    assert kinds == ["upload"]
    status, _, shown = say(visitor, shown, prompt="a den for both", add=first.pictures[0].id)
    assert status == 200
    assert shown is not None
    assert shown.value("prompt") == "a den for both"
    assert say(visitor, shown, prompt="a den for both")[0] == 303
    _, turn = newest(studio)
    assert len(turn.images) == 2


def test_a_turn_shows_its_price_before_it_is_said(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    cheap = visitor.open("/conversations/new?quality=low&size=1024x1024").one("output").text
    page = visitor.open(f"/conversations/{first.conversation_id}")
    assert cheap.startswith("about $")
    status, _, shown = say(visitor, page, prompt="", quality="high", size="1024x1024", preview="1")
    assert status == 200
    assert shown is not None
    assert shown.one("output").text > cheap


def test_a_job_leads_to_its_conversation_and_a_picture_to_a_new_one(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    page = visitor.open(f"/jobs/{first.job.id}")
    (link,) = [a["href"] for a in page.all("a") if a.text == "Its conversation"]
    assert visitor.client.get(link).location == f"/conversations/{first.conversation_id}?at={first.id}#{first.id}"
    picture_page = visitor.open(f"/pictures/{first.pictures[0].id}")
    (start,) = [a["href"] for a in picture_page.all("a") if a.text == "Start a conversation"]
    form = visitor.open(start)
    assert form.one("mask-painter")["image"] == f"/pictures/{first.pictures[0].id}/file"


def test_what_was_said_in_a_deleted_conversation_can_be_said_again(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST)
    studio.conversations.delete(STUDIO, first.conversation_id)
    assert visitor.client.get(f"/jobs/{first.job.id}/turn").location == f"/jobs/{first.job.id}"
    form = visitor.open(f"/jobs/{first.job.id}/turn?again=1")
    assert (form.value("prompt"), form.one("form", id="composer")["action"]) == (FIRST, "/conversations/new")


def test_the_list_is_searched_and_its_conversations_renamed_and_deleted(visitor: Visitor, studio: Studio) -> None:
    cat, fox = said(studio, FIRST), said(studio, "A fox in the snow")
    page = visitor.open("/conversations?query=snow")
    assert "A fox in the snow" in page.text
    assert FIRST not in page.text
    token = {"csrf_token": page.all("input", name="csrf_token")[0]["value"]}
    renamed = visitor.client.post(f"/conversations/{fox.conversation_id}/title", data=token | {"title": "Winter"})
    assert renamed.location == f"/conversations/{fox.conversation_id}"
    assert visitor.open(renamed.location).one("h1").text == "Winter"
    visitor.client.post(f"/conversations/{cat.conversation_id}/delete", data=token)
    assert FIRST not in visitor.open("/conversations").text
    visitor.open(f"/conversations/{cat.conversation_id}", 404)
    visitor.open(f"/pictures/{cat.pictures[0].id}")


@pytest.mark.parametrize("title", ["  ", "x" * 121])
def test_a_title_that_cannot_be_taken_comes_back_with_what_is_wrong_at_its_field(
    visitor: Visitor, studio: Studio, title: str
) -> None:
    fox = said(studio, "A fox in the snow")
    said(studio, FIRST)
    where = f"/conversations/{fox.conversation_id}"
    token = {"csrf_token": visitor.form()["csrf_token"], "title": title}
    refused = visitor.client.post(f"{where}/title", data=token)
    page = Document(refused)
    assert (refused.status_code, page.one("h1").text) == (400, "A fox in the snow")
    field = page.one("input", id=f"title-{fox.conversation_id}")
    assert (field["value"], "open" in page.all("details")[0]) == (title, True)
    assert "title" in page.one("p", id=field["aria-describedby"]).text
    shown = {"listed": "1", "query": "snow", "before": ""}
    refused = visitor.client.post(f"{where}/title", data=token | shown)
    page = Document(refused)
    field = page.one("input", id=f"title-{fox.conversation_id}")
    assert (refused.status_code, page.value("query"), field["value"]) == (400, "snow", title)
    assert "title" in page.one("p", id=field["aria-describedby"]).text
    assert FIRST not in page.text, "it is the page that it came from"
    assert visitor.client.post("/conversations/gone/title", data=token | shown).status_code == 404


def test_a_turn_that_waits_can_be_cancelled_and_its_page_stays(visitor: Visitor, studio: Studio) -> None:
    first = said(studio, FIRST, state=State.QUEUED)
    page = visitor.open(f"/conversations/{first.conversation_id}")
    token = page.value("csrf_token")
    answer = visitor.client.post(f"/jobs/{first.job.id}/cancel", data={"csrf_token": token})
    assert "Cancelled" in visitor.open(visitor.client.get(answer.location).location.partition("#")[0]).text


def test_the_page_says_which_way_is_used_where_there_are_no_conversations(tmp_path: Path) -> None:
    with Upstream() as upstream, open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url) as studio:
        upstream.script(status(405, {"detail": "Method Not Allowed"}), picture_answer())
        visitor = Visitor(studio)
        _, place, _ = say(visitor, visitor.open("/conversations/new"), prompt=FIRST, model="gpt-image-2")
        studio.generation.wait(newest(studio)[0], 20)
        page = visitor.open(place.partition("#")[0])
    assert "This provider has no conversations. Each turn goes to the Image API instead" in page.text
    assert page.one("job-progress")["state"] == "done"
