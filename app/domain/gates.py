"""The gate in front of a provider: whether calls may go out to it at this moment.

It closes for a short *cool-down* when the provider asks everybody to slow down, and for a *pause*
when every call would fail alike (no credit, a bad key). A pause ends by trial: when its time is up,
one call is let through; if that one succeeds the gate is open, if not the pause is twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 900.0

PATIENCE_SECONDS = 600.0
"""How long a job waits while the provider lets nothing through for its rate limits; then it is rejected."""


def next_pause(seconds: float) -> float:
    """How long to pause after a trial failed that ended a pause of `seconds`."""
    return min(seconds * 2, LONGEST_PAUSE_SECONDS)


@dataclass(frozen=True, slots=True)
class Passage:
    """What the gate says to one call. `seconds`: how long it has to wait; 0 means it may go.

    `trial`: it goes as the one call that tries whether a pause may end. `limited_for`: for how many
    seconds the provider has been refusing calls for its rate limits, without letting one through.
    """

    seconds: float = 0.0
    trial: bool = False
    limited_for: float = 0.0
