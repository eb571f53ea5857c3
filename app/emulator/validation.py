"""Which requests the API takes: names, types, ranges, and what each model can do.

Source: fact sheet sections 1, 2 and 4. One error is reported, the first; the prompt is looked at before
anything else, then the model, then names, then values, then combinations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.emulator import errors
from app.emulator.errors import ApiError
from app.emulator.registry import Model

Endpoint = Literal["generations", "edits", "variations"]

_DALL_E = frozenset({"model", "n", "response_format", "size", "user"})
_GPT_IMAGE = frozenset(
    {
        *("model", "prompt", "n", "size", "quality", "background", "user", "safety_identifier"),
        *("output_format", "output_compression", "stream", "partial_images", "complexity"),
        *("frame_count", "frame_duration_ms", "svg"),
    }
)
_ANIMATION = ("frame_count", "frame_duration_ms")
LONGEST_PROMPT = 32_000


@dataclass(frozen=True)
class Options:
    """The validated parameters, defaults filled in; ``size`` is still as asked for, None when omitted."""

    n: int
    size: str | None
    quality: str
    background: str
    output_format: str
    output_compression: int
    response_format: str
    style: str | None
    complexity: str | None
    input_fidelity: str | None
    stream: bool
    partial_images: int
    frame_count: int
    frame_duration_ms: int
    svg_model: str | None


class _Fields:
    """Typed reading of parameters; each method raises the API's own refusal."""

    def __init__(self, params: Mapping[str, object]) -> None:
        self.params = params

    def __contains__(self, name: str) -> bool:
        return name in self.params

    def text(self, name: str) -> str | None:
        value = self.params.get(name)
        if value is not None and not isinstance(value, str):
            raise errors.invalid_type(name, "string", value)
        return value

    def integer(self, name: str, least: int, most: int, default: int) -> int:
        value = self.params.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise errors.invalid_type(name, "integer", value)
        if not least <= value <= most:
            raise errors.out_of_range(name, value, least, most)
        return value

    def boolean(self, name: str) -> bool:
        value = self.params.get(name, False)
        if not isinstance(value, bool):
            raise errors.invalid_type(name, "boolean", value)
        return value

    def choice(self, name: str, supported: Sequence[str]) -> str | None:
        value = self.text(name)
        if value is not None and value not in supported:
            raise errors.invalid_choice(name, value, supported)
        return value


def prompt_of(params: Mapping[str, object]) -> str:
    """The prompt as sent; ``ApiError`` 400 when it is missing, no text, empty, or too long for any model."""
    prompt = _Fields(params).text("prompt")
    if prompt is None:
        raise errors.missing_parameter("prompt")
    if not prompt:
        raise errors.empty_string("prompt")
    if any("\ud800" <= char <= "\udfff" for char in prompt):
        raise ApiError(400, "Invalid 'prompt': it is not valid Unicode.", param="prompt", code="invalid_value")
    if len(prompt) > LONGEST_PROMPT:
        raise errors.too_long("prompt", len(prompt), LONGEST_PROMPT)
    return prompt


def model_name(params: Mapping[str, object], endpoint: Endpoint, *, legacy: bool) -> str:
    """The asked model. Without one: the old documented default in legacy mode, else a refusal.

    What the live API does with no model today is unconfirmed; the SDK says to name one.
    """
    name = _Fields(params).text("model")
    if name is not None:
        return name
    if endpoint == "variations":
        return "dall-e-2"
    if not legacy:
        raise errors.missing_parameter("model")
    if endpoint == "edits":
        return "gpt-image-1.5"
    return "gpt-image-1" if set(params) & (_GPT_IMAGE - _DALL_E - {"prompt", "quality"}) else "dall-e-2"


def check(params: Mapping[str, object], endpoint: Endpoint, model: Model, *, preview: bool, json_body: bool) -> Options:
    """Everything about ``params`` but the pictures; raises ``ApiError`` for the first thing wrong."""
    if endpoint not in model.endpoints:
        raise errors.invalid_choice("model", model.id, ["dall-e-2"])
    fields = _Fields(params)
    prompt = fields.text("prompt") or ""
    if len(prompt) > model.longest_prompt:
        raise errors.too_long("prompt", len(prompt), model.longest_prompt)
    for name in params:
        if name not in _known_names(endpoint, model, json_body=json_body):
            raise errors.unknown_parameter(name)
    for name in ("user", "safety_identifier"):
        fields.text(name)
    fields.choice("moderation", ["low", "auto"])
    options = Options(
        n=fields.integer("n", 1, model.most_pictures, 1),
        size=fields.text("size"),
        quality=_quality(fields, model),
        background=fields.choice("background", ["transparent", "opaque", "auto"]) or "auto",
        output_format=_output_format(fields, model),
        output_compression=fields.integer("output_compression", 0, 100, 100),
        response_format=fields.choice("response_format", ["url", "b64_json"])
        or ("url" if model.dall_e else "b64_json"),
        style=fields.choice("style", model.styles),
        complexity=_complexity(fields, model),
        input_fidelity=_fidelity(fields, model),
        stream=fields.boolean("stream"),
        partial_images=fields.integer("partial_images", 0, 3, 0),
        frame_count=fields.integer("frame_count", 2, 16, 9),
        frame_duration_ms=fields.integer("frame_duration_ms", 1, 10_000_000, 200),
        svg_model=_svg_model(fields),
    )
    _check_combinations(fields, options, model)
    _check_previews(options, preview=preview)
    return options


