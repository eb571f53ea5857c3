"""The tables. Times are Unix seconds by the database's clock, money whole micro-dollars.

Migrations bring a database here; a test compares the two.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.storage import schema_conversations
from app.storage.metadata import METADATA
from app.storage.types import AnyText, folded, identifier, json, sequence

# Whoever asks `METADATA` for all tables by way of this module gets all of them.
__all__ = ["METADATA", "schema_conversations"]

JOBS = sa.Table(
    "jobs",
    METADATA,
    sa.Column("id", identifier(), primary_key=True),
    sa.Column("owner", AnyText, nullable=False),
    sa.Column("kind", AnyText, nullable=False),
    sa.Column("state", AnyText, nullable=False),
    sa.Column("request", json(), nullable=False),
    sa.Column("prompt", AnyText, nullable=False),
    sa.Column("model", AnyText, nullable=False),
    sa.Column("fingerprint", AnyText, nullable=False),
    sa.Column("idempotency_key", AnyText),
    sa.Column("practice", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("submitted_at", sa.Double),
    sa.Column("finished_at", sa.Double),
    sa.Column("estimate_micro", sa.BigInteger, nullable=False),
    sa.Column("at_most_micro", sa.BigInteger, nullable=False),
    sa.Column("exact", sa.Boolean, nullable=False),
    sa.Column("cost_micro", sa.BigInteger),
    sa.Column("basis", AnyText, nullable=False),
    sa.Column("usage", json()),
    sa.Column("resolved", json(), nullable=False),
    sa.Column("fault", json()),
    sa.Column("notes", json(), nullable=False),
    sa.Column("purged", sa.Integer, nullable=False, server_default="0"),
    sa.Column("response_id", AnyText),
    sa.Column("words", AnyText),
    sa.Column("way", AnyText),
    sa.Index(None, "owner", "id"),
    sa.Index(None, "owner", "fingerprint", "id"),
)
"""`purged`: how many of its pictures were deleted for good. The last three are about turns; see `domain.jobs.Job`."""
sa.Index(
    "uq_jobs_owner_idempotency_key",
    JOBS.c.owner,
    JOBS.c.idempotency_key,
    unique=True,
    sqlite_where=JOBS.c.idempotency_key.is_not(None),
    postgresql_where=JOBS.c.idempotency_key.is_not(None),
)

ATTEMPTS = sa.Table(
    "attempts",
    METADATA,
    sa.Column("id", identifier(), primary_key=True),
    sa.Column("job_id", identifier(), sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("owner", AnyText, nullable=False),
    sa.Column("practice", sa.Boolean, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("stream", sa.Boolean, nullable=False),
    sa.Column("state", AnyText, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("token", AnyText),
    sa.Column("runner", AnyText),
    sa.Column("lease_until", sa.Double),
    sa.Column("estimate_micro", sa.BigInteger, nullable=False),
    sa.Column("at_most_micro", sa.BigInteger, nullable=False),
    sa.Column("held_micro", sa.BigInteger, nullable=False),
    sa.Column("not_before", sa.Double, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("submitted_at", sa.Double),
    sa.Column("finished_at", sa.Double),
    sa.Column("upstream_request_id", AnyText),
    sa.Column("fault", json()),
    sa.UniqueConstraint("job_id", "ordinal"),
    sa.Index(None, "state", "not_before"),
)
"""One row per planned paid call. `held_micro` is the hold itself: there is no counter beside it."""
sa.Index(
    "ix_attempts_held",
    ATTEMPTS.c.practice,
    ATTEMPTS.c.state,
    sqlite_where=ATTEMPTS.c.held_micro > sa.literal_column("0"),
    postgresql_where=ATTEMPTS.c.held_micro > sa.literal_column("0"),
)

CHARGES = sa.Table(
    "charges",
    METADATA,
    sa.Column("id", identifier(), primary_key=True),
    sa.Column("attempt_id", identifier(), sa.ForeignKey("attempts.id"), nullable=False, unique=True),
    sa.Column("job_id", identifier(), sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("owner", AnyText, nullable=False),
    sa.Column("model", AnyText, nullable=False),
    sa.Column("kind", AnyText, nullable=False),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("amount_micro", sa.BigInteger, nullable=False),
    sa.Column("basis", AnyText, nullable=False),
    sa.Column("usage", json()),
    sa.Column("practice", sa.Boolean, nullable=False),
    # Covers the sums that every admission takes, so that they never touch the table itself.
    sa.Index(None, "practice", "at", "owner", "amount_micro"),
)
"""The ledger, never deleted from. `attempt_id` is unique: nothing can be settled twice."""

JOB_EVENTS = sa.Table(
    "job_events",
    METADATA,
    sa.Column("seq", sequence(), sa.Identity(), primary_key=True),
    sa.Column("job_id", identifier(), sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("kind", AnyText, nullable=False),
    sa.Column("data", json(), nullable=False),
    sa.Index(None, "job_id", "seq"),
    sqlite_autoincrement=True,
)

PICTURES = sa.Table(
    "pictures",
    METADATA,
    sa.Column("id", identifier(), primary_key=True),
    sa.Column("job_id", identifier(), sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("attempt_id", identifier(), sa.ForeignKey("attempts.id"), nullable=False),
    sa.Column("owner", AnyText, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("mime_type", AnyText, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("byte_size", sa.BigInteger, nullable=False),
    sa.Column("revised_prompt", AnyText),
    sa.Column("prompt", AnyText, nullable=False),
    sa.Column("model", AnyText, nullable=False),
    sa.Column("practice", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("drift", sa.Double),
    sa.Column("model_picture_id", identifier()),
    sa.Column("is_model_picture", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("kind", AnyText, nullable=False, server_default="generate"),
    sa.Column("cost_micro", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("favourite", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("note", AnyText, nullable=False, server_default=""),
    sa.Column("deleted_at", sa.Double),
    sa.UniqueConstraint("job_id", "ordinal"),
)
"""What a model drew for an edit that kept the rest (`is_model_picture`) is no result: the row of the
composite names it as `model_picture_id`. `cost_micro` is a share of the attempt's charge, and 0 for such a row."""

