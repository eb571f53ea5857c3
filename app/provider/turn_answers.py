"""Raw answers to a turn: pictures, words, both models' tokens, and what the next turn follows.

A call may fail inside a completed answer, and an answer may hold words alone: both ran and were billed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.domain.costs import Usage
from app.domain.errors import Fault
from app.domain.jobs import Answer, Body, Resolved
from app.domain.pictures import Drawn
from app.domain.sentences import joined, say
from app.provider.answers import is_stream, parsed_object, unfinished
from app.provider.outline import Strings, Text
from app.provider.payload import picture_of, resolved_of, text_usage_of, usage_of
from app.provider.stream import events_in
from app.provider.symptoms import of_content, of_event
from app.provider.translate import fault_for, quoted
from app.provider.wording import Cleaner

PREVIEW_FIELD = "partial_image_b64"

_OF_THE_ANSWER = ("response.output_", "response.image_generation_call.", "response.content_part.")

_MOST_WORDS = 20_000
_LONGEST_ID = 256

Item = tuple[dict[str, Any], Strings]


def kind_of(name: bytes, event: dict[str, Any]) -> str:
    """As `stream.kind_of`, for the events of a response.

    The `completed` event of the image call holds no picture; its item, when it is done, does. `begun`: something
    was answered, so the text model has run, which is billed.
    """
    kind = event.get("type")
    kind = kind if isinstance(kind, str) and kind else name.decode("ascii", "replace")
    if event.get("error") or kind in ("error", "response.failed"):
        return "error"
    if kind.endswith(".partial_image"):
        return "partial"
    if kind in ("response.completed", "response.incomplete") or (not kind and event.get("object") == "response"):
        return "completed"
    item = event.get("item")
    if kind == "response.output_item.done" and isinstance(item, dict) and item.get("result"):
        return "picture"
    return "begun" if kind.startswith(_OF_THE_ANSWER) else "other"


def decode_turn(body: Body, cleaner: Cleaner, *, pictures_in: bool, request_id: str | None) -> Answer:
    """Decode a whole body, stream or plain, whatever it was labelled.

    An answer without pictures has a `fault`, unless it is one in words. Raises `ProviderFault` for what is no
    answer to a turn at all, and for a failure of the whole: what that means.
    """
    text = Text(body)
    if not is_stream(text):
        response, strings = parsed_object(text, request_id)
        return _answer(response, strings, [], cleaner, pictures_in, request_id)
    whole: Item | None = None
    items: list[Item] = []
    error: dict[str, Any] | None = None
    has_run = False
    for kind, event, strings in events_in(text, kind_of):
        if kind == "completed":
            response = event.get("response", event)
            whole = (response, strings) if isinstance(response, dict) else whole
        elif kind == "picture":
            items.append((event["item"], strings))
        elif kind == "error":
            error = error or event
        elif kind in ("partial", "begun"):
            has_run = True
    if whole is None and not items:
        raise fault_for(unfinished(error, cleaner, drawn=has_run, request_id=request_id))
    # Cut off before its end, an answer has its picture and no bill; whether it was stored is not known.
    response, strings = whole or ({"store": False}, {})
    return _answer(response, strings, items, cleaner, pictures_in, request_id)


def _answer(
    response: dict[str, Any],
    strings: Strings,
    finished: Sequence[Item],
    cleaner: Cleaner,
    pictures_in: bool,
    request_id: str | None,
) -> Answer:
    """`finished`: image calls that came in events of their own; some gateways leave them out of the whole."""
    output = [(item, strings) for item in _dicts(response.get("output"))]
    calls = [item for item in output if item[0].get("type") == "image_generation_call"]
    drawn = list(_pictures(calls)) or list(_pictures(finished))
    if not drawn and (response.get("error") or response.get("status") == "failed"):
        raise fault_for(of_event({"response": response}, cleaner, drawn=bool(output), request_id=request_id))
    if not drawn and "output" not in response:
        raise fault_for(of_content(say("It is no answer to a turn."), request_id=request_id))
    words = _words(output)
    return Answer(
        pictures=tuple(picture for picture, _ in drawn),
        usage=_usage(response, is_drawn=bool(drawn), pictures_in=pictures_in),
        resolved=_resolved(response, drawn[0][1] if drawn else {}),
        response_id=_id_of(response),
        words=words,
        fault=None if drawn else _why_empty(response, calls, words, cleaner, request_id),
    )


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _pictures(calls: Sequence[Item]) -> Iterator[tuple[Drawn, dict[str, Any]]]:
    for call, strings in calls:
        result = call.get("result")
        place = "url" if isinstance(result, str) and result.startswith("http") else "b64_json"
        drawn = picture_of({place: result, "revised_prompt": call.get("revised_prompt")}, strings)
        if drawn is not None:
            yield drawn, call


def _words(output: Sequence[Item]) -> str | None:
    """All that the text model said, paragraphs kept; refusals are words too."""
    texts = []
    for item, strings in output:
        if item.get("type") == "message":
            for part in _dicts(item.get("content")):
                text = part.get("text") or part.get("refusal")
                if isinstance(text, str) and text not in strings:
                    texts.append(text[:_MOST_WORDS])
    said = "\n\n".join(texts)[:_MOST_WORDS]
    return "".join(c for c in said if c.isprintable() or c in "\n\t").strip() or None


def _usage(response: Mapping[str, Any], *, is_drawn: bool, pictures_in: bool) -> Usage | None:
    """Both models' tokens; `None` when either is missing, for a bill with half its sum would be too low."""
    tools = response.get("tool_usage")
    drawing = usage_of(tools.get("image_gen") if isinstance(tools, dict) else None, pictures_in=pictures_in)
    talking = text_usage_of(response.get("usage"))
    if talking is None or (is_drawn and drawing is None):
        return None
    return talking + (drawing or Usage())


def _resolved(response: Mapping[str, Any], call: dict[str, Any]) -> Resolved:
    """From the image call; the model's name stands only with the tool."""
    tool = next((tool for tool in _dicts(response.get("tools")) if tool.get("type") == "image_generation"), {})
    return replace(resolved_of(call), model=resolved_of(tool).model)


def _id_of(response: Mapping[str, Any]) -> str | None:
    name = response.get("id")
    is_name = isinstance(name, str) and 0 < len(name) <= _LONGEST_ID and name.isascii() and name.isprintable()
    return name if is_name and response.get("store") is not False and response.get("status") != "failed" else None


def _why_empty(
    response: Mapping[str, Any],
    calls: Sequence[Item],
    words: str | None,
    cleaner: Cleaner,
    request_id: str | None,
) -> Fault | None:
    """Why there is no picture; `None` for an answer in words, which is one."""
    error = next((call["error"] for call, _ in calls if call.get("error")), None)
    if error is not None:
        symptom = of_event({"error": error}, cleaner, drawn=False, request_id=request_id)
        fault = fault_for(symptom).fault
        if fault.code == "content_rejected":
            return replace(fault, may_have_cost=True, retryable=False)
        return _unusable(joined(say("The picture could not be drawn."), quoted(symptom.words)), request_id)
    if response.get("status") == "incomplete":
        return _unusable(say("The text model stopped before anything was drawn."), request_id)
    if calls:
        return _unusable(say("Its result holds no picture."), request_id)
    return None if words else _unusable(say("It holds neither a picture nor words."), request_id)


def _unusable(sentence: str, request_id: str | None) -> Fault:
    return fault_for(of_content(sentence, request_id=request_id)).fault
