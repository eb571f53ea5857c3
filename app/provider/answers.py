"""Raw answers into pictures, in every shape that OpenAI and gateways use."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any

from app.domain.costs import Usage
from app.domain.jobs import Answer, Body, Resolved
from app.domain.pictures import Drawn
from app.domain.sentences import say
from app.provider.events import is_event_stream
from app.provider.outline import Strings, Text, TooMuch, parse
from app.provider.payload import picture_of, resolved_of, usage_of
from app.provider.stream import events_in
from app.provider.symptoms import Cause, Symptom, of_content, of_event
from app.provider.translate import fault_for
from app.provider.wording import Cleaner


def decode(body: Body, cleaner: Cleaner, *, pictures_in: bool, request_id: str | None) -> Answer:
    """Decode a whole body, stream or plain, whatever it was labelled.

    Items without a usable picture are left out, as far as that can be told without decoding it. Raises
    `ProviderFault`: unusable when none is left, and for a stream that ended in an error or without a
    result, what that means.
    """
    text = Text(body)
    if is_stream(text):
        return _from_events(text, cleaner, pictures_in, request_id)
    data, strings = parsed_object(text, request_id)
    pictures = _pictures(data, strings)
    if not pictures:
        raise fault_for(of_content(_why_empty(data, cleaner), request_id=request_id))
    return Answer(
        pictures=pictures,
        usage=usage_of(data.get("usage"), pictures_in=pictures_in),
        resolved=resolved_of(data),
    )


def is_stream(text: Text) -> bool:
    return is_event_stream(bytes(text.piece(0, 1024)))


def parsed_object(text: Text, request_id: str | None) -> tuple[dict[str, Any], Strings]:
    """A plain body as an object, and its long strings. Raises `ProviderFault` (unusable) for anything else."""
    try:
        data, strings = parse(text, 0, text.size)
    except TooMuch:
        raise fault_for(of_content(say("It is far longer than its pictures."), request_id=request_id)) from None
    except ValueError:
        beginning = bytes(text.piece(0, 1024)).lstrip()
        if beginning[:1] == b"<":
            sentence = say("The answer is a page of HTML.")
        else:
            sentence = say("The answer is not JSON.") if beginning else say("The answer is empty.")
        raise fault_for(of_content(sentence, request_id=request_id)) from None
    if not isinstance(data, dict):
        raise fault_for(of_content(say("The answer is not a JSON object."), request_id=request_id))
    return data, strings


def _from_events(text: Text, cleaner: Cleaner, pictures_in: bool, request_id: str | None) -> Answer:
    pictures: list[Drawn] = []
    usages: list[Usage | None] = []
    resolved = Resolved()
    completed = previews = 0
    error: dict[str, Any] | None = None
    for kind, event, strings in events_in(text):
        if kind == "completed":
            completed += 1
            pictures += _pictures(event, strings)
            usages.append(usage_of(event.get("usage"), pictures_in=pictures_in))
            resolved = resolved_of(event)
        elif kind == "error":
            error = error or event
        elif kind == "partial":
            previews += 1
    if pictures:
        return Answer(pictures=tuple(pictures), usage=_sum(usages), resolved=resolved)
    if completed:
        raise fault_for(of_content(say("Its result holds no picture."), request_id=request_id))
    raise fault_for(unfinished(error, cleaner, drawn=previews > 0, request_id=request_id))


def unfinished(error: dict[str, Any] | None, cleaner: Cleaner, *, drawn: bool, request_id: str | None) -> Symptom:
    """The symptom of a stream that brought no completed event, with or without an error event."""
    if error is not None:
        return of_event(error, cleaner, drawn=drawn, request_id=request_id)
    return Symptom(cause=Cause.LOST, request_id=request_id)


def _pictures(data: dict[str, Any], strings: Strings) -> tuple[Drawn, ...]:
    """From an answer's `data` list, or from an event that is itself the picture."""
    listed = data.get("data")
    items: Iterable[object] = listed if isinstance(listed, list) else [data]
    return tuple(drawn for item in items if (drawn := picture_of(item, strings)) is not None)


def _sum(usages: list[Usage | None]) -> Usage | None:
    """Each completed event counts its own picture. One without a count makes the sum worthless."""
    known = [usage for usage in usages if usage is not None]
    return reduce(add, known) if known and len(known) == len(usages) else None


def _why_empty(data: dict[str, Any], cleaner: Cleaner) -> str:
    error = data.get("error")
    words = cleaner.clean(error.get("message") if isinstance(error, dict) else error)
    if words:
        return say("In place of a picture it says: {words}", words=words)
    if isinstance(data.get("data"), list) and data["data"]:
        return say("None of its results can be decoded.")
    return say("It lists no results.")
