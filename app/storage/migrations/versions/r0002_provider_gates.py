"""A gate for each provider, which all processes share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_gates",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cool_until", sa.Double(), nullable=False),
        sa.Column("limited_since", sa.Double()),
        sa.Column("fault", sa.JSON()),
        sa.Column("paused_at", sa.Double()),
        sa.Column("paused_until", sa.Double(), nullable=False),
        sa.Column("pause_seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_provider_gates"),
    )
