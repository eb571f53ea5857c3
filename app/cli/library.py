"""`flask --app wsgi library export | import | check | prune`: everything that was made, moved, verified, tidied."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.domain.errors import StudioError
from app.domain.exchange import BadArchive, Exported, NamedFile
from app.services.checkup import Checkup
from app.services.exports import Exports
from app.services.imports import Imports


def register(app: Flask, exports: Exports, imports: Imports, checkup: Checkup) -> None:
    """Add the commands to the `flask` command of `app`."""
    library = AppGroup("library", help="The library: export, import, check, prune.")

    @library.command("export")
    @click.argument("path")
    def export(path: str) -> None:
        """Write everything into one archive at PATH ('-' for standard output), while the studio goes on working."""
        if path == "-":
            _tell(exports.write(sys.stdout.buffer))
            return
        target = Path(path)
        if target.exists():
            raise click.ClickException(f"There is something at {path} already.")
        _tell(_written_whole(exports, target))

    @library.command("import")
    @click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def take_in(path: Path) -> None:
        """Add what the archive at PATH has and this studio has not. What is here already stays as it is."""
        try:
            with path.open("rb") as file:
                added = imports.read(file)
        except BadArchive as error:
            raise click.ClickException(f"The archive was not taken in: {error}.") from error
        except StudioError as error:
            raise click.ClickException(error.fault.message) from error
        click.echo(f"Added {_many(added.jobs, 'job')} with {_many(added.pictures, 'picture')}.")
        if added.lost:
            click.echo(f"{_many(added.lost, 'file')} had been lost before the archive was written.")

    @library.command("check")
    def check() -> None:
        """Read every file to its end and compare it with its digest. Fails when one is damaged or missing."""
        found = checkup.check()
        _list("missing", found.missing)
        _list("damaged", found.damaged)
        summary = f"{len(found.missing)} missing, {len(found.damaged)} damaged"
        orphans = f"{_many(found.orphans, 'orphaned file')} ({found.orphan_bytes / 1e6:.1f} MB)"
        click.echo(f"Checked {_many(found.checked, 'file')}: {summary}; {orphans}.")
        if not found.all_is_well:
            raise click.exceptions.Exit(1)

    @library.command("prune")
    @click.confirmation_option(prompt="Everything in the bin will be gone for good. Go on?")
    def prune() -> None:
        """Empty the bin for good, and remove files over a day old that nothing refers to."""
        try:
            pictures, files = checkup.prune()
        except RuntimeError as error:
            raise click.ClickException(f"Files were left alone: {error}.") from error
        click.echo(f"Removed {_many(pictures, 'picture')} from the bin and {_many(files, 'file')}.")

    app.cli.add_command(library)


def _written_whole(exports: Exports, target: Path) -> Exported:
    """The archive under its name only once it is whole and on the disk. It is for its owner's eyes alone."""
    draft = target.with_name(f"{target.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            written = exports.write(file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    except FileExistsError as error:
        raise click.ClickException(f"There is something at {draft} already.") from error
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise click.ClickException(f"The archive could not be written: {error.strerror}.") from error
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return written


def _tell(written: Exported) -> None:
    """To standard error, because the archive may have gone to standard output."""
    made = f"{_many(written.jobs, 'job')}, {_many(written.pictures, 'picture')} and {_many(written.files, 'file')}"
    click.echo(f"Exported {made}.", err=True)
    if written.lost:
        click.echo(
            f"{_many(len(written.lost), 'file')} could not be taken along; 'library check' names them.", err=True
        )
        raise click.exceptions.Exit(1)


def _list(what: str, files: tuple[NamedFile, ...]) -> None:
    for file in files:
        click.echo(f"{what}\t{file.digest}\t{file.where}")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
