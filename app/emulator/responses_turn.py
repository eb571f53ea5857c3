"""From a checked request to what is answered: which picture is drawn from what, the words, and the bill."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.emulator import errors, sizes, tampering, uploads, usage
from app.emulator.errors import ApiError
from app.emulator.faults import Wanted
from app.emulator.likeness import alike
from app.emulator.parsing import Upload
from app.emulator.responses_input import Said
from app.emulator.responses_request import Tool, renamed
from app.emulator.responses_store import Drawing, StoredResponse
from app.emulator.stores import FileStore
from app.emulator.studio import Order

# What a picture and the tool's description cost the text model is not published; both are guesses.
_PICTURE_TOKENS, _TOOL_TOKENS = 765, 400
_CACHED_FROM, _CACHED_STEP = 1_024, 128


@dataclass(frozen=True)
class Turn:
    """One request, understood. ``order`` is ``None`` when nothing is drawn; ``echo`` is repeated in the answer."""

    id: str
    call_id: str
    message_id: str
    text_model: str
    said: Said
    order: Order | None
    previous: StoredResponse | None
    echo: Mapping[str, object]
    wanted: Wanted
    request_id: str

    @property
    def read_tokens(self) -> int:
        """What the text model reads: all that was said before, and this."""
        before = self.previous.context_tokens if self.previous else 0
        pictures = _PICTURE_TOKENS * (len(self.said.shown) + len(self.said.recalled))
        heard = sum(usage.text_tokens(text) for text in self.said.heard)
        return before + pictures + heard + (_TOOL_TOKENS if self.echo.get("tools") else 0)

    def words(self, *, drawn: bool) -> str:
        """What the text model says to it."""
        if "no-picture" in self.wanted:
            return ""
        if drawn and self.order is not None:
            edited = self.order.endpoint == "edits"
            return "I changed the picture as you asked." if edited else "Here is your picture."
        if "call-failed" in self.wanted or "moderation-output" in self.wanted:
            return "The picture could not be drawn."
        return "I am the practice emulator: I draw what is described, and answer no questions."

    def revised_prompt(self) -> str:
        """The prompt that the text model writes for the image tool."""
        words = self.said.words.strip().rstrip(".")
        edited = self.order is not None and self.order.endpoint == "edits"
        return f"Change the picture: {words}." if edited else f"{words}."

    def text_usage(self, words: str, *, drawn: bool) -> dict[str, object]:
        """The text model's own bill."""
        before = self.previous.context_tokens if self.previous else 0
        written = usage.text_tokens(words) + (usage.text_tokens(self.revised_prompt()) if drawn else 0) + 10
        return {
            "input_tokens": self.read_tokens,
            "input_tokens_details": {
                "cached_tokens": before // _CACHED_STEP * _CACHED_STEP if before >= _CACHED_FROM else 0,
                "cache_write_tokens": 0,
            },
            "output_tokens": written,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": self.read_tokens + written,
        }

    def stored(self, body: Mapping[str, object], picture: bytes | None, written: int) -> StoredResponse:
        """What is kept of the answer, for turns that follow."""
        own = Drawing(self.call_id, picture, self.order.mime) if picture is not None and self.order else None
        latest = own or (self.previous.latest if self.previous else None)
        tokens = self.read_tokens + written + (_PICTURE_TOKENS if own else 0)
        return StoredResponse(self.id, body, own, latest, tokens)


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(24)}"


def order(tool: Tool | None, said: Said, previous: StoredResponse | None, files: FileStore) -> Order | None:
    """What is drawn; ``None`` without a tool. Raises ``ApiError`` 400 for pictures that cannot be used."""
    if tool is None:
        return None
    given = _sources(tool, said, previous)
    if not given:
        if tool.action == "edit":  # unconfirmed
            raise errors.unsupported("There is no image to edit in this conversation.", f"{tool.param}.action")
        if tool.mask is not None:  # unconfirmed
            raise errors.unsupported("'input_image_mask' requires an input image.", f"{tool.param}.input_image_mask")
        size = _size(tool, None)
        return Order("generations", tool.model, tool.options, said.words, size)
    sources = uploads.sources(given, tool.model)
    mask = None
    if tool.mask is not None:
        mask = uploads.mask(uploads.referenced(tool.mask, f"{tool.param}.input_image_mask", files), sources[0])
        if tool.options.output_format == "gif":
            raise errors.unsupported("GIF output does not support 'input_image_mask'.", f"{tool.param}.output_format")
    size = _size(tool, sources[0].size)
    return Order("edits", tool.model, tool.options, said.words, size, sources, mask)


def _size(tool: Tool, source: tuple[int, int] | None) -> tuple[int, int]:
    try:
        return sizes.resolve(tool.model, tool.options.size, source)
    except ApiError as error:
        raise renamed(error, tool.param) from error


def _sources(tool: Tool, said: Said, previous: StoredResponse | None) -> Sequence[Upload]:
    """What the tool starts from: the drawing named or the last of the chain, then what is shown now.

    A mask lies on the first picture shown with it. A picture that is shown again, or a version of it, does not
    count twice: the one shown is meant.
    """
    if tool.action == "generate":
        return []
    if tool.mask is not None and said.shown:
        return said.shown
    carried = list(said.recalled)
    if not carried and previous is not None and previous.latest and previous.latest.mime in uploads.MIMETYPES:
        carried = [Upload("previous_response_id", previous.latest.data, previous.latest.mime)]
    return [*(upload for upload in carried if not any(alike(upload, one) for one in said.shown)), *said.shown]


def failure(turn: Turn) -> ApiError | None:
    """Why the image call fails, when that was asked for."""
    if "moderation-output" in turn.wanted:
        return errors.blocked(turn.request_id, "output", dall_e=False)
    if "call-failed" in turn.wanted:
        return ApiError(
            500, "Image generation failed", kind="image_generation_server_error", code="image_generation_failed"
        )
    return None


def is_drawn(turn: Turn) -> bool:
    """Whether the image tool is called at all."""
    return turn.order is not None and not {"words-only", "no-picture", "incomplete"} & set(turn.wanted)


def result(turn: Turn, picture: bytes, mime: str) -> str | None:
    """The picture as it stands in the answer, with what was asked for done to it."""
    if "no-data" in turn.wanted:
        return None
    spoilt = tampering.item(turn.wanted, {"b64_json": base64.b64encode(picture).decode()}, mime)
    return str(spoilt["b64_json"])
