"""Makes texts from outside fit to be shown: no key in them, no control characters, not too long."""

from __future__ import annotations

import re

MAX_WORDS = 500
"""Characters of an upstream message that are passed on."""

_HIDDEN = "[hidden]"
_CREDENTIALS = re.compile(r"\bsk-[^\s'\"<>,;]+|\b(?:Bearer|Basic)\s+[^\s'\"<>,;]+", re.IGNORECASE)
_SHORTEST_SECRET = 4


class Cleaner:
    """Cleans texts; `secrets` are cut out wherever they stand, and so is all that looks like a key."""

    def __init__(self, secrets: tuple[str, ...] = ()):
        self._secrets = sorted((s for s in secrets if len(s) >= _SHORTEST_SECRET), key=len, reverse=True)

    def clean(self, text: object, limit: int = MAX_WORDS) -> str:
        """`text` as one line; the empty string when it is no text."""
        if not isinstance(text, str):
            return ""
        # Four times the limit is searched, so that a secret across the cut is still seen whole.
        line = text[: 4 * limit + 1024]
        for secret in self._secrets:
            line = line.replace(secret, _HIDDEN)
        line = _CREDENTIALS.sub(_HIDDEN, line)
        line = " ".join("".join(c if c.isprintable() else " " for c in line).split())
        return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"

    def clean_url(self, url: str, limit: int = 2000) -> str:
        """A URL as text for a person: nothing that a terminal or a page could trip over."""
        return self.clean(url.replace(" ", "%20"), limit)
