"""Emulators of each kind, made anew for every test."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.emulator import create_emulator
from app.emulator.painting.fonts import Fonts

TODAY = date(2026, 11, 20)


@pytest.fixture
def emulator() -> Flask:
    """As OpenAI was on the day of the fact sheet; no fonts but Pillow's."""
    return create_emulator(today=TODAY, fonts=Fonts([]))


@pytest.fixture
def legacy() -> Flask:
    return create_emulator(legacy=True, today=TODAY, fonts=Fonts([]))


@pytest.fixture
def preview() -> Flask:
    return create_emulator(preview=True, today=TODAY, fonts=Fonts([]))
