"""A turn of a conversation in other words: without its chain, and as a request of the Image API."""

from __future__ import annotations

from dataclasses import fields, replace

from app.domain.requests import Edit, Generate, InputPicture, Turn

CHAIN_GONE = "conversation_expired"
"""The code of a refusal: the provider has forgotten the answer that a turn follows, and drew nothing."""

UNSUPPORTED_BY_GATEWAY = "unsupported_by_gateway"
"""The code of a refusal: this provider has no conversations. The Image API can carry the turn instead."""

ACTIONS = ("auto", "generate", "edit")
"""What the image tool may be told to do; with `auto` the text model decides."""

TOOL_CHOICES = ("required", "auto")
"""Whether a picture must be drawn (which is the default) or the text model may answer in words."""


def without_chain(turn: Turn) -> Turn | None:
    """The turn with its last picture in place of a forgotten chain; `None` when it has none to show."""
    if turn.previous is None or turn.fallback is None:
        return None
    return replace(turn, previous=None, history_tokens=None)


def shown_pictures(turn: Turn) -> tuple[InputPicture, ...]:
    """The pictures to send, in order: what is not known through the chain, and what a mask lies on."""
    if turn.fallback is None or (turn.previous is not None and turn.mask is None):
        return turn.images
    return (turn.fallback, *turn.images)


def as_image_request(turn: Turn) -> Generate | Edit:
    """The same wish for the Image API: its words, applied to the last picture and those given.

    It knows nothing of earlier words. Of edits it takes no `moderation`.
    """
    start = () if turn.action == "generate" or turn.fallback is None else (turn.fallback,)
    images = (*start, *turn.images)
    kind = Edit if images else Generate
    names = {field.name for field in fields(kind)} - {"images", "mask", *(["moderation"] if images else [])}
    values = {name: value for name, value in turn.chosen().items() if name in names}
    return Edit(**values, images=images, mask=turn.mask) if images else Generate(**values)
