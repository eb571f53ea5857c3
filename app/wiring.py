"""The composition root: the only place that names concrete classes.

`build` makes one frozen `Studio` from the settings. Threads and sockets come later, with use; `start`
and `close` are called once by whoever serves it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from app.domain.catalogue import load_catalogue
from app.domain.costs import Caps, from_dollars
from app.domain.library import BIN_DAYS
from app.emulator import create_emulator
from app.imaging import limits
from app.imaging.workbench import Workbench
from app.observability import logs
from app.provider.client import connect, connect_practice
from app.provider.routing import Provider
from app.services.accounts import Accounts
from app.services.archives import Archives
from app.services.attempts import Attempts
from app.services.checkup import Checkup
from app.services.composing import Composing
from app.services.conversations import Conversations
from app.services.costs import Costs
from app.services.downloads import Downloads
from app.services.editing import Editing
from app.services.exports import Exports
from app.services.finishing import Finishing
from app.services.generation import EXPECTED_BYTES_PER_PICTURE, Generation
from app.services.health import Health
from app.services.imports import Imports
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.marking import Marking
from app.services.mending import Mending
from app.services.preparing import Preparing
from app.services.recent import Recent
from app.services.recovery import Recovery
from app.services.sending import Sending
from app.services.sources import Sources
from app.services.thumbnails import Thumbnails
from app.services.turning import Turning
from app.services.upkeep import Upkeep
from app.services.uploads import Uploads
from app.services.variations import Variations
from app.settings import Settings
from app.storage.accounts import SqlAccounts
from app.storage.blobs import FileBlobs
from app.storage.census import SqlCensus
from app.storage.conversations import SqlConversations
from app.storage.costs import SqlCosts
from app.storage.engine import describe, make_engine, ping
from app.storage.exports import SqlExports
from app.storage.gates import SqlGate
from app.storage.imports import SqlImports
from app.storage.jobs import SqlJobs
from app.storage.library import SqlPictures
from app.storage.library_text import describe_search, merge_index
from app.storage.migrate import migrate
from app.storage.orphans import Orphans, digests_in_use
from app.storage.reserve import RESERVE_BYTES, Reserve
from app.storage.spool import FileSpool
from app.storage.thumbnails import FileThumbnails
from app.storage.turns import Turns
from app.storage.uploads import SqlUploads
from app.studio import DRAIN_MARGIN_SECONDS, Rhythm, Studio
from app.work.pool import Pool
from app.work.recovery import Heartbeat
from app.work.signals import LocalSignals

__all__ = ["Rhythm", "Studio", "build"]

PRACTICE_PACE_SECONDS = 0.3
"""How far apart the emulator's previews come in practice mode: close to nothing, but to be seen."""

MENDERS = 2
"""How many answers of dead processes are finished at once, beside the calls that run."""

HOUSEKEEPING_SECONDS = 3600.0


