"""The bodies of requests, field by field: what parses them here is what `/openapi.json` describes.

A field says names and types only. Which values a model takes is the catalogue's judgement, so that
there is one place for it; `api/limits.py` asks it what holds for every model.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.conversations import START
from app.domain.drafts import MASK_MEANS, STRENGTHS
from app.domain.turns import ACTIONS, TOOL_CHOICES

PICTURE, PICTURES = "picture", "pictures"
STRINGS = "strings"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body. `type` is a JSON type, or `STRINGS`: an array of them, in JSON only; or `PICTURE` or
    `PICTURES`: text in JSON, text or files in a form.

    `null`, and in a form empty text, means "not chosen" for every field.
    """

    name: str
    type: str  # string, integer, boolean, strings, picture or pictures
    description: str


_PROMPT = "What the picture should show."

_SIZE = Field("size", "string", "WIDTHxHEIGHT in pixels, or auto.")

_SIZE_OF_EDIT = Field(
    "size",
    "string",
    "WIDTHxHEIGHT in pixels, auto, or source: as close to the first picture's size as the model draws.",
)

_OPTIONS = (
    Field("quality", "string", "Depends on the model: see GET /api/models."),
    Field("background", "string", "auto, opaque or transparent, where the model has it."),
    Field("output_format", "string", "png, jpeg or webp, where the model has it."),
    Field("output_compression", "integer", "0 to 100, with jpeg and webp only."),
    Field("moderation", "string", "auto or low."),
    Field("complexity", "string", "low, medium or high, where the model has it."),
    Field("partial_images", "integer", "Previews while it is being drawn, 0 to 3; each costs 100 output tokens."),
    Field("frame_count", "integer", "Frames of an animated GIF, 2 to 16, where the model has it."),
    Field("frame_duration_ms", "integer", "How long each frame of a GIF stands, in milliseconds."),
    Field("user", "string", "An opaque name for the end user, passed on to the provider."),
)

_MODEL = Field("model", "string", "A model id or alias of GET /api/models; the default model when absent.")
_COUNT = Field("n", "integer", "How many pictures.")
_FIDELITY = Field(
    "input_fidelity", "string", "low or high, where the model has it: how closely to keep to the pictures."
)

GENERATE: tuple[Field, ...] = (
    Field("prompt", "string", f"{_PROMPT} The only required field."),
    _MODEL,
    _COUNT,
    _SIZE,
    *_OPTIONS,
    Field("style", "string", "vivid or natural, for DALL·E 3."),
)

_ABOUT_THE_MASK = (
    Field("mask_means", "string", f"How the mask is meant: {', '.join(MASK_MEANS)}."),
    Field("invert_mask", "boolean", "Exchange what to change and what to keep."),
    Field("keep_unmasked", "boolean", "Put everything outside the mask back as it was; true unless said otherwise."),
)

EDIT: tuple[Field, ...] = (
    Field("prompt", "string", _PROMPT),
    Field("image", PICTURES, "The pictures to work on, 1 to 16; a mask belongs to the first."),
    Field("mask", PICTURE, "What to change of the first picture."),
    *_ABOUT_THE_MASK,
    Field("full_resolution", "boolean", "Have only the part around the mask drawn, and keep the picture's own size."),
    Field("extend_left", "integer", "Pixels to add at the left of the first picture, to be filled."),
    Field("extend_top", "integer", "The same at the top."),
    Field("extend_right", "integer", "The same at the right."),
    Field("extend_bottom", "integer", "The same at the bottom."),
    Field("extend_to", "string", "The shape to grow the first picture to, such as 16:9, in place of pixels."),
    _MODEL,
    _COUNT,
    _SIZE_OF_EDIT,
    _FIDELITY,
    *_OPTIONS,
)

VARY: tuple[Field, ...] = (
    Field("image", PICTURES, "The one picture to vary."),
    Field("strength", "string", f"How far a variation may go: {', '.join(STRENGTHS)}. Not for DALL·E 2."),
    _MODEL,
    _COUNT,
    _SIZE_OF_EDIT,
    _FIDELITY,
    *_OPTIONS,
)

TURN: tuple[Field, ...] = (
    Field("prompt", "string", "What to draw, or what to change of the last picture."),
    Field("image", PICTURES, "Pictures to add, at most 16."),
    Field("mask", PICTURE, "What to change of the last picture, or else of the first one that is added."),
    *_ABOUT_THE_MASK,
    Field("text_model", "string", "The model that reads the words; the conversation's own when absent."),
    _MODEL,
    Field("action", "string", f"Whether to draw anew or from what is there: {', '.join(ACTIONS)}."),
    Field("tool_choice", "string", f"{TOOL_CHOICES[0]}: draw; {TOOL_CHOICES[1]}: it may be answered in words."),
    Field("size", "string", "WIDTHxHEIGHT in pixels, or auto; with a mask also source, as in edits."),
    _FIDELITY,
    *_OPTIONS,
)

CONVERSATION = Field("conversation", "string", "The conversation's id; a new one when absent.")

AFTER = Field("after", "string", f"The turn to follow, or {START} for none; the newest one when absent.")

CONVERSATION_CHANGE: tuple[Field, ...] = (Field("title", "string", "What it is called from now on."),)

REUSE = Field("reuse", "boolean", "Answer from the newest identical result, at no cost, when there is one.")

KIND = Field("kind", "string", "generate (unless said otherwise), edit, vary or turn.")

FIELDS_OF_KIND = {
    "generate": (*GENERATE, REUSE),
    "edit": (*EDIT, REUSE),
    "vary": (*VARY, REUSE),
    "turn": (CONVERSATION, AFTER, *TURN),
}

UPLOAD: tuple[Field, ...] = (Field("image", PICTURE, "The picture, as a file."),)

PICTURE_CHANGE: tuple[Field, ...] = (
    Field("favourite", "boolean", "Whether it is among the favourites."),
    Field("note", "string", "What you want to remember about it."),
    Field("tags", STRINGS, "All its tags from now on."),
)
