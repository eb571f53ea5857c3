"""The gate of one provider as a row, so that all processes stop and start together."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, RowMapping

from app.domain.errors import Fault
from app.domain.gates import FIRST_PAUSE_SECONDS, PATIENCE_SECONDS, Passage, next_pause
from app.storage.clock import DatabaseNow
from app.storage.engine import reading, writing
from app.storage.schema import PROVIDER_GATES as GATES


class SqlGate:
    """The `Gate` port over a database. All times are the database's.

    `name` stands for one account at one provider. `trial_seconds` is how long a trial may take; one
    whose process died is given up after that, and the next call becomes the trial.
    """

    def __init__(self, engine: Engine, name: str, trial_seconds: float):
        self._engine = engine
        self._name = name
        self._trial_seconds = trial_seconds

    def enter(self) -> Passage:
        """Whether a call may go out now. At the end of a pause exactly one caller is told that it is the trial."""
        row = self._read()
        if row is None:
            return Passage()
        passage = _passage(row)
        if passage.seconds > 0 or row["fault"] is None:
            return passage
        with writing(self._engine) as connection:
            # Looked at again under the lock: of all that saw the pause end, one is the trial.
            row = _locked(connection, self._name)
            passage = _passage(row)
            if passage.seconds > 0 or row["fault"] is None:
                return passage
            self._change(connection, paused_until=row["now"] + self._trial_seconds)
        return Passage(trial=True, limited_for=passage.limited_for)

    def cool(self, seconds: float) -> None:
        """Let nothing through for `seconds`, or for longer if that was said already."""
        with writing(self._engine) as connection:
            row = _locked(connection, self._name)
            now, since = row["now"], row["limited_since"]
            if since is None or row["cool_until"] < now - PATIENCE_SECONDS:
                since = now  # what happened long ago, with silence since, is another story
            self._change(connection, cool_until=max(row["cool_until"], now + seconds), limited_since=since)

    def pause(self, fault: Fault, *, after_trial: bool) -> None:
        """Close the gate because every call would fail like this one.

        Calls that were under way when it closed change nothing; a failed trial doubles the pause.
        """
        with writing(self._engine) as connection:
            row = _locked(connection, self._name)
            if row["fault"] is None:
                length = FIRST_PAUSE_SECONDS
            elif after_trial:
                length = next_pause(row["pause_seconds"])
            else:
                return
            self._change(
                connection,
                fault=fault.as_record(),
                paused_at=row["paused_at"] if row["fault"] is not None else row["now"],
                paused_until=row["now"] + length,
                pause_seconds=length,
            )

    def passed(self, *, after_trial: bool) -> None:
        """A call came through: rate limits are over, and with a trial so is the pause."""
        changes: dict[str, Any] = {"limited_since": None}
        if after_trial:
            changes |= {"fault": None, "paused_at": None, "paused_until": 0.0, "pause_seconds": 0.0}
        with writing(self._engine) as connection:
            self._change(connection, **changes)

    def retry(self, seconds: float = 0.0) -> None:
        """Let one call try in `seconds` whether the pause may end. Without one this means nothing."""
        with writing(self._engine) as connection:
            row = _locked(connection, self._name)
            self._change(connection, paused_until=row["now"] + seconds)

    def notice(self) -> Fault | None:
        """Why calls are paused, with `retry_after` in seconds; `None` when the next call may try."""
        row = self._read()
        if row is None or row["fault"] is None or row["paused_until"] <= row["now"]:
            return None
        left = min(row["paused_until"] - row["now"], row["pause_seconds"])
        return Fault.from_record(row["fault"] | {"retry_after": left})

    def _read(self) -> RowMapping | None:
        with reading(self._engine) as connection:
            return connection.execute(_BY_NAME, {"of_name": self._name}).mappings().first()

    def _change(self, connection: Connection, **changes: Any) -> None:
        connection.execute(_CHANGE, {"of_name": self._name, **changes})


def _passage(row: RowMapping) -> Passage:
    now = row["now"]
    until = max(row["cool_until"], row["paused_until"] if row["fault"] is not None else 0.0)
    since = row["limited_since"]
    return Passage(seconds=max(0.0, until - now), limited_for=0.0 if since is None else now - since)


def _locked(connection: Connection, name: str) -> RowMapping:
    """The gate's row, which nobody else can change before this transaction ends; made when it is missing."""
    connection.execute(_ENSURE, {"name": name})
    connection.execute(_LOCK, {"of_name": name})
    # Read after the lock was granted, its clock included.
    return connection.execute(_BY_NAME, {"of_name": name}).mappings().one()


_BY_NAME = sa.select(GATES, DatabaseNow().label("now")).where(GATES.c.name == sa.bindparam("of_name"))
_LOCK = sa.select(GATES.c.name).where(GATES.c.name == sa.bindparam("of_name")).with_for_update()
_CHANGE = sa.update(GATES).where(GATES.c.name == sa.bindparam("of_name"))
_ENSURE = sa.text(
    "INSERT INTO provider_gates (name, cool_until, paused_until, pause_seconds) VALUES (:name, 0, 0, 0)"
    " ON CONFLICT (name) DO NOTHING"
)
