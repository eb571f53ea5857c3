"""What was brought to be worked on, as bytes: uploads, and what a job was given."""

from __future__ import annotations

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from app.domain.pictures import EXTENSIONS, PictureFile
from app.domain.requests import InputPicture
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.jobs import Jobs
from app.services.thumbnails import Thumbnails
from app.services.uploads import Uploads
from app.web.picture_bytes import serve_picture, serve_thumbnail


def make_room(uploads: Uploads, jobs: Jobs, thumbnails: Thumbnails) -> Room:
    """The room of pictures that came from outside."""
    room = Room("inputs", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/uploads/<upload_id>/file")
    def upload(upload_id: str) -> Response:
        found = uploads.find(current_actor().owner, upload_id)
        return serve_picture(found, uploads.open(found), _name(found, found.id))

    @room.get("/uploads/<upload_id>/thumbnail")
    def upload_thumbnail(upload_id: str) -> AnyResponse:
        found = uploads.find(current_actor().owner, upload_id)
        return serve_thumbnail(thumbnails, found, f"/uploads/{found.id}/file")

    @room.get("/jobs/<job_id>/inputs/<which>")
    def job_input(job_id: str, which: str) -> Response:
        found = jobs.find_input(current_actor().owner, job_id, which)
        return serve_picture(file_of(found), jobs.open_input(found), _name(file_of(found), f"{job_id}-{which}"))

    @room.get("/jobs/<job_id>/inputs/<which>/thumbnail")
    def job_input_thumbnail(job_id: str, which: str) -> AnyResponse:
        found = jobs.find_input(current_actor().owner, job_id, which)
        return serve_thumbnail(thumbnails, file_of(found), f"/jobs/{job_id}/inputs/{which}")

    return room


def file_of(picture: InputPicture) -> PictureFile:
    """The facts about its bytes."""
    return PictureFile(
        digest=picture.digest,
        mime_type=picture.mime_type,
        width=picture.width,
        height=picture.height,
        byte_size=picture.byte_size,
    )


def _name(picture: PictureFile, label: str) -> str:
    """The name a download gets: ours, never derived from anything a person typed."""
    return f"atelier-{label}.{EXTENSIONS[picture.mime_type]}"
