"""How Alembic runs here: on the connection, and in the transaction, that `migrate` hands over."""

from __future__ import annotations

from alembic import context

from app.storage.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # Both databases roll DDL back, and ours begins its transactions itself: half a migration never stays.
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
