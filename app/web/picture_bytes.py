"""Pictures as answers: the file as it was kept, and its thumbnail."""

from __future__ import annotations

from typing import BinaryIO

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.pictures import PictureFile
from app.services.thumbnails import THUMBNAIL_MIME_TYPE, NoThumbnail, Thumbnails
from app.web.files import keep, serve


def serve_picture(picture: PictureFile, file: BinaryIO, name: str) -> Response:
    """The bytes as they were kept, under a `name` of our own; `?download` saves them."""
    return serve(
        file,
        mime_type=picture.mime_type,
        byte_size=picture.byte_size,
        tag=picture.digest,
        name=name,
        attachment="download" in request.args,
    )


def serve_thumbnail(thumbnails: Thumbnails, picture: PictureFile, whole: str) -> AnyResponse:
    """The small version. `whole` is the file's address: a browser may make something of what Pillow cannot read."""
    try:
        data = thumbnails.of(picture)
    except NoThumbnail:
        return redirect(whole, 302)
    response = Response(data, mimetype=THUMBNAIL_MIME_TYPE)
    keep(response, f"{picture.digest}-small")
    response.make_conditional(request)
    return response
