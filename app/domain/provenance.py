"""How a picture came to be, as a file that leaves the studio tells it, and as it is read back from one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, cast

from app.domain.ids import is_id
from app.domain.jobs import Job
from app.domain.pictures import Picture
from app.domain.requests import Edit, Generate, Vary

LONGEST_TEXT = 1_000_000
"""Characters. Four times what the longest prompt takes, so that nothing of ours is ever over it."""

_FORMAT = 1
_UNREPEATABLE = {"prompt", "model", "images", "mask", "given", "user"}
"""Fields of a request that are told elsewhere, lie in other files, or are nobody else's business (`user`)."""

WISHES = ("generate", "edit", "vary", "turn")

OPTIONS = frozenset(f.name for kind in (Generate, Edit, Vary) for f in fields(kind)) - _UNREPEATABLE
"""The names of the settings that a file repeats."""

_NOT_FOR_FILES = re.compile("[\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class NotOurs(ValueError):
    """The text is not what `Provenance.as_text` writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What was asked for, and what came of it.

    `wish` is one of `WISHES`; `options` the chosen settings by their field names; `created_at`
    is Unix time in seconds; `practice`: drawn by the emulator.
    """

    wish: str
    prompt: str
    model: str
    options: Mapping[str, str | int] = field(default_factory=dict)
    picture_id: str | None = None
    revised_prompt: str | None = None
    created_at: float | None = None
    practice: bool = False

    @property
    def made_at(self) -> str | None:
        """The moment in ISO 8601, UTC, to the second."""
        return (
            None if self.created_at is None else datetime.fromtimestamp(self.created_at, UTC).isoformat("T", "seconds")
        )

    def as_text(self) -> str:
        """JSON, on one line, of nothing that XML 1.0 or UTF-8 cannot hold; `from_text` is its inverse."""
        text = json.dumps({"atelier": _FORMAT, **asdict(self)}, ensure_ascii=False, separators=(",", ":"))
        return _NOT_FOR_FILES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

    @staticmethod
    def from_text(text: str) -> Provenance:
        """Read strictly, because the file may come from anybody. Raises `NotOurs`.

        Options that are not known here are left out: a later release may have more of them.
        """
        values = _object(text)
        if values.pop("atelier", None) != _FORMAT:
            raise NotOurs("it is of another format")
        if not values.keys() >= {"wish", "prompt", "model"} or not values.keys() <= {
            f.name for f in fields(Provenance)
        }:
            raise NotOurs("fields are missing or unknown")
        options = values.get("options", {})
        right = (
            values["wish"] in WISHES
            and all(_is_text(values[name]) for name in ("prompt", "model"))
            and values["model"] != ""
            and (values.get("revised_prompt") is None or _is_text(values["revised_prompt"]))
            and (values.get("picture_id") is None or (_is_text(values["picture_id"]) and is_id(values["picture_id"])))
            and (values.get("created_at") is None or _is_moment(values["created_at"]))
            and isinstance(values.get("practice", False), bool)
            and isinstance(options, dict)
            and all(_is_text(value) or _is_count(value) for value in options.values())
        )
        if not right:
            raise NotOurs("a field is of the wrong type")
        return Provenance(**{**values, "options": {k: v for k, v in options.items() if k in OPTIONS}})


def provenance_of(picture: Picture, job: Job) -> Provenance:
    """What a file of this picture tells: the size as it was chosen, not as it was brought to the model."""
    request = job.request
    options = {name: value for name, value in request.chosen().items() if name in OPTIONS}
    given = None if isinstance(request, Generate) else request.given
    if given is not None:
        options.pop("size", None)
        if given.size is not None:
            options["size"] = given.size
    return Provenance(
        wish=request.wish,
        prompt=picture.prompt,
        model=picture.model,
        options=options,
        picture_id=picture.id,
        revised_prompt=picture.revised_prompt,
        created_at=picture.created_at,
        practice=job.practice,
    )


def _object(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_TEXT:
        raise NotOurs("it is too long")
    try:
        values = json.loads(text, parse_constant=_refuse, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise NotOurs("it is not JSON") from error
    if not isinstance(values, dict):
        raise NotOurs("it is no object")
    return cast(dict[str, Any], values)


def _refuse(constant: str) -> None:
    raise NotOurs(f"{constant} is no number")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise NotOurs("a field is there twice")
    return values


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9


def _is_moment(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**37
