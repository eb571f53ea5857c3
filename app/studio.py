"""The studio: every use case of one installation, built by `wiring.py`, served by `factory.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.catalogue import Catalogue
from app.services.accounts import Accounts
from app.services.archives import Archives
from app.services.attempts import LEASE_SECONDS, RENEWAL_SECONDS
from app.services.checkup import Checkup
from app.services.conversations import Conversations
from app.services.costs import Costs
from app.services.downloads import Downloads
from app.services.editing import Editing
from app.services.exports import Exports
from app.services.generation import Generation
from app.services.health import Health
from app.services.imports import Imports
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.recovery import Recovery
from app.services.thumbnails import Thumbnails
from app.services.upkeep import Upkeep
from app.services.uploads import Uploads
from app.services.variations import Variations
from app.settings import Settings
from app.work.pool import Pool
from app.work.recovery import Heartbeat

DRAIN_MARGIN_SECONDS = 15.0
"""How much longer than one call's deadline a clean stop waits: time to decode and store the answer."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long leases last, and how often they are renewed and the left behind looked for, in seconds."""

    lease: float = LEASE_SECONDS
    renewal: float = RENEWAL_SECONDS
    sweep: float = 10.0


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything an application needs, ready for use and safe for any number of threads."""

    settings: Settings
    catalogue: Catalogue
    generation: Generation
    uploads: Uploads
    editing: Editing
    variations: Variations
    conversations: Conversations
    jobs: Jobs
    library: Library
    costs: Costs
    accounts: Accounts
    health: Health
    recovery: Recovery
    upkeep: Upkeep
    pool: Pool
    menders: Pool
    heartbeats: tuple[Heartbeat, ...]
    thumbnails: Thumbnails
    downloads: Downloads
    archives: Archives
    exports: Exports
    imports: Imports
    checkup: Checkup
    log: Callable[..., None]

    def start(self) -> None:
        """Begin to look after calls: this process's own and those of processes that died."""
        for heartbeat in self.heartbeats:
            heartbeat.start()

    def wind_down(self) -> None:
        """Start no more calls; those under way go on. Returns at once; `close` is still to come."""
        self.pool.stop()

    def close(self) -> None:
        """Stop cleanly: start nothing more, wait for the calls under way, let their answers be stored."""
        self.menders.stop()
        drained = self.pool.drain(self.settings.deadline_seconds + DRAIN_MARGIN_SECONDS)
        drained = self.menders.drain(DRAIN_MARGIN_SECONDS) and drained
        for heartbeat in self.heartbeats:  # until here they kept the leases
            heartbeat.stop()
        self.log("stopped", drained=drained)
