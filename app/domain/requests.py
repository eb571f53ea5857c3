"""The request values: what a form or a JSON body becomes before anything is decided.

A field that is `None` was not chosen and is never sent upstream. Forms (`web/forms/`) and JSON
(`api/parsing.py`) make the same values; the catalogue judges them; the provider sends them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate:
    """Make `n` pictures from words (POST /images/generations)."""

    kind: ClassVar[str] = "generate"

    prompt: str
    model: str
    n: int | None = None
    size: str | None = None
    quality: str | None = None
    background: str | None = None
    output_format: str | None = None
    output_compression: int | None = None
    moderation: str | None = None
    style: str | None = None
    complexity: str | None = None
    partial_images: int | None = None
    frame_count: int | None = None
    frame_duration_ms: int | None = None
    user: str | None = None

    @property
    def count(self) -> int:
        """How many pictures are asked for."""
        return 1 if self.n is None else self.n

    def chosen(self) -> dict[str, Any]:
        """The fields that were chosen, by name, in a fixed order; what is stored with the job."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) is not None}


type_of_kind: dict[str, type[Generate]] = {Generate.kind: Generate}

AnyRequest = Generate


def as_record(request: AnyRequest) -> dict[str, Any]:
    """The request as plain JSON values, for the job's row; `from_record` is its inverse."""
    return {"kind": request.kind, **request.chosen()}


def from_record(record: dict[str, Any]) -> AnyRequest:
    """The request a stored record stands for. Raises `KeyError` for an unknown kind."""
    values = dict(record)
    return type_of_kind[values.pop("kind")](**values)


def fingerprint(request: AnyRequest) -> str:
    """SHA-256 (hex) of the normalised request: equal exactly when two requests ask the same.

    `reuse` and the idempotency key are not part of a request and so not of its fingerprint.
    """
    text = json.dumps(as_record(request), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
