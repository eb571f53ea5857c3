"""Blueprints that cannot be made without saying who may enter and how they answer errors."""

from __future__ import annotations

from enum import Enum

from flask import Blueprint


class Entry(Enum):
    """Who may enter a room."""

    ANYONE = "anyone"
    """Open to the world: health checks, static files, the sign-in page."""
    OWNER = "owner"
    """Whoever may use the studio: signed in or with a token, or on this machine while there is no door."""


class Speech(Enum):
    """In which form a room answers, errors included."""

    PAGES = "pages"
    JSON = "json"


class Room(Blueprint):
    """A Flask blueprint with its two declarations."""

    def __init__(self, name: str, import_name: str, *, entry: Entry, speech: Speech):
        super().__init__(name, import_name)
        self.entry = entry
        self.speech = speech
