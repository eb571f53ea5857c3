"""The request values: what a form or a JSON body becomes before anything is decided.

A field that is `None` was not chosen and is never sent upstream. Forms (`web/forms/`) and JSON
(`api/parsing.py`) make the same values; the catalogue judges them; the provider sends them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class InputPicture:
    """A picture given to an edit or a variation: its facts; the bytes lie in the blob store under `digest`.

    `digest` is the SHA-256 (hex) of the stored bytes, `byte_size` their number; sizes in pixels.
    """

    digest: str
    mime_type: str
    width: int
    height: int
    byte_size: int
    has_alpha: bool = False


class _Request:
    """What every request value can do."""

    __slots__ = ()

    kind: ClassVar[str]
    n: int | None
    model: str

    @property
    def count(self) -> int:
        """How many pictures are asked for."""
        return 1 if self.n is None else self.n

    def chosen(self) -> dict[str, Any]:
        """The fields that were chosen, by name, in a fixed order."""
        return {
            f.name: value
            for f in fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
            if (value := getattr(self, f.name)) is not None and value != ()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate(_Request):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(_Request):
    """Change one to sixteen pictures as words say, within a mask or all over (POST /images/edits)."""

    kind: ClassVar[str] = "edit"

    prompt: str
    model: str
    images: tuple[InputPicture, ...] = ()
    mask: InputPicture | None = None
    n: int | None = None
    size: str | None = None
    quality: str | None = None
    background: str | None = None
    output_format: str | None = None
    output_compression: int | None = None
    moderation: str | None = None
    input_fidelity: str | None = None
    complexity: str | None = None
    partial_images: int | None = None
    frame_count: int | None = None
    frame_duration_ms: int | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vary(_Request):
    """Make variations of one picture, without words (POST /images/variations)."""

    kind: ClassVar[str] = "vary"

    model: str
    images: tuple[InputPicture, ...] = ()
    n: int | None = None
    size: str | None = None
    user: str | None = None


AnyRequest = Generate | Edit | Vary

_TYPE_OF_KIND: dict[str, type[AnyRequest]] = {kind.kind: kind for kind in (Generate, Edit, Vary)}


def as_record(request: AnyRequest) -> dict[str, Any]:
    """The request as plain JSON values, for the job's row; `from_record` is its inverse."""
    values = request.chosen()
    if "images" in values:
        values["images"] = [asdict(picture) for picture in values["images"]]
    if "mask" in values:
        values["mask"] = asdict(values["mask"])
    return {"kind": request.kind, **values}


def from_record(record: dict[str, Any]) -> AnyRequest:
    """The request a stored record stands for. Raises `KeyError` for an unknown kind."""
    values = dict(record)
    kind = _TYPE_OF_KIND[values.pop("kind")]
    if "images" in values:
        values["images"] = tuple(InputPicture(**picture) for picture in values["images"])
    if "mask" in values:
        values["mask"] = InputPicture(**values["mask"])
    return kind(**values)


def fingerprint(request: AnyRequest) -> str:
    """SHA-256 (hex) of the normalised request, digests of its pictures included.

    Equal exactly when two requests ask the same. `reuse` and the idempotency key say how to answer,
    not what is asked, so they are not part of a request and not of its fingerprint.
    """
    text = json.dumps(as_record(request), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
