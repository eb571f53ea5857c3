"""`flask --app wsgi tokens create | list | revoke`: API tokens, for scripts."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import AppGroup

from app.domain.accounts import Token
from app.domain.errors import StudioError
from app.services.accounts import Accounts


def register(app: Flask, accounts: Accounts) -> None:
    """Add the commands to the `flask` command of `app`."""
    tokens = AppGroup("tokens", help="API tokens, for scripts: Authorization: Bearer <token>.")

    @tokens.command("create")
    @click.argument("name")
    def create(name: str) -> None:
        """Make a token called NAME and print it, this once."""
        try:
            secret = accounts.create_token(name)
        except StudioError as error:
            raise click.ClickException(error.fault.message) from error
        # The token alone goes to standard output, so that a script can take it from there.
        click.echo(secret)
        click.echo(f"This is the token '{name}'. Keep it now: it is not shown again.", err=True)
        if not accounts.has_door:
            click.echo("Nothing asks for tokens until ATELIER_PASSWORD is set.", err=True)

    @tokens.command("list")
    def show() -> None:
        """List all tokens, with when they were made and last used."""
        every = accounts.tokens()
        if not every:
            click.echo("There are no tokens. Make one with: flask --app wsgi tokens create NAME", err=True)
        for token in every:
            click.echo(_line(token))

    @tokens.command("revoke")
    @click.argument("name")
    def revoke(name: str) -> None:
        """Make the token called NAME worthless, at once."""
        if not accounts.revoke_token(name):
            raise click.ClickException(f"There is no live token '{name}'.")
        click.echo(f"The token '{name}' is revoked.")

    app.cli.add_command(tokens)


def _line(token: Token) -> str:
    used = f"last used {_day(token.last_used_at)}" if token.last_used_at else "never used"
    ended = f", revoked {_day(token.revoked_at)}" if token.revoked_at else ""
    return f"{token.name}\tmade {_day(token.created_at)}, {used}{ended}"


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")
