"""What conversations need: their turns as a tree, and what an answer to a turn brings besides pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    identifier = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
    folded = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    for name in ("response_id", "words", "way"):
        op.add_column("jobs", sa.Column(name, sa.Text()))
    op.create_table(
        "conversations",
        sa.Column("id", identifier, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_text", folded, nullable=False),
        sa.Column("text_model", sa.Text(), nullable=False),
        sa.Column("newest_turn_id", identifier, nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_owner_newest_turn_id", "conversations", ["owner", "newest_turn_id"])
    op.create_table(
        "turns",
        sa.Column("id", identifier, nullable=False),
        sa.Column("conversation_id", identifier, nullable=False),
        sa.Column("parent_id", identifier),
        sa.Column("job_id", identifier, nullable=False),
        sa.Column("text", folded, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_turns_conversation_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_turns_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.UniqueConstraint("job_id", name="uq_turns_job_id"),
    )
    op.create_index("ix_turns_conversation_id_id", "turns", ["conversation_id", "id"])