def _known_names(endpoint: Endpoint, model: Model, *, json_body: bool) -> frozenset[str]:
    if endpoint == "variations":
        return _DALL_E
    if model.dall_e:
        extra = {"quality"} if endpoint == "generations" else set()
        return _DALL_E | {"prompt"} | extra | ({"style"} if model.styles else set())
    if endpoint == "generations":
        return _GPT_IMAGE | {"moderation"}
    # The multipart form of an edit has no `moderation` in the SDK or the specification; the JSON form has.
    files = {"images", "mask", "markup", "moderation"} if json_body else set()
    return _GPT_IMAGE | {"input_fidelity"} | files


def _quality(fields: _Fields, model: Model) -> str:
    asked = fields.text("quality")
    if asked in ("xhigh", "max") and asked not in model.qualities and not model.dall_e:
        raise errors.unsupported(f"The model '{model.id}' does not support quality '{asked}'", "quality")
    fields.choice("quality", model.qualities)
    if asked in (None, "auto"):
        # Seen on gpt-image-2: omitted and "auto" both resolve to low, and the answer says so.
        return "standard" if model.dall_e else "low"
    return str(asked)


def _output_format(fields: _Fields, model: Model) -> str:
    fields.choice("output_format", (*model.formats, *model.preview_formats))
    return fields.text("output_format") or "png"


def _complexity(fields: _Fields, model: Model) -> str | None:
    if "complexity" in fields and not model.complexities:
        raise errors.parameter_not_for_model(model.id, "complexity")
    return fields.choice("complexity", model.complexities)


def _fidelity(fields: _Fields, model: Model) -> str | None:
    asked = fields.choice("input_fidelity", ["high", "low"])
    if asked is not None and asked not in model.fidelities:
        raise errors.parameter_not_for_model(model.id, "input_fidelity", "invalid_input_fidelity_model")
    return asked


def _svg_model(fields: _Fields) -> str | None:
    svg = fields.params.get("svg")
    if svg is None:
        return None
    if not isinstance(svg, dict):
        raise errors.invalid_type("svg", "object", svg)
    for name in svg:
        if name not in ("model", "reasoning"):
            raise errors.unknown_parameter(f"svg.{name}")
    if "model" not in svg:
        raise errors.missing_parameter("svg.model")
    if not isinstance(svg["model"], str):
        raise errors.invalid_type("svg.model", "string", svg["model"])
    return svg["model"]


def _check_combinations(fields: _Fields, options: Options, model: Model) -> None:
    form = options.output_format
    if options.background == "transparent" and "transparent" not in model.backgrounds:
        raise errors.unsupported("Transparent background is not supported for this model.", "background")
    if options.background == "transparent" and form == "jpeg":
        message = "Transparent background is not supported for JPEG output format"
        raise errors.unsupported(message, "background")
    if form == "png" and options.output_compression < 100:
        message = "Compression less than 100 is not supported for PNG output format"
        raise errors.unsupported(message, "output_compression", "invalid_png_output_compression")
    for name in (*_ANIMATION, "svg"):
        needed = "svg" if name == "svg" else "gif"
        if name in fields and needed not in model.preview_formats:
            raise errors.parameter_not_for_model(model.id, name)
        if name in fields and form != needed:
            raise errors.unsupported(f"'{name}' is only supported with output_format '{needed}'.", name)
    if form in ("gif", "svg"):
        _check_preview_format(fields, options)


def _check_preview_format(fields: _Fields, options: Options) -> None:
    """The wording of these refusals is unconfirmed; the rules are the SDK's."""
    form = options.output_format
    excluded = {
        "stream": options.stream,
        "partial_images": options.partial_images > 0,
        "output_compression": "output_compression" in fields,
    }
    for name, present in excluded.items():
        if present:
            raise errors.unsupported(f"{form.upper()} output does not support '{name}'.", name)
    if form == "svg" and options.n != 1:
        raise errors.unsupported("SVG output requires n=1.", "n")


def _check_previews(options: Options, *, preview: bool) -> None:
    if options.output_format in ("gif", "svg") and not preview:
        # Status per the fact sheet's suggestion, wording unconfirmed.
        message = f"Your organization does not have access to {options.output_format.upper()} output."
        raise ApiError(403, message, kind="permission_error", param="output_format", code="preview_required")
