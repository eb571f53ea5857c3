"""The request values: what a form or a JSON body becomes before anything is decided.

A field that is `None` was not chosen and is never sent upstream. Forms (`web/forms/`) and JSON
(`api/parsing.py`) make the same values; the catalogue judges them; the provider sends them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class InputPicture:
    """A picture given to an edit or a variation: its facts; the bytes lie in the blob store under `digest`.

    `digest` is the SHA-256 (hex) of the stored bytes, `byte_size` their number; sizes in pixels.
    `picture_id` names the picture of the library that it is, if it came from there.
    """

    digest: str
    mime_type: str
    width: int
    height: int
    byte_size: int
    has_alpha: bool = False
    picture_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a person gave for an edit or a variation, before it was brought to what the model takes.

    A request's own `images`, `mask` and `size` are what is sent; these are what they were made from.
    `images`: upright and without metadata, in order; the first one grown already when `extended_from` is
    what it was before. `mask`: in the one form (`imaging.mask`), of the first picture's size. `size`: as chosen.
    `wish`: "edit"; "turn" for a turn with a mask; or "vary" for a variation that is made by an edit: then
    `strength` says how far it may go.
    `fitting`: the plan (`imaging.fit.Fitting.as_record`) that brought the first picture to what is sent, to
    be undone on every answer; `None` when it was sent as it is.
    """

    images: tuple[InputPicture, ...]
    mask: InputPicture | None = None
    extended_from: InputPicture | None = None
    wish: str = "edit"
    size: str | None = None
    keep_unmasked: bool = False
    full_resolution: bool = False
    strength: str | None = None
    fitting: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def keeps(self) -> bool:
        """Whether everything outside the mask is put back from the first picture."""
        return self.keep_unmasked and self.mask is not None


class _Request:
    """What every request value can do."""

    __slots__ = ()

    kind: ClassVar[str]
    model: str

    @property
    def n(self) -> int | None:
        """How many pictures were chosen; a field wherever there is such a choice."""
        return None

    @property
    def wish(self) -> str:
        """What the person asked for, by whichever endpoint it is done: "generate", "edit", "vary" or "turn"."""
        given: Given | None = getattr(self, "given", None)
        return self.kind if given is None else given.wish

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
    given: Given | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vary(_Request):
    """Make variations of one picture, without words (POST /images/variations)."""

    kind: ClassVar[str] = "vary"

    model: str
    images: tuple[InputPicture, ...] = ()
    n: int | None = None
    size: str | None = None
    user: str | None = None
    given: Given | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(_Request):
    """One turn of a conversation (POST /responses): a text model reads the words and has a picture drawn.

    `model` is the image model, and its options are those of the text model's image tool. `previous` is what
    the provider calls the answer that this turn follows, `history_tokens` what that answer reported of the
    text model's tokens, input and output: the next turn reads them all again. `fallback` is the last picture
    before this turn. It is sent when there is no such chain or the provider has forgotten it, with a mask, which
    needs a picture to lie on, and with `shows_fallback`: then the chain ends in another picture. `mask` belongs to
    `fallback` or else to the first of `images`; then `given` is there, its first picture the one that the mask lies
    on. A picture is drawn in any case, unless `tool_choice` is "auto": then the text model may answer in words.
    """

    kind: ClassVar[str] = "turn"

    prompt: str
    text_model: str
    model: str
    images: tuple[InputPicture, ...] = ()
    mask: InputPicture | None = None
    previous: str | None = None
    history_tokens: int | None = None
    fallback: InputPicture | None = None
    shows_fallback: bool | None = None
    tool_choice: str | None = None
    action: str | None = None
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
    given: Given | None = None


AnyRequest = Generate | Edit | Vary | Turn

_SINGLE_PICTURES = ("mask", "extended_from", "fallback")

_TYPE_OF_KIND: dict[str, type[AnyRequest]] = {kind.kind: kind for kind in (Generate, Edit, Vary, Turn)}


def as_record(request: AnyRequest) -> dict[str, Any]:
    """The request as plain JSON values, for the job's row; `from_record` is its inverse."""
    values = _with_plain_pictures(request.chosen())
    if isinstance(request, Edit | Vary | Turn) and request.given is not None:
        values["given"] = _with_plain_pictures(asdict(request.given))
    return {"kind": request.kind, **values}


def from_record(record: dict[str, Any]) -> AnyRequest:
    """The request a stored record stands for. Raises `KeyError` for an unknown kind."""
    values = dict(record)
    kind = _TYPE_OF_KIND[values.pop("kind")]
    if "given" in values:
        values["given"] = Given(**_with_pictures(values["given"]))
    return kind(**_with_pictures(values))


def fingerprint(request: AnyRequest) -> str:
    """SHA-256 (hex) of the normalised request, digests of its pictures included.

    Equal exactly when two requests ask the same. `reuse` and the idempotency key say how to answer,
    not what is asked, so they are not part of a request and not of its fingerprint. Neither is what is
    made from the pictures given: a later version may bring them to the model's shape in another way, or ask
    for a variation in other words.
    """
    record = as_record(request)
    if "given" in record:
        derived = {"images", "mask", "size", "fallback"} | ({"prompt"} if request.wish == "vary" else set())
        record = {name: value for name, value in record.items() if name not in derived}
        record["given"] = {name: value for name, value in record["given"].items() if name != "fitting"}
    text = json.dumps(record, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _with_plain_pictures(values: dict[str, Any]) -> dict[str, Any]:
    """The same with every picture as plain JSON values."""

    def plain(picture: InputPicture | dict[str, Any]) -> dict[str, Any]:
        return picture if isinstance(picture, dict) else asdict(picture)

    singles = {name: plain(values[name]) for name in _SINGLE_PICTURES if values.get(name) is not None}
    several = {"images": [plain(picture) for picture in values["images"]]} if "images" in values else {}
    return {**values, **several, **singles}


def _with_pictures(values: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `_with_plain_pictures`."""
    singles = {name: InputPicture(**values[name]) for name in _SINGLE_PICTURES if values.get(name) is not None}
    several = {"images": tuple(InputPicture(**p) for p in values["images"])} if "images" in values else {}
    return {**values, **several, **singles}
