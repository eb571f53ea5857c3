"""The models and tags that the filters offer: finding them looks at every picture, so it is not done for every page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.services.library import Library

_MOST_TAGS = 500
_SHARE = 100
"""What took a while is kept a hundred times as long: then it takes a hundredth of anybody's time at most."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Models, the most used first; tags, in alphabetical order."""

    models: tuple[str, ...]
    tags: tuple[str, ...]


class KnownSuggestions:
    """Remembers them for each owner: in a small library for a moment, in one of 100,000 pictures for seconds."""

    def __init__(self, library: Library, clock: Callable[[], float] = time.monotonic):
        self._library = library
        self._clock = clock
        self._known: dict[str, tuple[float, Suggestions]] = {}

    def of(self, owner: str) -> Suggestions:
        """Those of an owner's library, as it is or was a little while ago."""
        until, known = self._known.get(owner, (None, None))
        began = self._clock()
        if known is not None and until is not None and began < until:
            return known
        found = Suggestions(
            models=tuple(label.name for label in self._library.models(owner)),
            tags=tuple(label.name for label in self._library.tags(owner)[:_MOST_TAGS]),
        )
        now = self._clock()
        self._known[owner] = (now + _SHARE * (now - began), found)
        return found
