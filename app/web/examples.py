"""Prompts to press for whoever does not know what to write first."""

from __future__ import annotations

from app.domain.sentences import say

EXAMPLES = (
    say("A white siamese cat on a windowsill, morning light, watercolour"),
    say("A lighthouse at dusk, seen from the sea, long exposure"),
    say("A cut-paper poster of mountains and a red sun"),
)
