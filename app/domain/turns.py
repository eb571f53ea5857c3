"""A turn of a conversation in other words: without its chain, and as a request of the Image API."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum

from app.domain.requests import AnyRequest, Edit, Generate, InputPicture, Turn
from app.domain.sentences import say

CHAIN_GONE = "conversation_expired"
"""The code of a refusal: the provider has forgotten the answer that a turn follows, and drew nothing."""

UNSUPPORTED_BY_GATEWAY = "unsupported_by_gateway"
"""The code of a refusal: this provider has no conversations. The Image API can carry the turn instead."""

ACTIONS = ("auto", "generate", "edit")
"""What the image tool may be told to do; with `auto` the text model decides."""

TOOL_CHOICES = ("required", "auto")
"""Whether a picture must be drawn (which is the default) or the text model may answer in words."""


class Way(StrEnum):
    """How a turn was sent in the end, where the provider would not take it as asked."""

    SHOWN_AGAIN = "shown_again"
    """Without the chain that the provider had forgotten: its last picture was shown again."""
    IMAGE_API = "image_api"
    """By the Image API, because the provider has no conversations."""

    @property
    def note(self) -> str:
        """What the job's notes say about it."""
        return _NOTES[self]


_NOTES = {
    Way.SHOWN_AGAIN: say("The provider had forgotten the conversation, so it was shown the last picture again."),
    Way.IMAGE_API: say(
        "This provider has no conversations: its Image API got these words, and the last picture if there was one."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTurn:
    """Where a turn stands that is about to be admitted with its job.

    `title` is that of a conversation which begins with it; `None` when there is one already.
    """

    id: str
    conversation_id: str
    parent_id: str | None = None
    title: str | None = None


def without_chain(turn: Turn) -> Turn | None:
    """The turn with its last picture in place of a forgotten chain; `None` when it has none to show."""
    if turn.previous is None or turn.fallback is None:
        return None
    return replace(turn, previous=None, history_tokens=None)


def shown_pictures(turn: Turn) -> tuple[InputPicture, ...]:
    """The pictures to send, in order: what is not known through the chain as it is here, and what a mask lies on."""
    if turn.fallback is None or (turn.previous is not None and turn.mask is None and not turn.shows_fallback):
        return turn.images
    return (turn.fallback, *turn.images)


def other_way(request: AnyRequest, code: str) -> Way | None:
    """In which way a turn can be sent that was refused with this code, before anything was drawn."""
    if not isinstance(request, Turn):
        return None
    if code == CHAIN_GONE and without_chain(request) is not None:
        return Way.SHOWN_AGAIN
    return Way.IMAGE_API if code == UNSUPPORTED_BY_GATEWAY else None


def sent_as(request: AnyRequest, way: Way | None) -> AnyRequest:
    """What is sent for a request when it goes this way."""
    if way is None or not isinstance(request, Turn):
        return request
    return as_image_request(request) if way is Way.IMAGE_API else without_chain(request) or request


def as_image_request(turn: Turn) -> Generate | Edit:
    """The same wish for the Image API: its words, applied to the last picture and those given.

    It knows nothing of earlier words. Of edits it takes no `moderation`.
    """
    is_anew = turn.action == "generate" and turn.mask is None
    start = () if is_anew or turn.fallback is None else (turn.fallback,)
    images = (*start, *turn.images)
    kind = Edit if images else Generate
    names = {field.name for field in fields(kind)} - {"images", "mask", *(["moderation"] if images else [])}
    values = {name: value for name, value in turn.chosen().items() if name in names}
    return Edit(**values, images=images, mask=turn.mask) if images else Generate(**values)
