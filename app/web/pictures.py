"""`GET /pictures/<id>`: a picture's page, its bytes, and its thumbnail."""

from __future__ import annotations

from typing import BinaryIO

from flask import Response, redirect, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import dump_options_header
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from app.domain.pictures import EXTENSIONS, Picture
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.thumbnails import THUMBNAIL_MIME_TYPE, NoThumbnail, Thumbnails
from app.web.pages import PicturePage, render
from app.web.wording import excerpt

_BYTES_NEVER_CHANGE = "private, max-age=31536000, immutable"
_NOT_A_PAGE = "sandbox; default-src 'none'"
"""Whatever the bytes are taken for, they may do nothing."""


def make_room(library: Library, jobs: Jobs, thumbnails: Thumbnails) -> Room:
    """The room of single pictures."""
    room = Room("pictures", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/pictures/<picture_id>")
    def show(picture_id: str) -> Response:
        owner = current_actor().owner
        picture = library.find(owner, picture_id)
        return render(
            PicturePage(
                picture=picture,
                job=jobs.find(owner, picture.job_id),
                title=excerpt(picture.prompt) or "Picture",
            )
        )

    @room.get("/pictures/<picture_id>/file")
    def file(picture_id: str) -> Response:
        picture = library.find(current_actor().owner, picture_id)
        return _serve(picture, library.open(picture))

    @room.get("/pictures/<picture_id>/thumbnail")
    def thumbnail(picture_id: str) -> AnyResponse:
        picture = library.find(current_actor().owner, picture_id)
        try:
            data = thumbnails.of(picture)
        except NoThumbnail:  # a browser may still make something of a file that Pillow cannot read
            return redirect(f"/pictures/{picture.id}/file", 302)
        response = Response(data, mimetype=THUMBNAIL_MIME_TYPE)
        _keep(response, f"{picture.digest}-small")
        response.make_conditional(request)
        return response

    return room


def _serve(picture: Picture, file: BinaryIO) -> Response:
    """The bytes as they were kept: with an ETag, ranges, and a name of our own."""
    mime_type = picture.mime_type if picture.mime_type in EXTENSIONS else "application/octet-stream"
    response = Response(wrap_file(request.environ, file), mimetype=mime_type, direct_passthrough=True)
    response.call_on_close(file.close)
    response.content_length = picture.byte_size
    disposition = "attachment" if "download" in request.args else "inline"
    response.headers["Content-Disposition"] = dump_options_header(disposition, {"filename": picture.file_name})
    _keep(response, picture.digest)
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=picture.byte_size)
    except RequestedRangeNotSatisfiable:
        file.close()  # this answer is never sent, so nobody else closes it
        raise
    return response


def _keep(response: Response, tag: str) -> None:
    response.set_etag(tag)
    response.headers["Cache-Control"] = _BYTES_NEVER_CHANGE
    response.headers["Content-Security-Policy"] = _NOT_A_PAGE
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
