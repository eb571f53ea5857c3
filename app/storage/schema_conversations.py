"""The tables of conversations. What was said, and what came of it, stands with each turn's job."""

from __future__ import annotations

import sqlalchemy as sa

from app.storage.metadata import METADATA
from app.storage.types import AnyText, folded, identifier

CONVERSATIONS = sa.Table(
    "conversations",
    METADATA,
    sa.Column("id", identifier(), primary_key=True),
    sa.Column("owner", AnyText, nullable=False),
    sa.Column("title", AnyText, nullable=False),
    sa.Column("title_text", folded(), nullable=False),
    sa.Column("text_model", AnyText, nullable=False),
    sa.Column("newest_turn_id", identifier(), nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("updated_at", sa.Double, nullable=False),
    sa.Index(None, "owner", "newest_turn_id"),
)
"""Lists are ordered by the newest turn. `title_text` and a turn's `text` are what is searched."""

TURNS = sa.Table(
    "turns",
    METADATA,
    sa.Column("id", identifier(), primary_key=True),
    sa.Column("conversation_id", identifier(), sa.ForeignKey("conversations.id"), nullable=False),
    # No foreign key: an archive may hold a turn without the one before, which the studio had already.
    sa.Column("parent_id", identifier()),
    sa.Column("job_id", identifier(), sa.ForeignKey("jobs.id"), nullable=False, unique=True),
    sa.Column("text", folded(), nullable=False),
    sa.Index(None, "conversation_id", "id"),
)
