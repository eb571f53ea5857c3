"""The catalogue and the emulator judge the image tool's options alike, as they do those of single pictures."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.catalogue import load_catalogue
from app.domain.requests import Turn
from app.provider.turn_inputs import turn_call
from tests.contracts.test_verdicts import HEADERS, PAIRS, PROMPT, SINGLE, TODAY, catalogue, emulator

CASES: list[dict[str, Any]] = [
    *({name: value} for name, values in SINGLE.items() if name not in ("n", "style") for value in values),
    *({"action": value} for value in ("auto", "generate", "edit", "paint", "")),
    *({"tool_choice": value} for value in ("required", "auto", "never")),
    *({"input_fidelity": value} for value in ("low", "high", "higher")),
    *(pair for pair in PAIRS if "n" not in pair),
    {},
]


def on_purpose(turn: Turn) -> bool:
    """Where the catalogue refuses what the API would take; the reasons are those of single pictures."""
    return (
        (turn.output_compression == 100 and turn.output_format in (None, "png"))
        or (turn.model.startswith("gpt-image-2-") and turn.background == "transparent")
        or (turn.model == "gpt-image-2" and turn.background == "transparent")
        or (turn.output_format == "gif" and turn.background == "transparent")
    )


def theirs(turn: Turn, *, judged_well: bool) -> list[str]:
    """What the emulator says to it, sent as the provider would; what would never be sent, as it was asked."""
    (call,) = catalogue().plan(turn)
    body = turn_call(turn, stream=call.stream, read_input=_no_input).fields
    if not judged_well:
        tool = body["tools"][0]
        tool |= {name: value for name, value in turn.chosen().items() if name not in _NOT_OF_THE_TOOL}
        if turn.tool_choice == "never":
            body["tool_choice"] = turn.tool_choice
    answer = emulator(legacy=True).post("/v1/responses", json=body, headers=HEADERS)
    return [f"{answer.status_code} {answer.json['error']['message']}"] if answer.status_code >= 400 else []


_NOT_OF_THE_TOOL = {"prompt", "text_model", "user", "tool_choice"}


def _no_input(digest: str) -> bytes:
    raise AssertionError("these turns bring no pictures")


@pytest.mark.parametrize("name", [n for m in load_catalogue().models for n in (m.id, *m.aliases)])
def test_both_judge_every_option_of_the_image_tool_alike(name: str) -> None:
    different = []
    for case in CASES:
        turn = Turn(prompt=PROMPT, text_model="gpt-5.6", model=name, **case)
        mine = [p.message for p in catalogue().problems(turn, today=TODAY, legacy=True)]
        other = theirs(turn, judged_well=not mine)
        if on_purpose(turn):
            assert mine, "a difference on purpose is always on the side of caution"
        elif bool(mine) != bool(other):
            different.append(f"{case}: catalogue {mine or 'accepts'}, emulator {other or 'accepts'}")
    assert different == []


@pytest.mark.parametrize("name", [n for m in load_catalogue().text_models for n in (m.id, *m.aliases)])
def test_the_emulator_knows_every_text_model_of_the_catalogue(name: str) -> None:
    assert theirs(Turn(prompt=PROMPT, text_model=name, model="gpt-image-2"), judged_well=True) == []
