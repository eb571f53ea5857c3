"""The `flask tokens` commands: made once, listed, revoked, and never shown again."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.cli.tokens import register
from app.domain.accounts import STUDIO
from app.services.accounts import Accounts
from tests.account_book import AccountBook


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(store=AccountBook(), password="correct horse battery")


@pytest.fixture
def run(accounts: Accounts) -> FlaskCliRunner:
    app = Flask("studio")
    register(app, accounts)
    return app.test_cli_runner()


def test_create_prints_the_token_alone_on_standard_output(run: FlaskCliRunner, accounts: Accounts) -> None:
    done = run.invoke(args=["tokens", "create", "render farm"])
    assert done.exit_code == 0
    assert accounts.token_owner(done.stdout.removesuffix("\n")) == STUDIO
    assert "not shown again" in done.stderr


def test_list_tells_names_and_times_and_no_secret(run: FlaskCliRunner) -> None:
    secret = run.invoke(args=["tokens", "create", "ci"]).stdout.strip()
    listed = run.invoke(args=["tokens", "list"])
    assert listed.stdout == "ci\tmade 2027-01-15 08:00 UTC, never used\n"
    assert secret not in listed.output


def test_revoke_kills_the_token_at_once(run: FlaskCliRunner, accounts: Accounts) -> None:
    secret = run.invoke(args=["tokens", "create", "ci"]).stdout.strip()
    assert run.invoke(args=["tokens", "revoke", "ci"]).exit_code == 0
    assert accounts.token_owner(secret) is None
    assert "revoked 2027-01-15 08:00 UTC" in run.invoke(args=["tokens", "list"]).stdout


def test_what_cannot_be_done_is_told_with_a_failing_exit_code(run: FlaskCliRunner) -> None:
    run.invoke(args=["tokens", "create", "ci"])
    for arguments in (["create", "ci"], ["create", "two\nlines"], ["revoke", "nobody"]):
        done = run.invoke(args=["tokens", *arguments])
        assert done.exit_code == 1
        assert done.stderr.startswith("Error: ")
        assert done.stdout == ""


def test_without_a_door_create_says_that_nothing_asks_for_tokens_yet() -> None:
    app = Flask("studio")
    register(app, Accounts(store=AccountBook()))
    assert "ATELIER_PASSWORD" in app.test_cli_runner().invoke(args=["tokens", "create", "ci"]).stderr


def test_an_empty_list_says_how_to_make_a_token(run: FlaskCliRunner) -> None:
    done = run.invoke(args=["tokens", "list"])
    assert (done.stdout, "tokens create" in done.stderr) == ("", True)
