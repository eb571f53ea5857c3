"""Which requests the Responses API takes, as far as pictures go. Source: fact sheet section 2.4.

The image tool's options are judged by the rules of the Image API, under the names they have here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.emulator import errors, validation
from app.emulator.errors import ApiError
from app.emulator.registry import Model
from app.emulator.state import State
from app.emulator.validation import Options

_KNOWN = frozenset(
    {
        *("background", "context_management", "conversation", "include", "input", "instructions", "max_output_tokens"),
        *("max_tool_calls", "metadata", "model", "moderation", "parallel_tool_calls", "previous_response_id", "prompt"),
        *("prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning", "safety_identifier"),
        *("service_tier", "store", "stream", "stream_options", "temperature", "text", "tool_choice", "tools"),
        *("top_logprobs", "top_p", "truncation", "user"),
    }
)
_TOOL_OPTIONS = frozenset(
    {
        *("background", "complexity", "frame_count", "frame_duration_ms", "input_fidelity", "model", "moderation"),
        *("output_compression", "output_format", "partial_images", "quality", "size", "svg"),
    }
)
_DEFAULT_TOOL_MODEL = "gpt-image-2.6-sunburst"
_TEXT_MODEL = re.compile(r"gpt-[56](\.\d)?(-(nano|mini|pro|luna|terra|sol|astra))?(-\d{4}-\d{2}-\d{2})?")
_OLDER_TEXT_MODEL = re.compile(r"gpt-(4o|4\.1)(-mini|-nano)?(-\d{4}-\d{2}-\d{2})?|o[134](-mini|-pro)?")
_ACTIONS = ("auto", "generate", "edit")


@dataclass(frozen=True)
class Tool:
    """The image tool as asked for; ``mask`` is still a reference."""

    model: Model
    options: Options
    action: str
    mask: object
    param: str


def text_model(params: Mapping[str, object]) -> str:
    """The outer model: of the fifth generation or newer."""
    name = params.get("model")
    if name is None:
        raise errors.missing_parameter("model")
    if not isinstance(name, str):
        raise errors.invalid_type("model", "string", name)
    if _TEXT_MODEL.fullmatch(name):
        return name
    if _OLDER_TEXT_MODEL.fullmatch(name):
        # It was seen refused with gpt-image-2 as the tool's model; the wording is unconfirmed.
        raise errors.unsupported(f"The image_generation tool is not supported with the model '{name}'.", "tools")
    raise ApiError(400, f"The requested model '{name}' does not exist.", param="model", code="model_not_found")


def check(params: Mapping[str, object]) -> None:
    """The names and types of what stands beside ``input`` and ``tools``."""
    for name in params:
        if name not in _KNOWN:
            raise errors.unknown_parameter(name)
    for name in ("store", "stream", "parallel_tool_calls"):
        if not isinstance(params.get(name, False), bool):
            raise errors.invalid_type(name, "boolean", params[name])
    for name in ("instructions", "previous_response_id", "user", "safety_identifier"):
        if not isinstance(params.get(name, ""), str):
            raise errors.invalid_type(name, "string", params[name])
    for name, least in (("max_output_tokens", 16), ("max_tool_calls", 1)):
        value = params.get(name, least)
        if not isinstance(value, int) or isinstance(value, bool):
            raise errors.invalid_type(name, "integer", value)
        if value < least:
            raise errors.out_of_range(name, value, least, 10**9)
    for name in ("conversation", "background", "prompt"):
        if params.get(name):
            raise errors.unsupported(f"The emulator does not play '{name}'.", name, "unsupported_parameter")


def tool(params: Mapping[str, object], state: State) -> Tool | None:
    """The image tool among ``tools``; ``None`` when there is none or ``tool_choice`` forbids it."""
    tools = params.get("tools", [])
    if not isinstance(tools, list):
        raise errors.invalid_type("tools", "array", tools)
    found = None
    for position, entry in enumerate(tools):
        param = f"tools[{position}]"
        if not isinstance(entry, Mapping):
            raise errors.invalid_type(param, "object", entry)
        if entry.get("type") != "image_generation":
            raise errors.invalid_choice(f"{param}.type", str(entry.get("type")), ["image_generation"])
        found = _tool(entry, param, state)
    return None if _choice(params, found) == "none" else found


def is_forced(params: Mapping[str, object]) -> bool:
    """Whether the tool must be called, whatever the words are."""
    choice = params.get("tool_choice")
    return choice == "required" or isinstance(choice, Mapping)


def _choice(params: Mapping[str, object], found: Tool | None) -> str:
    choice = params.get("tool_choice", "auto")
    if isinstance(choice, str):
        if choice not in ("none", "auto", "required"):
            raise errors.invalid_choice("tool_choice", choice, ["none", "auto", "required"])
        return choice
    if not isinstance(choice, Mapping):
        raise errors.invalid_type("tool_choice", "string", choice)
    if choice.get("type") != "image_generation":
        raise errors.invalid_choice("tool_choice.type", str(choice.get("type")), ["image_generation"])
    if found is None:
        message = "Tool choice 'image_generation' not found in 'tools' parameter."
        raise ApiError(400, message, param="tool_choice")
    return "required"


def _tool(entry: Mapping[str, object], param: str, state: State) -> Tool:
    given = {name: value for name, value in entry.items() if value is not None and name != "type"}
    for name in given:
        if name not in _TOOL_OPTIONS | {"action", "input_image_mask"}:
            raise errors.unknown_parameter(f"{param}.{name}")
    action = given.get("action", "auto")
    if not isinstance(action, str):
        raise errors.invalid_type(f"{param}.action", "string", action)
    if action not in _ACTIONS:
        raise errors.invalid_choice(f"{param}.action", action, _ACTIONS)
    options = {"model": _DEFAULT_TOOL_MODEL} | {n: v for n, v in given.items() if n in _TOOL_OPTIONS}
    try:
        name = validation.model_name(options, "edits", legacy=False)
        model = state.registry.find(name, state.today)
        if model.dall_e:
            raise errors.no_such_model(name)
        judged = validation.check(options, "edits", model, preview=state.registry.preview, json_body=True)
    except ApiError as error:
        raise renamed(error, param) from error
    return Tool(model, judged, action, given.get("input_image_mask"), param)


def renamed(error: ApiError, param: str) -> ApiError:
    """The Image API's refusal as it reads here: a model that does not exist is about ``tools``, as was seen."""
    if error.param is None:
        return error
    named = "tools" if error.param == "model" else f"{param}.{error.param}"
    message = error.message.replace(f"'{error.param}'", f"'{named}'", 1) if error.param != "model" else error.message
    return ApiError(
        error.status, message, kind=error.kind, param=named, code=error.code, headers=error.headers, extra=error.extra
    )
