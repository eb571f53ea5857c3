"""Who may enter: API tokens and sign-in sessions. Secrets are kept as digests only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

STUDIO = "studio"
"""The one owner of everything while the studio has a single shared password (or none)."""

ANYONE = "anyone"
"""The bucket of failed sign-ins that everybody shares while there are no named accounts."""


@dataclass(frozen=True, slots=True)
class Token:
    """An API token, known by name; the secret itself was shown once and is gone. Times: Unix seconds."""

    id: str
    name: str
    owner: str
    created_at: float
    last_used_at: float | None = None
    revoked_at: float | None = None


def digest_of_secret(secret: str) -> str:
    """SHA-256 (hex) of a random secret. Enough for 256-bit secrets; passwords need more than this."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
