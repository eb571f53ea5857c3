"""What the filters offer: as the library is, or, where finding out takes a while, as it was a little while ago."""

from __future__ import annotations

from itertools import chain, repeat

from app.domain.accounts import STUDIO
from app.domain.library import Change
from app.web.suggestions import KnownSuggestions
from app.wiring import Studio
from tests.upstream import picture
from tests.web.visiting import drawn


def test_what_took_long_is_remembered_a_hundred_times_as_long(studio: Studio) -> None:
    one = drawn(studio, picture()).pictures[0].id
    clock = chain([0.0, 0.5], [50.0], repeat(51.0))  # asking takes half a second, so it holds until 50.5
    known = KnownSuggestions(studio.library, clock.__next__)
    assert known.of(STUDIO).tags == ()
    studio.library.change(STUDIO, [one], Change(add_tags=("sea",)))
    assert known.of(STUDIO).tags == ()
    assert known.of(STUDIO).tags == ("sea",)


def test_everybody_is_offered_their_own(studio: Studio) -> None:
    studio.library.change(STUDIO, [drawn(studio, picture()).pictures[0].id], Change(add_tags=("sea",)))
    known = KnownSuggestions(studio.library)
    assert (known.of(STUDIO).tags, known.of(STUDIO).models) == (("sea",), ("gpt-image-2",))
    assert (known.of("bob").tags, known.of("bob").models) == ((), ())
