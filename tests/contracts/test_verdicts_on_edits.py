"""The catalogue and the emulator judge edits and variations alike, and what is held covers what is billed.

The same as `test_verdicts.py`, for the two kinds of request that bring pictures.
"""

from __future__ import annotations

import io
from dataclasses import fields
from functools import cache
from typing import Any

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict

from app.domain.catalogue import load_catalogue
from app.domain.prices import TokenPrices
from app.domain.requests import Edit, InputPicture, Vary
from app.emulator import usage
from app.emulator.registry import Registry
from app.provider.inputs import outgoing
from tests.contracts.test_verdicts import CASES, HEADERS, PROMPT, TODAY, catalogue, emulator, on_purpose

PICTURE = InputPicture("picture", "image/png", 64, 64, 1000, has_alpha=True)
MASK = InputPicture("mask", "image/png", 64, 64, 1000, has_alpha=True)
OWN_CASES: list[dict[str, Any]] = [{"input_fidelity": value} for value in ("low", "high", "extreme")] + [{"mask": MASK}]

EMULATED = Registry(legacy=True, preview=False)
NAMES = [name for model in load_catalogue().models for name in (model.id, *model.aliases)]


@cache
def file_of(digest: str) -> bytes:
    image = Image.new("RGBA", (64, 64), (90, 60, 30, 255))
    if digest == "mask":
        image.paste((0, 0, 0, 0), (8, 8, 24, 24))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def ours(request: Edit | Vary) -> list[str]:
    return [f"{p.field}: {p.message}" for p in catalogue().problems(request, today=TODAY, legacy=True)]


def theirs(request: Edit | Vary) -> list[str]:
    """What the emulator says to each call that the request would become; nothing when all is well."""
    refusals = []
    accepts = catalogue().accepts_response_format(request.model)
    judged_well = not ours(request)
    calls = {(c.n, c.stream) for c in catalogue().plan(request)} if judged_well else {(request.n or 1, False)}
    for n, stream in calls:
        call = outgoing(request, n=n, stream=stream, response_format=accepts, read_input=file_of)
        sent = call.fields
        if not judged_well:
            sent |= {name: value for name, value in request.chosen().items() if name not in ("images", "mask")}
        form: MultiDict[str, Any] = MultiDict(
            (name, str(value).lower() if isinstance(value, bool) else str(value)) for name, value in sent.items()
        )
        for name, (file_name, data, mime_type) in call.files:
            form.add(name, FileStorage(io.BytesIO(data), file_name, content_type=mime_type))
        answer = emulator(legacy=True).post(f"/v1{call.path}", data=form, headers=HEADERS)
        if answer.status_code >= 400:
            refusals.append(f"{answer.status_code} {answer.json['error']['message']}")
    return refusals


def asked(kind: type[Edit | Vary], name: str, case: dict[str, Any]) -> Edit | Vary:
    words = {"prompt": PROMPT} if kind is Edit else {}
    return kind(model=name, images=(PICTURE,), **words, **case)


@pytest.mark.parametrize("kind", [Edit, Vary])
@pytest.mark.parametrize("name", NAMES)
def test_both_judge_every_option_alike(name: str, kind: type[Edit | Vary]) -> None:
    known = {field.name for field in fields(kind)}
    different = []
    for case in [*CASES, *OWN_CASES]:
        if not case.keys() <= known:
            continue
        request = asked(kind, name, case)
        mine, other = ours(request), theirs(request)
        if isinstance(request, Edit) and on_purpose(request):
            assert mine, "a difference on purpose is always on the side of caution"
        elif bool(mine) != bool(other):
            different.append(f"{case}: catalogue {mine or 'accepts'}, emulator {other or 'accepts'}")
    assert different == []


@pytest.mark.parametrize("fidelity", [None, "high"])
@pytest.mark.parametrize("size", [(37, 51), (100, 80), (513, 1999), (1024, 1024), (4000, 400), (5000, 20)])
def test_what_is_held_covers_what_is_billed_for_pictures_of_any_shape(size: tuple[int, int], fidelity: Any) -> None:
    for model in catalogue().models:
        if not isinstance(model.pricing, TokenPrices) or (fidelity and "input_fidelity" not in model.options):
            continue
        picture = InputPicture("picture", "image/png", *size, 1000)
        request = Edit(prompt=PROMPT, model=model.id, images=(picture, picture), input_fidelity=fidelity)
        forecast = model.pricing.counting.forecast(request, 2).at_most
        billed = 2 * 2 * usage.input_picture_tokens(EMULATED.find(model.id, TODAY), size, fidelity)
        assert forecast.input_image_tokens >= billed, model.id
