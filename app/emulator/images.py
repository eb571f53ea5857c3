"""POST /v1/images/generations, /edits and /variations. Source: fact sheet sections 2 and 3."""

from __future__ import annotations

import time

from flask import Blueprint, Response, current_app, g, request

from app.emulator import answers, errors, faults, parsing, refusals, sizes, tampering, uploads, validation
from app.emulator.faults import Wanted
from app.emulator.parsing import Body, Upload
from app.emulator.registry import Model
from app.emulator.state import State, state_of
from app.emulator.studio import Order
from app.emulator.validation import Endpoint, Options

_JSON, _FORM = "application/json", "multipart/form-data"

bp = Blueprint("images", __name__, url_prefix="/v1/images")


@bp.post("/generations")
def generations() -> Response:
    """Pictures from words."""
    body = parsing.read(request, accepts=[_JSON])
    prompt, wanted = _prompt(body)
    model, options = _options(body, "generations", prompt, wanted, json_body=True)
    size = sizes.resolve(model, options.size, None)
    return _answer(Order("generations", model, options, prompt, size), wanted)


@bp.post("/edits")
def edits() -> Response:
    """Pictures from pictures and words, multipart or JSON."""
    body = parsing.read(request, accepts=[_FORM, _JSON])
    json_body = request.mimetype == _JSON
    prompt, wanted = _prompt(body)
    model, options = _options(body, "edits", prompt, wanted, json_body=json_body)
    files = _references(body) if json_body else body.files
    if not files.get("image"):
        raise errors.missing_parameter("images" if json_body else "image")
    return _answer(_edit_order(model, options, prompt, files), wanted)


@bp.post("/variations")
def variations() -> Response:
    """Variations of one square PNG, by DALL·E 2 while it lives."""
    body = parsing.read(request, accepts=[_FORM])
    wanted: Wanted = dict(g.faults)
    model, options = _options(body, "variations", "", wanted, json_body=False)
    for name in body.files:
        if name != "image":
            raise errors.unknown_parameter(name)
    if "image" not in body.files:
        raise errors.missing_parameter("image")
    sources = uploads.sources(body.files["image"], model)
    size = sizes.resolve(model, options.size, sources[0].size)
    return _answer(Order("variations", model, options, "", size, sources), wanted)


def _prompt(body: Body) -> tuple[str, Wanted]:
    """The prompt without fault marks, and every fault asked for; the marked prompt leaves ``body``."""
    prompt, marked = faults.from_prompt(validation.prompt_of(body.params))
    body.params["prompt"] = prompt
    return prompt, g.faults | marked


def _options(body: Body, endpoint: Endpoint, prompt: str, wanted: Wanted, *, json_body: bool) -> tuple[Model, Options]:
    state = state_of(current_app)
    name = validation.model_name(body.params, endpoint, legacy=state.registry.legacy)
    state.refusals.check(wanted, prompt, name, g.key)
    model = state.registry.find(name, state.today)
    options = validation.check(body.params, endpoint, model, preview=state.registry.preview, json_body=json_body)
    return model, options


def _references(body: Body) -> dict[str, list[Upload]]:
    """The pictures of a JSON edit, under the part names of the multipart form."""
    store = state_of(current_app).files
    images = body.params.get("images")
    if images is None:
        return {}
    if not isinstance(images, list):
        raise errors.invalid_type("images", "array", images)
    found = {
        "image": [
            uploads.referenced(reference, f"images[{position}]", store) for position, reference in enumerate(images)
        ]
    }
    for name in ("mask", "markup"):
        if name in body.params:
            found[name] = [uploads.referenced(body.params[name], name, store)]
    return found


def _edit_order(model: Model, options: Options, prompt: str, files: dict[str, list[Upload]]) -> Order:
    sources = uploads.sources(files["image"], model)
    mask = uploads.mask(files["mask"][0], sources[0]) if "mask" in files else None
    markup = uploads.markup(files["markup"][0], sources[0], model) if "markup" in files else None
    if mask and markup:
        raise errors.unsupported("'mask' and 'markup' cannot be used together.", "markup")
    if mask and options.output_format == "gif":
        raise errors.unsupported("GIF output does not support 'mask'.", "mask")
    size = sizes.resolve(model, options.size, sources[0].size)
    return Order("edits", model, options, prompt, size, sources, mask, markup)


def _answer(order: Order, wanted: Wanted) -> Response:
    refusals.moderated(wanted, "input", g.request_id, dall_e=order.model.dall_e)
    time.sleep(faults.pause(wanted))
    substitute = tampering.substitute(wanted)
    if substitute is not None:
        return substitute
    state: State = state_of(current_app)
    host = state.public_url or request.host_url
    if order.options.stream and "stream-json" not in wanted:
        return answers.streamed(order, wanted, state, host, g.request_id)
    refusals.moderated(wanted, "output", g.request_id, dall_e=order.model.dall_e)
    return answers.whole(order, wanted, state, host)
