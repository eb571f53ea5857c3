"""What the library needs: favourites, notes, tags, albums, a bin, and the words in which pictures are looked for."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_columns()
    _add_tables()
    _fill()


def _add_columns() -> None:
    op.add_column("jobs", sa.Column("purged", sa.Integer(), nullable=False, server_default="0"))
    for column in (
        sa.Column("kind", sa.Text(), nullable=False, server_default="generate"),
        sa.Column("cost_micro", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("favourite", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("deleted_at", sa.Double()),
    ):
        op.add_column("pictures", column)
    pictures = sa.table(
        "pictures",
        sa.column("is_model_picture", sa.Boolean),
        sa.column("favourite", sa.Boolean),
        sa.column("deleted_at", sa.Double),
    )
    is_result = pictures.c.is_model_picture.is_(sa.false())
    is_there = sa.and_(is_result, pictures.c.deleted_at.is_(None))
    op.drop_index("ix_pictures_owner_id", "pictures")
    for name, where in (
        ("shown", is_there),
        ("favourites", sa.and_(is_there, pictures.c.favourite.is_(sa.true()))),
        ("bin", sa.and_(is_result, pictures.c.deleted_at.is_not(None))),
    ):
        op.create_index(f"ix_pictures_{name}", "pictures", ["owner", "id"], sqlite_where=where, postgresql_where=where)


def _add_tables() -> None:
    identifier = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
    key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "picture_tags",
        sa.Column("picture_id", identifier, nullable=False),
        sa.Column("key", key, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_picture_tags_picture_id"),
        sa.PrimaryKeyConstraint("picture_id", "key", name="pk_picture_tags"),
    )
    op.create_index("ix_picture_tags_owner_key_picture_id", "picture_tags", ["owner", "key", "picture_id"])
    op.create_table(
        "albums",
        sa.Column("id", identifier, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("key", key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_albums"),
        sa.UniqueConstraint("owner", "key", name="uq_albums_owner_key"),
    )
    op.create_table(
        "album_pictures",
        sa.Column("album_id", identifier, nullable=False),
        sa.Column("picture_id", identifier, nullable=False),
        sa.Column("added_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["album_id"], ["albums.id"], name="fk_album_pictures_album_id"),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_album_pictures_picture_id"),
        sa.PrimaryKeyConstraint("album_id", "picture_id", name="pk_album_pictures"),
    )
    op.create_index("ix_album_pictures_picture_id", "album_pictures", ["picture_id"])
    texts = op.create_table(
        "picture_texts",
        sa.Column("picture_id", identifier, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.Column("indexed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_picture_texts_picture_id"),
        sa.PrimaryKeyConstraint("picture_id", name="pk_picture_texts"),
    )
    op.create_index("ix_picture_texts_position", "picture_texts", ["position"])
    waiting = texts.c.indexed.is_(sa.false())
    op.create_index(
        "ix_picture_texts_waiting", "picture_texts", ["picture_id"], sqlite_where=waiting, postgresql_where=waiting
    )


def _fill() -> None:
    """Give the pictures that are there their kind and their share of the cost; the start fills in their words."""
    op.execute("UPDATE pictures SET kind = (SELECT jobs.kind FROM jobs WHERE jobs.id = pictures.job_id)")
    op.execute(
        "INSERT INTO picture_texts (picture_id, position, text, facets, indexed) "
        "SELECT id, 0, '', '', is_model_picture FROM pictures WHERE NOT is_model_picture"
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT pictures.attempt_id, pictures.id, charges.amount_micro "
            "FROM pictures JOIN charges ON charges.attempt_id = pictures.attempt_id "
            "WHERE NOT pictures.is_model_picture ORDER BY pictures.attempt_id, pictures.ordinal"
        )
    ).all()
    shares = []
    for _, group in groupby(rows, itemgetter(0)):
        several = list(group)
        share, rest = divmod(several[0].amount_micro, len(several))
        shares += [{"of_picture": row.id, "cost": share + rest * (row is several[0])} for row in several]
    if shares:
        connection.execute(sa.text("UPDATE pictures SET cost_micro = :cost WHERE id = :of_picture"), shares)
