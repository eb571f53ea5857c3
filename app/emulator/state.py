"""Everything one emulator knows, kept on its Flask app and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import cast

from flask import Flask

from app.emulator.painting.fonts import Fonts
from app.emulator.refusals import Refusals
from app.emulator.registry import Registry
from app.emulator.responses_store import ResponseStore
from app.emulator.stores import FileStore, ResultStore

_NAME = "image_api_emulator"


@dataclass(frozen=True)
class State:
    """``fixed_today`` None means the real UTC date; ``pace`` is seconds between two streamed pictures."""

    registry: Registry
    fixed_today: date | None
    public_url: str | None
    key: str | None
    pace: float
    fonts: Fonts
    files: FileStore = field(default_factory=FileStore)
    results: ResultStore = field(default_factory=ResultStore)
    responses: ResponseStore = field(default_factory=ResponseStore)
    refusals: Refusals = field(default_factory=Refusals)

    @property
    def today(self) -> date:
        return self.fixed_today or datetime.now(UTC).date()


def attach(app: Flask, state: State) -> None:
    app.extensions[_NAME] = state


def state_of(app: Flask) -> State:
    return cast(State, app.extensions[_NAME])
