"""Commits that the writers of one process share.

SQLite admits one writer at a time, and each commit waits for the disk: once with a write-ahead log, four times
with a rollback journal. Writers that queue up while another's commit is on its way to the disk therefore write into
one transaction, a savepoint each, and the last of them commits for all. Nobody goes on before that
commit: what a block wrote is durable when it ends, alone or in company.

The rounds of all processes queue up too (`process_queue.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, NestedTransaction

from app.storage import process_queue

MOST_PARTS = 64
"""How many writers may share a commit; beyond that the first of them would wait too long."""

COMPANY_SECONDS = 0.003
"""How long one who expects another writer waits for it: less than the commit takes that is spared so."""

_LOOK_AGAIN_SECONDS = 1.0


class Writers:
    """The queue of one engine's writers, which must all be SQLite's. Safe for any number of threads.

    `queue` is the file at which the processes of one database queue up.
    """

    def __init__(self, queue: Path) -> None:
        self._queue = queue
        self._turn = threading.Lock()
        self._counting = threading.Condition()
        self._queued = 0
        self._round: _Round | None = None

    @contextmanager
    def write(self, engine: Engine) -> Iterator[Connection]:
        """Write in the transaction of the present round. Raises what the block raises, undone; and what the
        commit raises, which then undid every part of the round."""
        with self._counting:
            self._queued += 1
            self._counting.notify_all()
        with self._turn:
            with self._counting:
                self._queued -= 1
            current = self._round = self._round or _Round(engine, self._queue)
            try:
                with current.part() as connection:
                    yield connection
            finally:
                if current.is_broken or not self._queued or current.parts >= MOST_PARTS:
                    self._end(current)
        while not current.ended.wait(_LOOK_AGAIN_SECONDS):
            # Somebody who queued was to commit, and has not come.
            with self._turn:
                self._end(current)
        current.check()

    def await_company(self) -> None:
        """To be called while writing: wait a moment for somebody to queue up, who will share the commit."""
        with self._counting:
            self._counting.wait_for(lambda: self._queued, COMPANY_SECONDS)

    def _end(self, current: _Round) -> None:
        if self._round is current:
            self._round = None
            current.end()


class _Round:
    """One transaction with a part for each writer. `ended` is set when it is durable or undone."""

    def __init__(self, engine: Engine, queue: Path):
        self.parts = 0
        self.is_broken = False
        self.ended = threading.Event()
        self._error: BaseException | None = None
        self._connection = engine.connect()
        self._place: int | None = None
        try:
            self._place = process_queue.come_first(queue)
            self._connection.execution_options(write=True)
            self._transaction = self._connection.begin()
        except BaseException:
            self._leave()
            raise

    @contextmanager
    def part(self) -> Iterator[Connection]:
        # The first has nobody's work to spare, so it needs no savepoint.
        savepoint = self._connection.begin_nested() if self.parts else None
        try:
            yield self._connection
            self._require_open()
            if savepoint is not None:
                savepoint.commit()
        except BaseException:
            self._undo(savepoint)
            raise
        self.parts += 1

    def end(self) -> None:
        """Commit what all parts wrote, or nothing. Never raises: `check` does, for each writer."""
        try:
            if self._error is None and self.parts:
                self._transaction.commit()
        except BaseException as error:
            self._error = error
        try:
            self._leave()  # rolls back what was not committed
        except Exception as error:
            self._error = self._error or error
        self.ended.set()

    def check(self) -> None:
        """Raises what the commit raised."""
        error = self._error
        if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
            # Each thread raises an exception of its own: tracebacks grow on the object.
            raise type(error)(error.statement, error.params, error.orig) from error
        if error is not None:
            raise error

    def _undo(self, savepoint: NestedTransaction | None) -> None:
        self.is_broken = savepoint is None
        try:
            if savepoint is not None:
                savepoint.rollback()
            self._require_open()
        except Exception as error:
            self.is_broken = True
            self._error = error

    def _leave(self) -> None:
        try:
            if self._error is not None:
                self._connection.invalidate()  # a commit that failed may have left its transaction open
            self._connection.close()
        finally:
            process_queue.leave(self._place)

    def _require_open(self) -> None:
        """For some errors, a full disk among them, SQLite undoes the whole transaction by itself."""
        raw = self._connection.connection.dbapi_connection
        if raw is None or not raw.in_transaction:
            raise sa.exc.OperationalError("COMMIT", None, RuntimeError("the transaction was undone"))
