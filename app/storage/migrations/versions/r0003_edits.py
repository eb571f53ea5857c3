"""What edits need: uploads, the inputs of jobs, and what the model drew beside what was kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    identifier = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
    op.add_column("pictures", sa.Column("drift", sa.Double()))
    op.add_column("pictures", sa.Column("model_picture_id", identifier))
    op.add_column(
        "pictures", sa.Column("is_model_picture", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "job_inputs",
        sa.Column("job_id", identifier, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("picture_id", identifier),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_inputs_job_id"),
        sa.PrimaryKeyConstraint("job_id", "ordinal", name="pk_job_inputs"),
    )
    op.create_index("ix_job_inputs_picture_id", "job_inputs", ["picture_id"])
    op.create_table(
        "uploads",
        sa.Column("id", identifier, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("mime_type", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column("has_alpha", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_created_at", "uploads", ["created_at"])
