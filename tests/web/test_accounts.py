"""Signing in and out through the pages, over the real store."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from werkzeug.test import TestResponse

from app.api.errors import error_response
from app.domain.errors import StudioError
from app.edge.actors import current_actor
from app.edge.boundary import install_boundary
from app.edge.rooms import Entry, Room, Speech
from app.services.accounts import Accounts
from app.storage.accounts import SqlAccounts
from app.storage.engine import make_engine
from app.storage.migrate import migrate
from app.web.accounts import make_room
from app.web.site import describe_site

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "correct horse battery"


def build(folder: Path, password: str | None) -> Flask:
    folder.mkdir(exist_ok=True)
    engine = make_engine(None, folder)
    migrate(engine, folder)
    accounts = Accounts(store=SqlAccounts(engine), password=password)
    app = Flask("studio", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.jinja_env.undefined = StrictUndefined
    install_boundary(
        app,
        keeper=accounts,
        secret_key="0123456789abcdef" * 4,
        log=lambda event, **fields: None,
        bind=lambda **fields: None,
        clear=lambda: None,
    )
    app.register_blueprint(make_room(accounts))
    rest = Room("rest", __name__, entry=Entry.OWNER, speech=Speech.PAGES)
    rest.add_url_rule("/", "home", lambda: current_actor().way)
    rest.add_url_rule("/form", "form", generate_csrf)
    app.register_blueprint(rest)
    app.register_error_handler(StudioError, lambda error: error_response(error.fault))
    describe_site(app, practice=True)
    return app


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return build(tmp_path, PASSWORD)


def csrf_token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    return found[1]


def sign_in(client: FlaskClient, password: str = PASSWORD, target: str = "") -> TestResponse:
    data = {"password": password, "next": target, "csrf_token": csrf_token(client)}
    return client.post("/sign-in", data=data)


def test_alice_signs_in_and_is_led_to_where_she_wanted_to_go(app: Flask) -> None:
    alice = app.test_client()
    refused = alice.get("/")
    assert (refused.status_code, refused.location) == (303, "/sign-in")
    answer = sign_in(alice, target="/library?before=x")
    assert (answer.status_code, answer.location) == (303, "/library?before=x")
    assert alice.get("/").text == "session"


def test_the_page_has_a_labelled_password_field_and_keeps_the_target(app: Flask) -> None:
    page = app.test_client().get("/sign-in?next=/jobs/1%3Fa=%22%3E%3Cb%3E").text
    assert '<label for="password"' in page
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert 'name="next" value="/jobs/1?a=&#34;&gt;&lt;b&gt;"' in page


def test_a_wrong_password_is_told_beside_the_field_and_never_repeated(app: Flask) -> None:
    answer = sign_in(app.test_client(), "wrong password 123", target="/library")
    assert answer.status_code == 401
    assert "That is not the password." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="/library"' in answer.text
    assert "wrong password 123" not in answer.text


def test_after_five_wrong_passwords_the_page_asks_for_patience(app: Flask) -> None:
    eve = app.test_client()
    assert [sign_in(eve, "wrong password").status_code for _ in range(5)] == [401] * 5
    answer = sign_in(eve, PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "Too many wrong passwords" in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/ok\r\nSet-Cookie: x=y",
        "javascript:alert(1)",
        "evil.example",
        " /x",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(app: Flask, target: str) -> None:
    assert sign_in(app.test_client(), target=target).location == "/"


def test_a_copied_cookie_is_dead_after_sign_out(app: Flask) -> None:
    alice, mallory = app.test_client(), app.test_client()
    sign_in(alice)
    cookie = alice.get_cookie("atelier_session")
    assert cookie is not None
    mallory.set_cookie("atelier_session", cookie.value)
    assert mallory.get("/").text == "session"
    answer = alice.post("/sign-out", data={"csrf_token": alice.get("/form").text})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert alice.get_cookie("atelier_session") is None
    assert mallory.get("/").status_code == 303


def test_signing_in_replaces_a_planted_session(app: Flask) -> None:
    victim = app.test_client()
    token = csrf_token(victim)
    with victim.session_transaction() as session:
        session["secret"] = "planted by somebody else"
    victim.post("/sign-in", data={"password": PASSWORD, "csrf_token": token})
    with victim.session_transaction() as session:
        assert session["secret"] != "planted by somebody else"
        assert "csrf_token" not in session


def test_signing_in_and_out_need_a_csrf_token(app: Flask) -> None:
    alice = app.test_client()
    assert alice.post("/sign-in", data={"password": PASSWORD}).status_code == 400
    sign_in(alice)
    assert alice.post("/sign-out").status_code == 400
    assert alice.get("/sign-out").status_code == 405
    assert alice.get("/").text == "session"


def test_who_is_signed_in_or_needs_no_password_is_sent_on(app: Flask, tmp_path: Path) -> None:
    alice = app.test_client()
    sign_in(alice)
    assert alice.get("/sign-in?next=/library").location == "/library"
    without_door = build(tmp_path / "open", None).test_client()
    assert without_door.get("/sign-in").location == "/"
