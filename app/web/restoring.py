"""Settings from a file that was downloaded from a studio: what a form can be filled in with again."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from flask import request

from app.domain.drafts import SOURCE_SIZE
from app.domain.errors import NotFound, Problem, StudioError
from app.domain.provenance import Provenance
from app.domain.requests import Generate
from app.domain.sentences import say
from app.services.downloads import settings_of
from app.services.generation import Generation
from app.services.library import Library
from app.services.uploads import MOST_BYTES, Uploads

FIELD = "settings_file"
"""The form's field for the file."""


@dataclass(frozen=True, slots=True)
class Restored:
    """`values` are fields of the form by name. `reference` names the picture; empty: it could not be kept."""

    values: dict[str, object]
    reference: str


def restored(owner: str, generation: Generation, library: Library, uploads: Uploads) -> Restored | Problem:
    """What the posted file tells, or why it tells nothing. The picture stays for a day, to be edited instead."""
    file = request.files.get(FIELD)
    data = file.read(MOST_BYTES) if file else b""
    if not data:
        return Problem(FIELD, "missing_file", say("Choose a picture first: one that was downloaded from here."))
    told = settings_of(BytesIO(data))
    if told is None:
        sentence = say("This file tells nothing of how it was made. To change the picture itself, take it to Edit.")
        return Problem(FIELD, "no_settings", sentence)
    return Restored(_values(told, generation), _reference(owner, told, data, library, uploads))


def _values(told: Provenance, generation: Generation) -> dict[str, object]:
    values: dict[str, object] = {"prompt": told.prompt, **told.options}
    if values.get("size") == SOURCE_SIZE:  # of a picture that is not here
        del values["size"]
    if generation.catalogue.model_or_generic(told.model).serves(Generate.kind):
        values["model"] = told.model
    return values


def _reference(owner: str, told: Provenance, data: bytes, library: Library, uploads: Uploads) -> str:
    try:
        return f"picture:{library.find(owner, told.picture_id or '').id}"
    except NotFound:
        pass
    try:
        return f"upload:{uploads.add(owner, data).id}"
    except StudioError:  # no room, say; the settings are good all the same
        return ""
