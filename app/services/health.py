"""Is everything there that a paid call needs?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.errors import StudioError


@dataclass(frozen=True, slots=True)
class Health:
    """Checks of what the studio stands on; each raises `StudioError` with the reason when it fails."""

    checks: dict[str, Callable[[], None]]

    def report(self) -> dict[str, str]:
        """The outcome of every check by name: "ok", or a sentence that says what is wrong."""
        outcome = {}
        for name, check in self.checks.items():
            try:
                check()
            except StudioError as error:
                outcome[name] = error.fault.message
            else:
                outcome[name] = "ok"
        return outcome
