"""`GET /pictures/<id>`: a picture's page, its bytes, and its thumbnail."""

from __future__ import annotations

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.thumbnails import Thumbnails
from app.web.addresses import form_for
from app.web.pages import PicturePage, render
from app.web.picture_bytes import serve_picture, serve_thumbnail
from app.web.wording import excerpt


def make_room(library: Library, jobs: Jobs, thumbnails: Thumbnails) -> Room:
    """The room of single pictures."""
    room = Room("pictures", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/pictures/<picture_id>")
    def show(picture_id: str) -> Response:
        owner = current_actor().owner
        picture = library.find(owner, picture_id)
        job = jobs.find(owner, picture.job_id)
        title = excerpt(picture.prompt) or "Picture"
        return render(PicturePage(picture=picture, job=job, title=title, form=form_for(job)))

    @room.get("/pictures/<picture_id>/file")
    def file(picture_id: str) -> Response:
        picture = library.find(current_actor().owner, picture_id)
        return serve_picture(picture, library.open(picture), picture.file_name)

    @room.get("/pictures/<picture_id>/thumbnail")
    def thumbnail(picture_id: str) -> AnyResponse:
        picture = library.find(current_actor().owner, picture_id)
        return serve_thumbnail(thumbnails, picture, f"/pictures/{picture.id}/file")

    return room
