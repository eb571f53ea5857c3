"""Uploads live for a day, and belong to who brought them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.pictures import PictureFile
from app.storage.schema import UPLOADS
from app.storage.uploads import KEPT_SECONDS, SqlUploads
from tests.storage.making import ALICE, BOB, execute

FILE = PictureFile(digest="ab" * 32, mime_type="image/jpeg", width=40, height=30, byte_size=1234)


@pytest.fixture
def uploads(engine: Engine) -> SqlUploads:
    return SqlUploads(engine)


def test_an_upload_is_found_as_it_was_kept_by_its_owner_alone(uploads: SqlUploads) -> None:
    kept = uploads.add(ALICE, FILE, has_alpha=True)
    assert uploads.find(kept.id, ALICE) == kept
    assert (kept.owner, kept.digest, kept.width, kept.height, kept.has_alpha) == (ALICE, FILE.digest, 40, 30, True)
    assert uploads.find(kept.id, BOB) is None
    assert uploads.find("0" * 26, ALICE) is None


def test_the_same_picture_may_be_brought_twice(uploads: SqlUploads) -> None:
    ids = {uploads.add(owner, FILE, has_alpha=False).id for owner in (ALICE, ALICE, BOB)}
    assert len(ids) == 3


def test_after_a_day_it_is_gone_swept_or_not(uploads: SqlUploads, engine: Engine) -> None:
    old = uploads.add(ALICE, FILE, has_alpha=False)
    execute(engine, sa.update(UPLOADS).values(created_at=UPLOADS.c.created_at - KEPT_SECONDS + 60))
    young = uploads.add(ALICE, FILE, has_alpha=False)
    assert uploads.find(old.id, ALICE) is not None
    assert uploads.sweep() == 0
    execute(engine, sa.update(UPLOADS).values(created_at=UPLOADS.c.created_at - 120))
    assert uploads.find(old.id, ALICE) is None
    assert uploads.sweep() == 1
    assert uploads.find(young.id, ALICE) is not None
