"""POST /v1/files and its siblings: uploads that edits refer to by id.

Source: fact sheet section 2.5. Files live in memory (``stores``).
"""

from __future__ import annotations

import mimetypes

from flask import Blueprint, Response, current_app, jsonify, request

from app.emulator import errors
from app.emulator.errors import ApiError
from app.emulator.state import state_of
from app.emulator.stores import StoredFile

PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
LARGEST_FILE = 512 * 1024 * 1024
_SHORTEST_LIFE, _LONGEST_LIFE = 3_600, 2_592_000

bp = Blueprint("files", __name__, url_prefix="/v1/files")


def _known(file_id: str) -> StoredFile:
    stored = state_of(current_app).files.get(file_id)
    if stored is None:
        raise ApiError(404, f"No such File object: {file_id}", param="id")
    return stored


def _life() -> int | None:
    anchor, seconds = request.form.get("expires_after[anchor]"), request.form.get("expires_after[seconds]")
    if anchor is None and seconds is None:
        return None
    if anchor != "created_at":
        raise errors.invalid_choice("expires_after[anchor]", anchor or "", ["created_at"])
    if seconds is None:
        raise errors.missing_parameter("expires_after[seconds]")
    if not seconds.isascii() or not seconds.isdigit():
        raise errors.invalid_type("expires_after[seconds]", "integer", seconds)
    if not _SHORTEST_LIFE <= int(seconds) <= _LONGEST_LIFE:
        raise errors.out_of_range("expires_after[seconds]", int(seconds), _SHORTEST_LIFE, _LONGEST_LIFE)
    return int(seconds)


@bp.post("")
def create() -> Response:
    """Stores one multipart upload."""
    upload, purpose = request.files.get("file"), request.form.get("purpose")
    if upload is None:
        raise errors.missing_parameter("file")
    if purpose is None:
        raise errors.missing_parameter("purpose")
    if purpose not in PURPOSES:
        raise errors.invalid_choice("purpose", purpose, PURPOSES)
    life = _life()
    data = upload.stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ApiError(413, "File is too large. The maximum size is 512 MB.", param="file")
    filename = upload.filename or "upload"
    # Files are judged by their name first: scripts often upload pictures without a content type.
    mimetype = mimetypes.guess_type(filename)[0] or upload.mimetype
    stored = state_of(current_app).files.add(data, filename, mimetype, purpose, life)
    return jsonify(stored.body())


@bp.get("")
def listing() -> Response:
    """Every live file, newest first; ``purpose`` narrows it."""
    purpose = request.args.get("purpose")
    rows = [file.body() for file in state_of(current_app).files.all() if purpose in (None, file.purpose)]
    first, last = (rows[0]["id"], rows[-1]["id"]) if rows else (None, None)
    return jsonify({"object": "list", "data": rows, "first_id": first, "last_id": last, "has_more": False})


@bp.get("/<file_id>")
def show(file_id: str) -> Response:
    return jsonify(_known(file_id).body())


@bp.get("/<file_id>/content")
def content(file_id: str) -> Response:
    return Response(_known(file_id).data, mimetype="application/octet-stream")


@bp.delete("/<file_id>")
def delete(file_id: str) -> Response:
    stored = _known(file_id)
    state_of(current_app).files.remove(stored.id)
    return jsonify({"id": stored.id, "object": "file", "deleted": True})