def build(
    settings: Settings,
    log: Callable[..., None] | None = None,
    rhythm: Rhythm | None = None,
    *,
    reserve_bytes: int = RESERVE_BYTES,
) -> Studio:
    """A studio over the real adapters: migrates the database, makes folders, sends nothing.

    `reserve_bytes`: what is set aside of the disk for an answer that finds it full.
    Raises `ValueError`, with a sentence, when the database cannot be used at all (too old a SQLite).
    """
    rhythm = rhythm or Rhythm()
    log = log or logs.logger("atelier")
    limits.apply()
    catalogue = load_catalogue()
    data = settings.data_dir
    engine = make_engine(settings.database_url, data)
    migrate(engine, data)
    reserve = Reserve(data / "reserve", reserve_bytes)
    reserve.restore()
    blobs = FileBlobs(_blob_folder(settings), reserve)
    spool = FileSpool(data / "spool", reserve)
    jobs, signals = SqlJobs(engine), LocalSignals()
    connection = (
        connect_practice(create_emulator(legacy=True, preview=True, pace=PRACTICE_PACE_SECONDS))
        if settings.practice
        else connect(
            api_key=settings.api_key,
            base_url=settings.base_url,
            organization=settings.organization,
            project=settings.project,
        )
    )
    caps = _caps(settings)
    pictures = SqlPictures(engine)
    library = Library(pictures=pictures, blobs=blobs)
    owned_jobs = Jobs(store=jobs, blobs=blobs, signals=signals)
    workbench, upload_rows = Workbench(), SqlUploads(engine)
    sending = Sending(blobs, workbench, Recent(blobs))
    uploads = Uploads(upload_rows, blobs, sending)
    sources = Sources(uploads=uploads, library=library, jobs=owned_jobs, blobs=blobs)
    preparing = Preparing(catalogue, sources, sending, settings.legacy_models)
    downloads = Downloads(library, owned_jobs, workbench, embeds=settings.embed_metadata)
    provider = Provider(connection, accepts_response_format=catalogue.accepts_response_format)
    gate = SqlGate(engine, _account_at_provider(settings), settings.deadline_seconds + DRAIN_MARGIN_SECONDS)
    runner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    finishing = Finishing(
        jobs=jobs,
        provider=provider,
        spool=spool,
        composing=Composing(blobs, workbench, log),
        catalogue=catalogue,
        signals=signals,
        deadline_seconds=settings.deadline_seconds,
        log=log,
    )
    attempts = Attempts(
        jobs=jobs,
        provider=provider,
        gate=gate,
        spool=spool,
        blobs=blobs,
        finishing=finishing,
        signals=signals,
        runner=runner,
        deadline_seconds=settings.deadline_seconds,
        log=log,
        lease_seconds=rhythm.lease,
    )
    mending = Mending(jobs=jobs, spool=spool, finishing=finishing, runner=runner, lease_seconds=rhythm.lease, log=log)
    pool = Pool(attempts.run, settings.concurrency, log)
    menders = Pool(mending.mend, MENDERS, log)
    recovery = Recovery(jobs=jobs, spool=spool, calls=pool, menders=menders, runner=runner, lease_seconds=rhythm.lease)
    accounts = SqlAccounts(engine)
    small = FileThumbnails(data / "thumbnails")
    orphans = Orphans(engine, blobs, _blob_folder(settings))
    upkeep = Upkeep(
        every_beat={"reserve": lambda: int(reserve.missing_bytes() > 0 and reserve.restore())},
        in_turn={
            "raw answers": spool.sweep,
            "drafts of blobs": blobs.sweep,
            "uploads": upload_rows.sweep,
            "bin": lambda: pictures.purge(BIN_DAYS * 86_400.0),
            "search index": lambda: merge_index(engine),
            "orphaned blobs": orphans.sweep,
            "thumbnails": lambda: small.sweep(lambda: digests_in_use(engine)),
            "sessions and failed sign-ins": accounts.sweep,
        },
        take_turn=Turns(data / "housekeeping", HOUSEKEEPING_SECONDS).take,
        log=log,
    )
    editing = Editing(preparing, Marking(sources, sending))
    generation = Generation(
        catalogue=catalogue,
        jobs=jobs,
        blobs=blobs,
        gate=gate,
        runner=pool,
        signals=signals,
        caps=caps,
        practice=settings.practice,
        legacy_models=settings.legacy_models,
        default_model=settings.default_model or catalogue.default_model,
    )
    text_model = settings.conversation_model or catalogue.default_text_model
    return Studio(
        settings=settings,
        catalogue=catalogue,
        generation=generation,
        uploads=uploads,
        editing=editing,
        variations=Variations(preparing),
        conversations=Conversations(
            SqlConversations(engine),
            generation,
            Turning(preparing, editing, generation.default_model, text_model),
        ),
        jobs=owned_jobs,
        library=library,
        costs=Costs(store=SqlCosts(engine), caps=caps, practice=settings.practice),
        accounts=Accounts(store=accounts, password=settings.password),
        health=Health({"database": lambda: ping(engine), "storage": lambda: _check_folders(blobs, spool)}),
        recovery=recovery,
        upkeep=upkeep,
        pool=pool,
        menders=menders,
        heartbeats=(
            Heartbeat(recovery.renew, log, rhythm.renewal),
            Heartbeat(recovery.sweep, log, rhythm.sweep),
            Heartbeat(upkeep.tend, log, rhythm.sweep),
        ),
        thumbnails=Thumbnails(library, small),
        downloads=downloads,
        archives=Archives(library, owned_jobs, downloads),
        exports=Exports(SqlExports(engine, data), blobs, data),
        imports=Imports(SqlImports(engine), blobs),
        checkup=Checkup(
            SqlCensus(engine),
            blobs,
            empty_bins=lambda: pictures.purge(0.0),
            sweep_orphans=orphans.sweep,
            sweep_thumbnails=lambda: small.sweep(lambda: digests_in_use(engine)),
        ),
        log=_log_start(log, settings, {**describe(engine), "search": describe_search(engine)}),
    )


def _log_start(log: Callable[..., None], settings: Settings, database: dict[str, str]) -> Callable[..., None]:
    """One line that tells an operator what was started; hosts only, never a key."""
    host = urlsplit(settings.base_url).hostname if settings.base_url else "api.openai.com"
    log("started", provider="practice" if settings.practice else host, **database)
    return log


def _check_folders(blobs: FileBlobs, spool: FileSpool) -> None:
    """Whether a picture could be kept now. Raises `StudioError` with the reason."""
    blobs.check_ready()
    spool.check_ready()
    blobs.check_room(EXPECTED_BYTES_PER_PICTURE)


def _account_at_provider(settings: Settings) -> str:
    """What the provider's gate is called: another key or address is another account, which starts unpaused."""
    if settings.practice:
        return "practice"
    parts = (settings.base_url, settings.api_key, settings.organization, settings.project)
    return hashlib.sha256("\n".join(part or "" for part in parts).encode("utf-8", "replace")).hexdigest()[:16]


def _blob_folder(settings: Settings) -> Path:
    url = settings.blob_url
    return Path(url.removeprefix("file:").replace("//", "/", 1)) if url else settings.data_dir / "blobs"


def _caps(settings: Settings) -> Caps:
    def micro(amount: object) -> int | None:
        return None if amount is None else from_dollars(str(amount))

    return Caps(daily=micro(settings.daily_budget), monthly=micro(settings.monthly_budget))
