"""POST /v1/responses with the image tool, and the stored answers. Source: fact sheet sections 2.4 and 3."""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Blueprint, Response, current_app, g, jsonify, request

from app.emulator import (
    errors,
    faults,
    parsing,
    refusals,
    responses_answers,
    responses_input,
    responses_request,
    responses_turn,
    tampering,
)
from app.emulator.errors import ApiError
from app.emulator.responses_store import StoredResponse
from app.emulator.responses_turn import Turn
from app.emulator.state import State, state_of

_ECHOED: dict[str, object] = {
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "store": True,
    "tool_choice": "auto",
    "tools": [],
    "user": None,
}

bp = Blueprint("responses", __name__, url_prefix="/v1/responses")


@bp.post("")
def create() -> Response:
    """One turn: words, and a picture when the tool is called for."""
    state = state_of(current_app)
    params = parsing.read(request, accepts=["application/json"]).params
    turn = _turn(params, state)
    refusals.moderated(turn.wanted, "input", g.request_id, dall_e=False)
    time.sleep(faults.pause(turn.wanted))
    substitute = tampering.substitute(turn.wanted)
    if substitute is not None:
        return substitute
    if params.get("stream") and "stream-json" not in turn.wanted:
        return responses_answers.streamed(turn, state)
    return responses_answers.whole(turn, state)


@bp.get("/<response_id>")
def show(response_id: str) -> Response:
    return jsonify(_known(response_id).whole())


@bp.delete("/<response_id>")
def delete(response_id: str) -> Response:
    stored = _known(response_id)
    state_of(current_app).responses.remove(stored.id)
    return jsonify({"id": stored.id, "object": "response", "deleted": True})


def _known(response_id: str) -> StoredResponse:
    state = state_of(current_app)
    state.refusals.check(g.faults, request.path, "gpt-image", g.key)
    stored = state.responses.get(response_id)
    if stored is None:  # wording unconfirmed
        raise ApiError(404, f"Response with id '{response_id}' not found.", param="response_id")
    return stored


def _turn(params: Mapping[str, object], state: State) -> Turn:
    """The request, checked in the order of the Image API: words, model, names, values, pictures."""
    if "input" not in params:
        raise errors.missing_parameter("input")
    said = responses_input.read(params["input"], state.files, state.responses)
    said.words, marked = faults.from_prompt(said.words)
    said.heard = [faults.from_prompt(text)[0] for text in said.heard]
    wanted = g.faults | marked
    if not said.words.strip() and not said.shown:
        raise errors.empty_string("input")
    name = responses_request.text_model(params)
    state.refusals.check(wanted, said.words, name, g.key)
    responses_request.check(params)
    previous = _previous(params.get("previous_response_id"), state, expired="chain-expired" in wanted)
    tool = responses_request.tool(params, state)
    if tool is not None and not responses_request.is_forced(params) and said.words.rstrip().endswith(("?", "？")):
        tool = None  # a question is answered in words
    return Turn(
        id=responses_turn.new_id("resp"),
        call_id=responses_turn.new_id("ig"),
        message_id=responses_turn.new_id("msg"),
        text_model=name,
        said=said,
        order=responses_turn.order(tool, said, previous, state.files),
        previous=previous,
        echo={name: params.get(name, default) for name, default in _ECHOED.items()},
        wanted=wanted,
        request_id=g.request_id,
    )


def _previous(response_id: object, state: State, *, expired: bool) -> StoredResponse | None:
    if response_id is None:
        return None
    stored = None if expired else state.responses.get(str(response_id))
    if stored is None:
        message = f"Previous response with id '{response_id}' not found."
        raise ApiError(400, message, param="previous_response_id", code="previous_response_not_found")
    return stored
