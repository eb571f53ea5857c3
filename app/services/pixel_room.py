"""Room for pixels while they are worked on before anything is paid: enough of it, or a refusal that may pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.errors import Fault, StudioError
from app.domain.sentences import say
from app.imaging.workbench import Crowded, Workbench


@contextmanager
def pixel_room(bench: Workbench, pixels: int) -> Iterator[None]:
    """Hold room for so many pixels. Never within another such room: two threads would wait for each other.

    Raises `StudioError` `not_ready` when no room comes free in time, or memory runs out.
    """
    try:
        with bench.room_for(pixels):
            yield
    except (Crowded, MemoryError) as error:
        sentence = say("Too many large pictures are being worked on. Nothing was sent; try again in a moment.")
        raise StudioError(Fault("not_ready", sentence, retryable=True, retry_after=5.0)) from error