IS_RESULT = PICTURES.c.is_model_picture.is_(sa.false())
IS_THERE = sa.and_(IS_RESULT, PICTURES.c.deleted_at.is_(None))
IS_FAVOURITE = PICTURES.c.favourite.is_(sa.true())
IS_IN_BIN = sa.and_(IS_RESULT, PICTURES.c.deleted_at.is_not(None))
for _name, _where in (
    ("shown", IS_THERE),
    ("favourites", sa.and_(IS_THERE, IS_FAVOURITE)),
    ("bin", IS_IN_BIN),
):
    sa.Index(f"ix_pictures_{_name}", PICTURES.c.owner, PICTURES.c.id, sqlite_where=_where, postgresql_where=_where)

PICTURE_TAGS = sa.Table(
    "picture_tags",
    METADATA,
    sa.Column("picture_id", identifier(), sa.ForeignKey("pictures.id"), primary_key=True),
    sa.Column("key", folded(), primary_key=True),
    sa.Column("owner", AnyText, nullable=False),
    sa.Column("name", AnyText, nullable=False),
    sa.Index(None, "owner", "key", "picture_id"),
)
"""`key` is the name folded (`domain.search.fold`): the same tag whatever its case."""

ALBUMS = sa.Table(
    "albums",
    METADATA,
    sa.Column("id", identifier(), primary_key=True),
    sa.Column("owner", AnyText, nullable=False),
    sa.Column("key", folded(), nullable=False),
    sa.Column("name", AnyText, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.UniqueConstraint("owner", "key"),
)

ALBUM_PICTURES = sa.Table(
    "album_pictures",
    METADATA,
    sa.Column("album_id", identifier(), sa.ForeignKey("albums.id"), primary_key=True),
    sa.Column("picture_id", identifier(), sa.ForeignKey("pictures.id"), primary_key=True, index=True),
    sa.Column("added_at", sa.Double, nullable=False),
)

PICTURE_TEXTS = sa.Table(
    "picture_texts",
    METADATA,
    sa.Column("picture_id", identifier(), sa.ForeignKey("pictures.id"), primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("facets", sa.Text, nullable=False),
    sa.Column("indexed", sa.Boolean, nullable=False),
)
"""What each picture of the library is found by; derived from the other tables by `library_text`, and only there."""
sa.Index(
    "ix_picture_texts_waiting",
    PICTURE_TEXTS.c.picture_id,
    sqlite_where=PICTURE_TEXTS.c.indexed.is_(sa.false()),
    postgresql_where=PICTURE_TEXTS.c.indexed.is_(sa.false()),
)

JOB_INPUTS = sa.Table(
    "job_inputs",
    METADATA,
    sa.Column("job_id", identifier(), sa.ForeignKey("jobs.id"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("picture_id", identifier(), index=True),
)
"""Every blob that a job's request names, so that none of them is swept, and the pictures of the library among them."""

UPLOADS = sa.Table(
    "uploads",
    METADATA,
    sa.Column("id", identifier(), primary_key=True),
    sa.Column("owner", AnyText, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("mime_type", AnyText, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("byte_size", sa.BigInteger, nullable=False),
    sa.Column("has_alpha", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False, index=True),
)

TOKENS = sa.Table(
    "tokens",
    METADATA,
    sa.Column("id", identifier(), primary_key=True),
    sa.Column("name", AnyText, nullable=False),
    sa.Column("owner", AnyText, nullable=False),
    sa.Column("secret_digest", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("last_used_at", sa.Double),
    sa.Column("revoked_at", sa.Double),
)
sa.Index(
    "uq_tokens_live_name",
    TOKENS.c.name,
    unique=True,
    sqlite_where=TOKENS.c.revoked_at.is_(None),
    postgresql_where=TOKENS.c.revoked_at.is_(None),
)

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("secret_digest", sa.String(64), primary_key=True),
    sa.Column("owner", AnyText, nullable=False, index=True),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
)

FAILED_SIGN_INS = sa.Table(
    "failed_sign_ins",
    METADATA,
    sa.Column("id", sequence(), sa.Identity(), primary_key=True),
    sa.Column("bucket", AnyText, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Index(None, "bucket", "at"),
)

PROVIDER_GATES = sa.Table(
    "provider_gates",
    METADATA,
    sa.Column("name", AnyText, primary_key=True),
    sa.Column("cool_until", sa.Double, nullable=False),
    sa.Column("limited_since", sa.Double),
    sa.Column("fault", json()),
    sa.Column("paused_at", sa.Double),
    sa.Column("paused_until", sa.Double, nullable=False),
    sa.Column("pause_seconds", sa.Double, nullable=False),
)
"""One row per account at a provider. `fault` is set while calls are paused; see `domain.gates`."""

INSTALLATION = sa.Table("installation", METADATA, sa.Column("id", sa.String(32), primary_key=True))
"""One row, made with the table: what this database is called, for what lies outside of it. Never exported."""
