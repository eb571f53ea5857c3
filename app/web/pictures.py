"""`GET /pictures/<id>`: a picture's page, its bytes, and its thumbnail."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.thumbnails import THUMBNAIL_MIME_TYPE, NoThumbnail, Thumbnails
from app.web.files import keep, serve
from app.web.pages import PicturePage, render
from app.web.wording import excerpt


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
        return serve(
            library.open(picture),
            mime_type=picture.mime_type,
            byte_size=picture.byte_size,
            tag=picture.digest,
            name=picture.file_name,
            attachment="download" in request.args,
        )

    @room.get("/pictures/<picture_id>/thumbnail")
    def thumbnail(picture_id: str) -> AnyResponse:
        picture = library.find(current_actor().owner, picture_id)
        try:
            data = thumbnails.of(picture)
        except NoThumbnail:  # a browser may still make something of a file that Pillow cannot read
            return redirect(f"/pictures/{picture.id}/file", 302)
        response = Response(data, mimetype=THUMBNAIL_MIME_TYPE)
        keep(response, f"{picture.digest}-small")
        response.make_conditional(request)
        return response

    return room
