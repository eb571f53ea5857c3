"""A visitor who reads pages and fills in forms, and jobs brought to any end without a provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.accounts import STUDIO
from app.domain.jobs import Job, Resolved, Settlement, State
from app.domain.pictures import NewPicture
from app.domain.requests import AnyRequest, Generate
from app.imaging.inspect import inspect_picture
from app.wiring import Studio
from tests.studios import client_of

_EMPTY = {"img", "input", "link", "meta", "br", "hr"}


class Element:
    """A tag with its attributes and the text inside it."""

    def __init__(self, tag: str, attributes: dict[str, str]):
        self.tag = tag
        self.attributes = attributes
        self.text = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def __contains__(self, name: str) -> bool:
        return name in self.attributes


class Document(HTMLParser):
    """A page as a reader of its source sees it. Fails on tags that do not close in order."""

    def __init__(self, response: TestResponse):
        super().__init__()
        self.response = response
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(response.text)
        assert not self._open, f"not closed: {[e.tag for e in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.strip("_"): value for name, value in attributes.items()}
        return [
            e
            for e in self.elements
            if e.tag == tag and all(e.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements <{tag} {attributes}>"
        return found[0]

    @property
    def text(self) -> str:
        return " ".join(self.one("main").text.split())

    def value(self, name: str) -> str:
        """What stands in a field of the form."""
        for element in self.elements:
            if element.attributes.get("name") == name:
                if element.tag == "input":
                    return element.attributes.get("value", "")
                if element.tag == "textarea":
                    return element.text.removeprefix("\n")
                if element.tag == "select":
                    chosen = [option for option in self.options(name) if "selected" in option]
                    return (chosen or self.options(name))[0]["value"]
        raise AssertionError(f"no field {name}")

    def options(self, name: str) -> list[Element]:
        """The options of a list, those of other models included."""
        start = next(i for i, e in enumerate(self.elements) if e.tag == "select" and e.attributes.get("name") == name)
        options = []
        for element in self.elements[start + 1 :]:
            if element.tag not in ("option", "optgroup"):
                break
            options += [element] * (element.tag == "option")
        return options

    def error(self, name: str) -> str:
        """The sentence beside a field; empty when there is none."""
        return self.one("p", id=f"{name}-error").text


class Visitor:
    """Somebody with a browser and no JavaScript."""

    def __init__(self, studio: Studio):
        self.client: FlaskClient = client_of(studio)

    def open(self, path: str, status: int = 200) -> Document:
        response = self.client.get(path)
        assert response.status_code == status, response.text
        return Document(response)

    def fetch(self, path: str, headers: dict[str, str] | None = None) -> TestResponse:
        """Anything but a page, read to its end and closed, as a server does."""
        return self.client.get(path, headers=headers, buffered=True)

    def form(self) -> dict[str, str]:
        """What an untouched form would send of its hidden fields."""
        page = self.open("/")
        return {name: page.value(name) for name in ("csrf_token", "submission")}

    def send(self, path: str = "/generate", **fields: Any) -> TestResponse:
        """Send a form; its hidden fields are fetched unless they are given."""
        if not {"csrf_token", "submission"} <= fields.keys():
            fields = self.form() | fields
        return self.client.post(path, data=fields)


class NobodyRuns:
    """A runner that leaves every attempt where it is."""

    def enqueue(self, attempt_ids: Sequence[str]) -> None:
        pass


def at_rest(studio: Studio) -> Studio:
    """The studio with nobody to run its jobs: they stay queued until a test ends them."""
    generation = replace(studio.generation, runner=NobodyRuns())
    conversations = replace(studio.conversations, generation=generation)
    return replace(studio, generation=generation, conversations=conversations)


def ask(studio: Studio, request: AnyRequest | None = None, owner: str = STUDIO) -> Job:
    """A job that waits to be run."""
    wanted = request or Generate(prompt="a white siamese cat", model="gpt-image-2")
    return studio.generation.submit(owner, wanted, key=None).job


def kept(studio: Studio, data: bytes, revised_prompt: str | None = None) -> NewPicture:
    """The bytes in the blob store, as a picture that a provider drew."""
    facts = inspect_picture(data)
    return NewPicture(
        digest=studio.library.blobs.put(data),
        mime_type=facts.mime_type,
        width=facts.width,
        height=facts.height,
        byte_size=len(data),
        revised_prompt=revised_prompt,
    )


def end(studio: Studio, job: Job, state: State, **settlement: Any) -> Job:
    """Bring every attempt of a job to its end, as if a provider had answered."""
    store = studio.jobs.store
    for attempt in job.attempts:
        found = store.claim(attempt.id, "tests", 30.0)
        assert found is not None
        claimed, _ = found
        assert claimed.token is not None
        store.settle(attempt.id, claimed.token, Settlement(state=state, **settlement))
    ended = store.find(job.id)
    assert ended is not None
    return ended


def drawn(studio: Studio, *pictures: bytes, request: AnyRequest | None = None, owner: str = STUDIO) -> Job:
    """A job that is done and brought these pictures, newest last."""
    return end(
        studio,
        ask(studio, request, owner),
        State.DONE,
        pictures=tuple(kept(studio, data) for data in pictures),
        cost=5_950,
        basis="usage",
        resolved=Resolved(quality="low", background="opaque"),
    )
