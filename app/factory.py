"""Turns a `Studio` into a Flask application: the boundary, then the rooms, then what speaks for errors."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response

from app.api import conversations as api_conversations
from app.api import edits, health, images, jobs, models, openapi, quotes, settings_of, uploads
from app.api import pictures as api_pictures
from app.api.answers import job_reference
from app.api.drafts import Drafting
from app.api.errors import error_response
from app.api.paid_calls import PaidCalls
from app.cli import library as library_commands
from app.cli import tokens as token_commands
from app.domain.errors import Fault, StudioError
from app.domain.sentences import say
from app.edge.boundary import install_boundary
from app.edge.door import current_room
from app.edge.event_stream import EventStreams
from app.edge.rooms import Room, Speech
from app.edge.status import CODE_OF_STATUS, status_of
from app.observability import logs
from app.settings import read_settings
from app.web import (
    accounts,
    albums,
    conversations,
    costs,
    downloads,
    editing,
    generation,
    inputs,
    installing,
    languages,
    library,
    library_changes,
    pictures,
    provider,
    styleguide,
    themes,
    turns,
    variations,
)
from app.web import help as help_page
from app.web import jobs as job_pages
from app.web.errors import render_error
from app.web.given import Tray
from app.web.picture_view import PictureView
from app.web.site import describe_site
from app.wiring import Studio, build

ROOT = Path(__file__).parent.parent

_JSON_PATHS = ("/api/", "/generate_image", "/edit_image", "/vary_image", "/health/", "/openapi.json")


def create_app(studio: Studio | None = None) -> Flask:
    """The application over a studio; without one, over a studio built from the environment.

    The studio is started by `gunicorn.conf.py` in every worker, or else by the first request; not
    here, because the commands of `flask` come through here too and must not run anybody's jobs.
    Raises `SettingError` when a setting is wrong.
    """
    is_serving = studio is None
    if studio is None:
        logs.configure()
        studio = build(read_settings())
    app = Flask("atelier", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.jinja_env.undefined = StrictUndefined
    app.extensions["atelier"] = studio
    install_boundary(
        app,
        keeper=studio.accounts,
        secret_key=studio.settings.secret_key,
        hosts=studio.settings.hosts,
        trusted_proxies=studio.settings.trusted_proxies,
        log=studio.log,
        bind=logs.bind,
        clear=logs.clear,
    )
    describe_site(app, practice=studio.settings.practice, find_notice=studio.generation.notice)
    for room in _rooms(studio):
        app.register_blueprint(room)
    _answer_errors(app, studio)
    token_commands.register(app, studio.accounts)
    library_commands.register(app, studio.exports, studio.imports, studio.checkup)
    if is_serving:
        app.before_request(studio.start)
    return app


def _rooms(studio: Studio) -> list[Room]:
    settings = studio.settings
    paid_calls = PaidCalls(studio.generation, studio.library, settings.deadline_seconds)
    drafting = Drafting(studio.editing, studio.variations, studio.uploads, studio.generation.default_model)
    tray = Tray(studio.uploads, studio.library, studio.jobs)
    view = PictureView(studio.library, studio.jobs, studio.generation, tells=settings.embed_metadata)
    return [
        images.make_room(paid_calls, studio.generation.default_model),
        edits.make_room(paid_calls, drafting),
        quotes.make_room(studio.generation, studio.conversations, drafting),
        api_conversations.make_room(studio.conversations, paid_calls, drafting),
        uploads.make_room(studio.uploads),
        settings_of.make_room(studio.library),
        jobs.make_room(studio.jobs, EventStreams()),
        api_pictures.make_room(studio.library),
        models.make_room(studio.catalogue, studio.generation),
        health.make_room(studio.health, practice=settings.practice),
        openapi.make_room(studio.catalogue),
        generation.make_room(studio.generation, studio.jobs, studio.library, studio.uploads),
        editing.make_room(studio.editing, studio.generation, studio.jobs, tray),
        variations.make_room(studio.variations, studio.generation, studio.jobs, tray),
        conversations.make_room(studio.conversations),
        turns.make_room(studio.conversations, studio.generation, studio.jobs, studio.library, tray),
        inputs.make_room(studio.uploads, studio.jobs, studio.thumbnails),
        job_pages.make_room(studio.jobs, studio.library, studio.generation),
        library.make_room(studio.library, studio.jobs, studio.thumbnails),
        library_changes.make_room(studio.library),
        albums.make_room(studio.library),
        costs.make_room(studio.costs),
        pictures.make_room(view, studio.library, studio.thumbnails),
        downloads.make_room(studio.downloads, studio.archives, studio.library),
        provider.make_room(studio.generation),
        help_page.make_room(studio.generation, tells=settings.embed_metadata),
        installing.make_room(),
        languages.make_room(),
        styleguide.make_room(),
        themes.make_room(),
        accounts.make_room(studio.accounts),
    ]


def _answer_errors(app: Flask, studio: Studio) -> None:
    @app.errorhandler(StudioError)
    def studio_error(error: StudioError) -> Response:
        return answer(error.fault, status_of(error.fault), error)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        sentence = _SENTENCES.get(status) or say("{reason}.", reason=error.name)
        fault = Fault(CODE_OF_STATUS.get(status, "bad_request"), sentence)
        response = answer(fault, status, None)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # RFC 9110 requires it
        if isinstance(error, RequestedRangeNotSatisfiable) and error.length is not None:
            response.headers["Content-Range"] = f"bytes */{error.length}"
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        studio.log("unexpected_error", exc_info=error)
        return answer(Fault("internal_error", _SENTENCES[500], retryable=True), 500, None)

    def answer(fault: Fault, status: int, error: StudioError | None) -> Response:
        if _speaks_json():
            job = studio.jobs.store.find(error.job_id) if error and error.job_id else None
            return error_response(
                fault,
                status=status,
                problems=error.problems if error else (),
                job=job_reference(job) if job else None,
            )
        return render_error(fault, status)


_SENTENCES = {
    400: say("The request cannot be understood."),
    403: say("This is not allowed."),
    404: say("There is nothing at this address."),
    405: say("This address does not take that method."),
    413: say("The request is too large."),
    415: say("This kind of content is not taken here."),
    416: say("The file has no such part."),
    500: say("Something went wrong on our side. Nothing was resent; the log has the details under this request id."),
}


def _speaks_json() -> bool:
    room = current_room()
    if room is not None:
        return room.speech is Speech.JSON
    return request.path.startswith(_JSON_PATHS)
