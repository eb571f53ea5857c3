"""Pictures by dialogue in a browser: turns, a branch, two tabs, and the same without scripts."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page, expect

from app.domain.accounts import STUDIO
from app.domain.conversations import ConversationDraft, Dialogue
from app.domain.requests import Turn
from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.browser.test_editing import hand_over, mark_the_middle, photo

pytestmark = pytest.mark.browser

FIRST = "Draw a gray tabby cat hugging an otter"
_PLACE = re.compile(r"/conversations/[0-9a-z]{26}\?at=[0-9a-z]{26}#")


def say(page: Page, words: str) -> None:
    """Send the next turn and see its picture come without leaving the page."""
    page.locator("#prompt").fill(words)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(_PLACE)
    expect(page.locator(".turn .said-words").last).to_contain_text(words)
    expect(page.locator("job-progress").last).to_have_attribute("state", "done", timeout=20_000)
    expect(page.locator(".turn .answer-picture img").last).to_be_visible()


def begun(studio: Studio, words: str = FIRST) -> Dialogue:
    """A conversation with one turn that has its picture."""
    said = studio.conversations.say(STUDIO, ConversationDraft(values={"prompt": words, "quality": "low"}), key=None)
    studio.generation.wait(said.submission.job, 20)
    return studio.conversations.find(STUDIO, said.place.conversation_id)


def shown(page: Page) -> list[str]:
    return [text.removeprefix("You said: ") for text in page.locator(".said-words").all_text_contents()]


def difference(studio: Studio, first: str, second: str) -> float:
    """How far two pictures are from each other, 0 to 255, above the caption that practice mode writes."""
    copies = []
    for name in (first, second):
        with Image.open(BytesIO(studio.library.read(studio.library.find(STUDIO, name)))) as image:
            copies.append(image.convert("RGB").resize((96, 96)).crop((0, 0, 96, 76)))
    return sum(ImageStat.Stat(ImageChops.difference(*copies)).mean) / 3


def test_three_turns_and_a_branch_each_going_on_from_the_right_picture(open_page: OpenPage, studio: Studio) -> None:
    page = open_page()
    page.goto("/conversations/new")
    expect(page.locator("output")).to_contain_text("about $0.")
    say(page, FIRST)
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST)
    say(page, "add a red balloon")
    say(page, "now make it evening")
    page.get_by_role("link", name="Go on from here").first.click()
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.get_by_role("navigation", name="From here it went on")).to_contain_text("add a red balloon")
    say(page, "add a lighthouse")
    assert shown(page) == [FIRST, "add a lighthouse"]
    page.get_by_role("navigation", name="Version 2 of 2").get_by_role("link").first.click()
    expect(page.locator(".turn")).to_have_count(3)
    assert shown(page) == [FIRST, "add a red balloon", "now make it evening"]

    name = page.url.split("/conversations/")[1][:26]
    cat, balloon, evening, lighthouse = (turn.pictures[0].id for turn in studio.conversations.find(STUDIO, name).turns)
    assert len({cat, balloon, evening, lighthouse}) == 4
    for picture, words in ((balloon, "add a red balloon"), (lighthouse, "add a lighthouse")):
        anew = begun(studio, words).turns[0].pictures[0].id
        assert difference(studio, cat, picture) < 0.8 * difference(studio, cat, anew), "the first picture carries over"


def test_the_next_turn_is_written_while_one_is_drawn_and_sent_when_it_has_ended(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/conversations/new")
    page.locator("#prompt").fill("A harbour in fog [[fault:slow=2]]")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(_PLACE)
    button = page.get_by_role("button", name="Send")
    expect(button).to_be_disabled()
    page.locator("#prompt").fill("add a small boat")
    expect(button).to_be_enabled(timeout=20_000)
    expect(page.locator("#prompt")).to_have_value("add a small boat")
    expect(page.locator("mask-painter")).to_have_attribute("image", re.compile("^/pictures/"))
    button.click()
    expect(page.locator(".said-words")).to_have_count(2)


def test_on_a_phone_the_newest_turn_the_form_and_its_price_are_in_view(open_page: OpenPage, studio: Studio) -> None:
    dialogue = begun(studio)
    for words in ("add a red balloon", "now make it evening"):
        draft = ConversationDraft(values={"prompt": words, "quality": "low"}, conversation=dialogue.conversation.id)
        studio.generation.wait(studio.conversations.say(STUDIO, draft, key=None).submission.job, 20)
    page = open_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/conversations/{dialogue.conversation.id}")
    seen = (page.locator(".said-words").last, page.locator("output"), page.get_by_role("button", name="Send"))
    for part in (*seen, page.locator(".answer-picture img").last):
        expect(part).to_be_in_viewport(ratio=0.99)
    prompt = page.locator("#prompt")
    before = prompt.bounding_box()
    prompt.fill("one line, and\nanother")
    after = prompt.bounding_box()
    assert before is not None
    assert after is not None
    assert before["height"] < 40 < after["height"], "it grows with what is written"
    for part in seen:
        expect(part).to_be_in_viewport(ratio=0.99)


def test_previews_sharpen_in_place(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/conversations/new?partial_images=3&quality=low")
    page.locator("#prompt").fill("A forest path [[fault:slow=3]]")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".result-coming .preview")).to_be_visible(timeout=15_000)
    expect(page.locator(".answer-picture img[src$='/file']")).to_be_visible(timeout=20_000)


def test_two_tabs_in_one_conversation_branch(open_page: OpenPage, studio: Studio) -> None:
    dialogue = begun(studio)
    tabs = [open_page(), open_page()]
    for tab in tabs:
        tab.goto(f"/conversations/{dialogue.conversation.id}")
    say(tabs[0], "at night")
    say(tabs[1], "in the rain")
    expect(tabs[1].get_by_role("navigation", name="Version 2 of 2")).to_contain_text("at night")
    turns = studio.conversations.find(STUDIO, dialogue.conversation.id).turns
    assert {turn.parent_id for turn in turns[1:]} == {turns[0].id}


def test_pictures_are_dropped_and_a_part_of_the_last_one_is_marked(open_page: OpenPage, studio: Studio) -> None:
    dialogue = begun(studio)
    page = open_page()
    page.goto(f"/conversations/{dialogue.conversation.id}")
    hand_over(page, "drop")
    expect(page.locator(".given-picture")).to_have_count(1)
    expect(page).to_have_url(re.compile("image=upload"))
    page.locator(".say-more > summary").click()
    page.get_by_text("Change only a part of the last picture").click()
    page.locator(".painter-stage").scroll_into_view_if_needed()
    mark_the_middle(page)
    expect(page.locator("output")).to_contain_text("about $0.")
    say(page, "a red balloon")
    last = studio.conversations.find(STUDIO, dialogue.conversation.id).turns[-1]
    turn = last.request
    assert isinstance(turn, Turn)
    assert turn.mask is not None
    assert turn.given is not None
    assert turn.given.images[0].picture_id == dialogue.turns[0].pictures[0].id
    assert len(last.attached) == 1
    assert 0 < difference(studio, dialogue.turns[0].pictures[0].id, last.pictures[0].id) < 10, "the rest is kept"


def test_a_refusal_keeps_the_words_the_picture_and_the_conversation(open_page: OpenPage, studio: Studio) -> None:
    dialogue = begun(studio)
    page = open_page(expect="400")
    page.goto(f"/conversations/{dialogue.conversation.id}")
    hand_over(page, "paste")
    expect(page.locator(".given-picture")).to_have_count(1)
    page.locator("#prompt").fill("at night")
    page.locator(".say-more > summary").click()
    page.get_by_text("Options of this turn").click()
    page.get_by_label("Shape").select_option("custom")
    page.get_by_label("Width").fill("9")
    page.get_by_label("Height").fill("9")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("#prompt")).to_have_value("at night")
    expect(page.locator(".given-picture")).to_have_count(1)
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_label("Shape").select_option("")
    say(page, "at night")


def test_without_scripts_a_conversation_is_held_by_posting_and_refreshing(
    open_page: OpenPage, studio: Studio, tmp_path: Path
) -> None:
    (tmp_path / "photo.png").write_bytes(photo())
    page = open_page(java_script_enabled=False)
    page.goto("/conversations")
    page.goto("/conversations/new")
    page.locator("#prompt").fill("A fox in the snow")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".answer-picture img")).to_be_visible(timeout=20_000)
    page.locator("#prompt").fill("as in this photo")
    page.locator("#image").set_input_files(tmp_path / "photo.png")
    page.get_by_role("button", name="Update price").last.click()
    expect(page.locator(".given-picture img")).to_be_visible()
    expect(page.locator("#prompt")).to_have_value("as in this photo")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".answer-picture img")).to_have_count(2, timeout=20_000)
    page.get_by_role("link", name="Say it differently").last.click()
    expect(page.locator("#prompt")).to_have_value("as in this photo")
    expect(page.locator(".given-picture img")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("navigation", name="Version 2 of 2")).to_be_visible(timeout=20_000)
    page.goto("/conversations?query=fox")
    expect(page.get_by_role("link", name="A fox in the snow")).to_be_visible()
