"""Headers, pieces of paths and queries that requests bring: the parameters of `/openapi.json`."""

from __future__ import annotations

from typing import Any

from app.api.openapi_shapes import DIGEST_PATTERN, ID_PATTERN
from app.domain.library import MOST_ON_A_PAGE
from app.domain.library_query import KINDS, NAMES, SHAPES


def parameters() -> dict[str, dict[str, Any]]:
    """The parameter components, by name."""

    def header(name: str, description: str, **schema: Any) -> dict[str, Any]:
        return {"name": name, "in": "header", "description": description, "schema": {"type": "string", **schema}}

    def in_path(name: str, pattern: str, description: str) -> dict[str, Any]:
        schema = {"type": "string", "pattern": pattern}
        return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}

    def in_query(name: str, description: str, **schema: Any) -> dict[str, Any]:
        return {"name": name, "in": "query", "description": description, "schema": {"type": "string", **schema}}

    return {
        "job_id": in_path("job_id", ID_PATTERN, "A job's id."),
        "digest": in_path("digest", DIGEST_PATTERN, "As in the url of a partial event."),
        "conversation_id": in_path("conversation_id", ID_PATTERN, "A conversation's id."),
        "picture_id": in_path("picture_id", ID_PATTERN, "A picture's id."),
        **{_of_query(name): in_query(name, told, **schema) for name, (told, schema) in _QUERY.items()},
        "conversation_query": in_query("query", 'Words and "phrases" that must all occur in title, prompts or words.'),
        "before_turn": in_query("before", "A turn's id: only conversations whose newest turn is older.", **_ID),
        "before": in_query("before", "An id: only pictures older than that one.", **_ID),
        "limit": in_query("limit", "How many on a page.", type="integer", minimum=1, maximum=MOST_ON_A_PAGE),
        "idempotency_key": header(
            "Idempotency-Key",
            "The same key and the same request lead to the same job and the same answer, also while it is running.",
            pattern="^[!-~]{1,255}$",
        ),
        "prefer": header(
            "Prefer",
            "`respond-async`: answer 202 at once. `wait=20`: answer 202 if it is not done after 20 seconds (RFC 7240). "
            "Whatever else it says is ignored.",
        ),
        "last_event_id": header("Last-Event-ID", "Resume after this event; ignored when it is none of ours."),
    }


def query_parameters() -> tuple[str, ...]:
    """The components for the words of a library's query, in its order."""
    return tuple(_of_query(name) for name in NAMES)


def _of_query(name: str) -> str:
    return f"library_{name}"


def _or_empty(pattern: str) -> dict[str, Any]:
    """Forms send what was left empty too; it means "not chosen"."""
    return {"pattern": f"^({pattern})?$"}


_FLAG = {"enum": ["1", "0", "true", "false", ""]}
_DAY = _or_empty("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = _or_empty(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_SIZE = _or_empty(f"{'|'.join(SHAPES)}|[1-9][0-9]{{0,5}}x[1-9][0-9]{{0,5}}")
_ID = _or_empty(ID_PATTERN.strip("^$"))
_QUERY: dict[str, tuple[str, dict[str, Any]]] = {
    "query": ('Words and "phrases" that must all occur in prompt, revised prompt, tags or note.', {}),
    "tag": ("Tags it must all have, separated by commas.", {}),
    "favourite": ("Whether it is a favourite.", _FLAG),
    "album": ("An album's id.", _ID),
    "model": ("The model that was asked.", {}),
    "kind": ("What was asked for.", {"enum": [*KINDS, ""]}),
    "size": ("A shape, or WIDTHxHEIGHT in pixels.", _SIZE),
    "since": ("The first day, in UTC.", _DAY),
    "until": ("The last day, in UTC.", _DAY),
    "min_cost": ("US dollars for one picture.", _AMOUNT),
    "max_cost": ("US dollars for one picture.", _AMOUNT),
    "practice": ("Whether the emulator drew it.", _FLAG),
    "bin": ("What was deleted, instead of what is there.", _FLAG),
}
