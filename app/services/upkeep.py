"""Housekeeping: what nobody needs any more is removed, and the reserve is put back.

None of it is urgent and all of it may fail; the next turn tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upkeep:
    """`every_beat` are chores that cost nothing; `in_turn` those that one process does in each turn.

    Each returns how much it did (for the log), 0 for nothing. `take_turn` says whether it is this
    process's turn now.
    """

    every_beat: Mapping[str, Callable[[], int]]
    in_turn: Mapping[str, Callable[[], int]]
    take_turn: Callable[[], bool]
    log: Callable[..., None]

    def tend(self) -> None:
        """Do what is due."""
        self._do(self.every_beat)
        if self.take_turn():
            self._do(self.in_turn)

    def _do(self, chores: Mapping[str, Callable[[], int]]) -> None:
        for name, chore in chores.items():
            try:
                count = chore()
            except Exception as error:
                self.log("chore_failed", chore=name, exc_info=error)
                continue
            if count:
                self.log("chore_done", chore=name, count=count)
