"""Conversations in `/openapi.json`: what can be asked of them, and the shapes of what `api/conversations.py` writes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.api.openapi_answers import WORDS, generated_schema, job_schema
from app.api.openapi_operation import BEHIND_THE_DOOR, JSON_BODY, Good, Operation, paid_answers, paid_call
from app.api.openapi_shapes import (
    COUNT,
    FLAG,
    ID,
    MOMENT,
    TEXT,
    TEXTS,
    Schema,
    or_null,
    record,
    ref,
)
from app.domain.turns import Way

WAY: Schema = {
    **or_null({"type": "string", "enum": [way.value for way in Way]}),
    "description": "How it was sent in the end, where that was not as asked.",
}


def conversation_schemas() -> dict[str, Schema]:
    """The components of conversations, by name."""
    generated = generated_schema()
    place = {
        "conversation": record({"id": ID, "url": {**TEXT, "description": "Its page."}}),
        "turn": record({"id": ID, "after": {**or_null(ID), "description": "The turn that it follows."}}),
    }
    images = {key: value for key, value in generated["images"].items() if key != "minItems"}
    said = {**generated, "images": images, "image_base64": or_null(generated["image_base64"]), "words": WORDS}
    newest = record({"id": ID, "url": TEXT, "thumbnail_url": TEXT})
    listed = {**_conversation(), "turn_count": COUNT, "picture": {**or_null(newest), "description": "The newest."}}
    return {
        "Said": record({**said, **place}),
        "AcceptedTurn": record({**job_schema(), "words": WORDS, "replayed": FLAG, **place}),
        "Turn": record(_turn()),
        "Conversation": record({**_conversation(), "turns": {"type": "array", "items": ref("Turn")}}),
        "ListedConversation": record(listed),
        "Conversations": record(
            {
                "conversations": {"type": "array", "items": ref("ListedConversation")},
                "next": {**or_null(ID), "description": "Where the next page begins; null on the last one."},
            }
        ),
    }


def of_conversations() -> tuple[Operation, ...]:
    """The operations of conversations, in the order to show them."""
    of_one = (*BEHIND_THE_DOOR, "not_found")

    def said(path: str, name: str, summary: str, more: str, body: str, form: str, *parameters: str) -> Operation:
        call = paid_call(path, name, "conversations", summary, more, body, form)
        return replace(
            call,
            parameters=(*parameters, *call.parameters),
            answers=paid_answers("Said", "AcceptedTurn"),
            codes=(*call.codes, "conversation_expired", "unsupported_by_gateway", "turn_open"),
        )

    def about_one(method: str, name: str, summary: str, **more: Any) -> Operation:
        return Operation(
            method=method,
            path="/api/conversations/{conversation_id}",
            id=name,
            tag="conversations",
            summary=summary,
            parameters=("conversation_id",),
            **{"answers": {200: Good("The conversation.", "Conversation")}, "codes": of_one} | more,
        )

    return (
        said("/api/conversations", "startConversation", "Begin a conversation", "", "TurnRequest", "TurnForm"),
        said(
            "/api/conversations/{conversation_id}/turns",
            "sayTurn",
            "Go on with a conversation, from any of its turns",
            " Two turns that follow the same one are versions of each other.",
            "NextTurnRequest",
            "NextTurnForm",
            "conversation_id",
        ),
        Operation(
            method="get",
            path="/api/conversations",
            id="listConversations",
            tag="conversations",
            summary="Conversations, those with the newest turns first",
            description="Give `next` as `before` for the page that follows.",
            parameters=("conversation_query", "before_turn", "limit"),
            answers={200: Good("A page.", "Conversations")},
            codes=(*BEHIND_THE_DOOR, "invalid_value", "unknown_parameter"),
        ),
        about_one("get", "getConversation", "A conversation with all its turns, oldest first"),
        about_one(
            "patch",
            "changeConversation",
            "Its title",
            body="ConversationChange",
            codes=(*of_one, *JSON_BODY),
        ),
        about_one(
            "delete",
            "deleteConversation",
            "Forget what was said; its pictures stay",
            answers={204: Good("It is gone.", media_types=())},
        ),
    )


def _conversation() -> dict[str, Schema]:
    return {
        "id": ID,
        "title": TEXT,
        "text_model": {**TEXT, "description": "That of the newest turn."},
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "url": {**TEXT, "description": "Its page."},
    }


def _turn() -> dict[str, Schema]:
    return {
        "id": ID,
        "after": {**or_null(ID), "description": "The turn that it follows; null for a beginning."},
        "created_at": MOMENT,
        "prompt": TEXT,
        "words": WORDS,
        "images": {"type": "array", "items": ref("StoredPicture")},
        "deleted_images": COUNT,
        "way": WAY,
        "notes": TEXTS,
        "job": ref("JobReference"),
        "error": or_null(ref("JobError")),
    }
