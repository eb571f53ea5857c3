"""Tokens, sign-in sessions and failed sign-ins, shared by all processes. Secrets come as digests only."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.accounts import Token
from app.domain.errors import Fault, Problem, StudioError
from app.domain.ids import new_id
from app.domain.sentences import say
from app.storage.clock import DatabaseNow
from app.storage.engine import reading, writing
from app.storage.rows import token_of
from app.storage.schema import FAILED_SIGN_INS, SESSIONS, TOKENS

_USE_NOTED_EVERY_SECONDS = 60.0
"""A script that calls all the time must not cost a write each time."""

_FAILURES_KEPT_SECONDS = 24 * 3600.0


class SqlAccounts:
    """The `AccountStore` port over a database."""

    def __init__(self, engine: Engine):
        self._engine = engine

    def add_token(self, name: str, owner: str, secret_digest: str) -> Token:
        """Raises `StudioError` `invalid_value` (param `name`) when a live token has that name."""
        token_id = new_id()
        values = {"id": token_id, "name": name, "owner": owner, "secret_digest": secret_digest}
        try:
            with writing(self._engine) as connection:
                connection.execute(sa.insert(TOKENS).values(created_at=DatabaseNow(), **values))
                row = connection.execute(sa.select(TOKENS).where(TOKENS.c.id == token_id)).mappings().one()
        except sa.exc.IntegrityError as error:
            sentence = say("There is already a token of this name. Choose another name, or revoke that one first.")
            raise StudioError(
                Fault("invalid_value", sentence, param="name"), problems=(Problem("name", "invalid_value", sentence),)
            ) from error
        return token_of(row)

    def tokens(self) -> Sequence[Token]:
        """All tokens, oldest first, revoked ones included."""
        with reading(self._engine) as connection:
            query = sa.select(TOKENS).order_by(TOKENS.c.created_at, TOKENS.c.id)
            return [token_of(row) for row in connection.execute(query).mappings()]

    def revoke_token(self, name: str) -> bool:
        """`False` when no live token has that name."""
        live = sa.and_(TOKENS.c.name == name, TOKENS.c.revoked_at.is_(None))
        with writing(self._engine) as connection:
            return connection.execute(sa.update(TOKENS).where(live).values(revoked_at=DatabaseNow())).rowcount == 1

    def find_token(self, secret_digest: str) -> Token | None:
        """The live token with this digest; its use is noted (at most once a minute)."""
        live = sa.and_(TOKENS.c.secret_digest == secret_digest, TOKENS.c.revoked_at.is_(None))
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(TOKENS, DatabaseNow().label("now")).where(live)).mappings().first()
        if row is None:
            return None
        if row["last_used_at"] is None or row["last_used_at"] <= row["now"] - _USE_NOTED_EVERY_SECONDS:
            with writing(self._engine) as connection:
                connection.execute(sa.update(TOKENS).where(live).values(last_used_at=row["now"]))
        return token_of(row)

    def open_session(self, secret_digest: str, owner: str, lifetime: float) -> None:
        """A session of `lifetime` seconds. Sessions that ran out are swept away on the occasion."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.expires_at <= DatabaseNow()))
            connection.execute(
                sa.insert(SESSIONS).values(
                    secret_digest=secret_digest,
                    owner=owner,
                    created_at=DatabaseNow(),
                    expires_at=DatabaseNow() + lifetime,
                )
            )

    def find_session(self, secret_digest: str) -> str | None:
        """The owner of a session that is neither closed nor older than its lifetime."""
        query = sa.select(SESSIONS.c.owner).where(
            SESSIONS.c.secret_digest == secret_digest, SESSIONS.c.expires_at > DatabaseNow()
        )
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one_or_none()

    def close_session(self, secret_digest: str) -> None:
        """End one session. No error if there is none."""
        self._delete(sa.delete(SESSIONS).where(SESSIONS.c.secret_digest == secret_digest))

    def close_all_sessions(self, owner: str) -> None:
        """End every session of that owner, as after a change of password."""
        self._delete(sa.delete(SESSIONS).where(SESSIONS.c.owner == owner))

    def note_failed_sign_in(self, bucket: str) -> None:
        """Count one failure; those of this bucket that are over a day old are forgotten."""
        old = FAILED_SIGN_INS.c.at < DatabaseNow() - _FAILURES_KEPT_SECONDS
        with writing(self._engine) as connection:
            connection.execute(sa.delete(FAILED_SIGN_INS).where(FAILED_SIGN_INS.c.bucket == bucket, old))
            connection.execute(sa.insert(FAILED_SIGN_INS).values(bucket=bucket, at=DatabaseNow()))

    def failed_sign_ins(self, bucket: str, window: float) -> tuple[int, float]:
        """How many in the last `window` seconds, and seconds since the newest (0.0 if none)."""
        query = sa.select(
            sa.func.count(), sa.func.coalesce(DatabaseNow() - sa.func.max(FAILED_SIGN_INS.c.at), 0.0)
        ).where(FAILED_SIGN_INS.c.bucket == bucket, FAILED_SIGN_INS.c.at > DatabaseNow() - window)
        with reading(self._engine) as connection:
            count, age = connection.execute(query).one()
        return count, max(0.0, age)

    def forget_failed_sign_ins(self, bucket: str) -> None:
        """Forgive, as after a sign-in that succeeded."""
        self._delete(sa.delete(FAILED_SIGN_INS).where(FAILED_SIGN_INS.c.bucket == bucket))

    def sweep(self) -> int:
        """Forget sessions that ran out, and failed sign-ins that are over a day old; how many."""
        with writing(self._engine) as connection:
            sessions = connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.expires_at <= DatabaseNow()))
            old = FAILED_SIGN_INS.c.at < DatabaseNow() - _FAILURES_KEPT_SECONDS
            return sessions.rowcount + connection.execute(sa.delete(FAILED_SIGN_INS).where(old)).rowcount

    def _delete(self, statement: sa.Delete) -> None:
        with writing(self._engine) as connection:
            connection.execute(statement)
