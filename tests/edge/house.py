"""A small application behind the real boundary: one room of each kind, and a log that can be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, redirect, request
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.api.errors import error_response
from app.domain.errors import Fault, StudioError
from app.edge.actors import current_actor
from app.edge.boundary import install_boundary
from app.edge.limits import accepts_body
from app.edge.rooms import Entry, Room, Speech
from app.edge.sessions import begin_session
from app.edge.status import CODE_OF_STATUS
from app.services.accounts import Accounts
from tests.account_book import AccountBook

PASSWORD = "correct horse battery"
RAISED_LIMIT = 3 * 1024 * 1024


class Visitor(FlaskClient):
    """A client that reads each answer to its end, as browsers do; files and log lines depend on it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, **{"buffered": True, **kwargs})


@dataclass
class House:
    """The application, what it logged, and how often a visitor's request reached a view that changes something."""

    app: Flask
    accounts: Accounts
    lines: list[dict[str, Any]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    def visitor(self) -> FlaskClient:
        """A stranger with an empty cookie jar, on this machine."""
        return self.app.test_client()

    def member(self) -> FlaskClient:
        """Somebody who signed in. The sign-in page itself is tested with the pages."""
        client = self.app.test_client()
        assert client.get(f"/test-sign-in?secret={self.accounts.sign_in(PASSWORD)}").status_code == 200
        return client

    def token(self, name: str = "ci") -> dict[str, str]:
        """The header of a script with a token."""
        return {"Authorization": f"Bearer {self.accounts.create_token(name)}"}


def build_house(
    static: Path,
    *,
    password: str | None = None,
    hosts: tuple[str, ...] = (),
    trusted_proxies: int = 0,
) -> House:
    app = Flask("house", static_folder=str(static), static_url_path="/static")
    app.test_client_class = Visitor
    house = House(app, Accounts(store=AccountBook(), password=password))
    bound: dict[str, Any] = {}
    install_boundary(
        app,
        keeper=house.accounts,
        secret_key="0123456789abcdef" * 4,
        hosts=hosts,
        trusted_proxies=trusted_proxies,
        log=lambda event, **fields: house.lines.append({"event": event, **bound, **fields}),
        bind=bound.update,
        clear=bound.clear,
    )
    for room in (_pages(house), _api(house), _open_pages(), _health()):
        app.register_blueprint(room)
    app.add_url_rule("/forgotten", "forgotten", lambda: "a view outside of every room")
    app.register_error_handler(StudioError, lambda error: error_response(error.fault))
    app.register_error_handler(HTTPException, _http_error)
    return house


def _http_error(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    return error_response(Fault(CODE_OF_STATUS.get(status, "bad_request"), error.name), status=status)


def _pages(house: House) -> Room:
    room = Room("pages", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/")
    def home() -> str:
        return current_actor().way

    @room.get("/form")
    def form() -> str:
        csrf_token = house.app.jinja_env.globals["csrf_token"]
        assert callable(csrf_token)
        return str(csrf_token())

    @room.post("/generate")
    def generate() -> AnyResponse:
        house.changes.append(request.form.get("prompt", ""))
        return redirect("/", 303)

    @room.get("/picture")
    def picture() -> Response:
        return Response(
            b"...",
            headers={"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, immutable"},
        )

    @room.get("/broken")
    def broken() -> str:
        abort(503)

    @room.get("/whose")
    def whose() -> str:
        return f"{request.scheme}://{request.host} {request.remote_addr}"

    return room


def _api(house: House) -> Room:
    room = Room("api", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.get("/api/me")
    def me() -> Response:
        actor = current_actor()
        return jsonify({"owner": actor.owner, "way": actor.way})

    @room.post("/api/change")
    def change() -> Response:
        body = request.get_data(cache=False)
        house.changes.append(body[:100].decode("latin-1"))
        return jsonify({"bytes": len(body)})

    @room.post("/api/upload")
    @accepts_body(RAISED_LIMIT)
    def upload() -> Response:
        return jsonify({"bytes": sum(len(file.read()) for file in request.files.values()), **request.form})

    return room


def _open_pages() -> Room:
    room = Room("open", __name__, entry=Entry.ANYONE, speech=Speech.PAGES)

    @room.get("/sign-in")
    def sign_in() -> str:
        return "the sign-in page"

    @room.get("/test-sign-in")
    def test_sign_in() -> str:
        begin_session(request.args["secret"])
        return "done"

    return room


def _health() -> Room:
    room = Room("health", __name__, entry=Entry.ANYONE, speech=Speech.JSON)

    @room.get("/health/live")
    def live() -> Response:
        return jsonify({"status": "live"})

    return room
