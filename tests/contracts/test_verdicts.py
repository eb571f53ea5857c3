"""The catalogue and the emulator, written apart from the same published facts, judge alike.

The whole matrix of models × options goes to both: what the catalogue lets through is sent to the
emulator exactly as the provider would send it, and must be accepted; what it refuses must be
refused there too. Where the two differ on purpose, the difference stands in `on_purpose` with its reason.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import product
from typing import Any

import pytest
from werkzeug.test import Client

from app.domain.catalogue import Catalogue, load_catalogue
from app.domain.requests import Edit, Generate
from app.emulator import create_emulator
from app.provider.inputs import outgoing

TODAY = date(2026, 11, 20)

# The emulator plays this fault after everything was judged, so that nothing has to be drawn.
HEADERS = {"Authorization": "Bearer practice", "X-Emulator-Fault": "html"}
PROMPT = "a verdict"

SIZES = [
    "auto",
    "256x256",
    "512x512",
    "1024x1024",
    "1792x1024",
    "1024x1792",
    "1536x1024",
    "1024x1536",
    "1024x640",
    "800x800",
    "816x816",
    "2048x2048",
    "3840x2160",
    "2160x3840",
    "3008x3008",
    "3840x1280",
    "3840x1264",
    "1500x1500",
    "1024x576",
    "1254x1254",
    "0x0",
    "1024",
    "1024X1024",
    "1024x1024x1024",
    "-16x1024",
    "x",
    "3856x1600",
]

SINGLE: dict[str, tuple[Any, ...]] = {
    "size": tuple(SIZES),
    "quality": ("auto", "low", "medium", "high", "xhigh", "max", "standard", "hd", "ultra", ""),
    "background": ("auto", "opaque", "transparent", "green"),
    "output_format": ("png", "jpeg", "webp", "gif", "tiff", "PNG"),
    "output_compression": (0, 50, 100, 101, -1),
    "moderation": ("auto", "low", "high"),
    "style": ("vivid", "natural", "gothic"),
    "complexity": ("low", "medium", "high", "extreme"),
    "partial_images": (0, 1, 3, 4, -1),
    "n": (1, 2, 10, 0, 11, -1),
    "frame_count": (2, 16, 1, 17),
    "frame_duration_ms": (10, 200, 0, -10),
    "user": ("somebody",),
}

PAIRS = [
    {"output_format": fmt, "background": background}
    for fmt, background in product(("png", "jpeg", "webp", "gif"), ("opaque", "transparent"))
]
PAIRS += [
    {"output_format": fmt, "output_compression": value}
    for fmt, value in product(("png", "jpeg", "webp", "gif"), (0, 100))
]
PAIRS += [{"output_format": "gif", "partial_images": n} for n in (0, 2)]
PAIRS += [
    {"output_format": "gif", "frame_count": 4, "frame_duration_ms": 100},
    {"output_format": "png", "frame_count": 4},
]
PAIRS += [{"n": 3, "partial_images": 2}, {"size": "3840x2160", "quality": "max", "output_format": "webp"}]

CASES = [{name: value} for name, values in SINGLE.items() for value in values] + PAIRS + [{}]


def on_purpose(request: Generate | Edit) -> str | None:
    """Why the catalogue refuses what the API would take; `None` where the two have to agree."""
    if request.output_compression == 100 and request.output_format in (None, "png"):
        return "100 is the API's default and so harmless to it; our contract refuses compression with png"
    if request.model in ("gpt-image-2", "gpt-image-2-2026-04-21") and request.background == "transparent":
        return "a preview that most organisations do not have; the emulator plays one that has"
    if request.output_format == "gif" and request.background == "transparent":
        return "not published for GIF; the emulator, which must answer something, draws it"
    return None


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def emulator(*, legacy: bool) -> Client:
    return Client(create_emulator(legacy=legacy, preview=True, today=TODAY))


def ours(request: Generate, *, legacy: bool) -> list[str]:
    return [f"{p.field}: {p.message}" for p in catalogue().problems(request, today=TODAY, legacy=legacy)]


def theirs(request: Generate, *, legacy: bool) -> list[str]:
    """What the emulator says to each call that the request would become; nothing when all is well."""
    refusals = []
    accepts = catalogue().accepts_response_format(request.model)
    judged_well = not ours(request, legacy=legacy)
    calls = {(c.n, c.stream) for c in catalogue().plan(request)} if judged_well else {(request.n or 1, False)}
    for n, stream in calls:
        body = outgoing(request, n=n, stream=stream, response_format=accepts, read_input=_no_input).fields
        if not judged_well:
            body |= request.chosen()  # what would never be sent is sent as it was asked
        answer = emulator(legacy=legacy).post("/v1/images/generations", json=body, headers=HEADERS)
        if answer.status_code >= 400:
            refusals.append(f"{answer.status_code} {answer.json['error']['message']}")
    return refusals


def _no_input(digest: str) -> bytes:
    raise AssertionError("these requests bring no pictures")


@pytest.mark.parametrize("name", [n for m in load_catalogue().models for n in (m.id, *m.aliases)])
def test_both_judge_every_option_of_a_model_alike(name: str) -> None:
    different = []
    for case in CASES:
        request = Generate(prompt=PROMPT, model=name, **case)
        mine, other = ours(request, legacy=True), theirs(request, legacy=True)
        if on_purpose(request):
            assert mine, "a difference on purpose is always on the side of caution"
        elif bool(mine) != bool(other):
            different.append(f"{case}: catalogue {mine or 'accepts'}, emulator {other or 'accepts'}")
    assert different == []


@pytest.mark.parametrize("model", load_catalogue().models, ids=lambda model: model.id)
def test_both_know_which_models_have_retired(model: Any) -> None:
    request = Generate(prompt=PROMPT, model=model.id)
    assert bool(ours(request, legacy=False)) == bool(theirs(request, legacy=False))


@pytest.mark.parametrize("prompt", ["", *("猫" * n for n in (1_000, 1_001, 4_000, 4_001, 32_000, 32_001))])
def test_both_know_how_long_a_prompt_may_be(prompt: str) -> None:
    for model in catalogue().models:
        request = Generate(prompt=prompt, model=model.id)
        mine, other = ours(request, legacy=True), theirs(request, legacy=True)
        assert bool(mine) == bool(other), (model.id, len(prompt), mine, other)
