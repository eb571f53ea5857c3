"""What preparing an edit or a variation brings: the request to quote or to submit, and what to say about it."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.conversations import ConversationTurn, Dialogue
from app.domain.costs import Quote
from app.domain.requests import Edit, Turn, Vary
from app.imaging.boxes import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskReading:
    """How the mask was understood, in pixels of the first picture.

    `means`, `explanation` and `sure`: see `imaging.mask.UnderstoodMask`. `share`: how much of the picture changes,
    0 to 1. `edited`: the box of everything that changes.
    """

    means: str
    explanation: str
    sure: bool
    share: float
    edited: Box
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FullResolution:
    """That the masked part could be drawn in more detail: what it would cost, and a sentence about it."""

    quote: Quote
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedEdit:
    """A request whose pictures are all in the blob store.

    `full_resolution` is an offer: `None` when it would make no difference, or is chosen already. `notes` are
    sentences about what will be done that a person may not expect.
    """

    request: Edit | Vary
    mask: MaskReading | None = None
    full_resolution: FullResolution | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTurn:
    """A turn whose pictures are all in the blob store, and where it stands.

    `dialogue`: the conversation so far, `None` for a new one. `parent`: the turn that it follows. `mask` and `notes`
    as in `PreparedEdit`.
    """

    request: Turn
    dialogue: Dialogue | None = None
    parent: ConversationTurn | None = None
    mask: MaskReading | None = None
    notes: tuple[str, ...] = ()
