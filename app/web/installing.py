"""`GET /manifest.webmanifest`: what a phone or a desktop needs to keep Atelier beside its own applications."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Response, current_app, json

from app.domain.sentences import say
from app.edge.languages import current_language, told
from app.edge.rooms import Entry, Room, Speech

GROUND = "#f0f0f0"
"""The light page's ground (`tokens.css`): what is shown before the first page is."""

_ICONS = (
    ("icons/mark.svg", "any", "image/svg+xml", "any"),
    ("icons/app-192.png", "192x192", "image/png", "any"),
    ("icons/app-512.png", "512x512", "image/png", "any"),
    ("icons/app-512-maskable.png", "512x512", "image/png", "maskable"),
)
"""File, sizes, type, purpose; `tests/browser/icons.py` makes the PNGs of the SVG."""

_SHORTCUTS = ((say("Create"), "/"), (say("Edit"), "/edit"), (say("Library"), "/library"))


def make_room() -> Room:
    """Open to anyone: browsers fetch it without the session, and it tells nothing."""
    room = Room("installing", __name__, entry=Entry.ANYONE, speech=Speech.PAGES)

    @room.get("/manifest.webmanifest")
    def manifest() -> Response:
        asset = cast(Callable[[str], str], current_app.jinja_env.globals["asset"])
        facts = {
            "id": "/",
            "name": "Atelier",
            "short_name": "Atelier",
            "description": told(say("A studio for pictures made of words")),
            "lang": current_language().tag,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": GROUND,
            "theme_color": GROUND,
            "icons": [
                {"src": asset(name), "sizes": sizes, "type": kind, "purpose": purpose}
                for name, sizes, kind, purpose in _ICONS
            ],
            "shortcuts": [{"name": told(name), "url": url} for name, url in _SHORTCUTS],
        }
        return Response(json.dumps(facts), mimetype="application/manifest+json")

    return room
