"""Tokens, sessions and failed sign-ins behave the same for every process that asks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.accounts import digest_of_secret
from app.domain.errors import StudioError
from app.storage.accounts import SqlAccounts
from app.storage.schema import FAILED_SIGN_INS, SESSIONS, TOKENS
from tests.storage.making import ALICE, BOB, execute

SECRET = digest_of_secret("a secret")
OTHER = digest_of_secret("another secret")


@pytest.fixture
def accounts(engine: Engine) -> SqlAccounts:
    return SqlAccounts(engine)


def test_a_token_is_found_by_its_digest_until_it_is_revoked(accounts: SqlAccounts) -> None:
    token = accounts.add_token("laptop", ALICE, SECRET)
    assert (token.name, token.owner, token.last_used_at, token.revoked_at) == ("laptop", ALICE, None, None)
    found = accounts.find_token(SECRET)
    assert found is not None
    assert found.id == token.id
    assert accounts.find_token(OTHER) is None
    assert accounts.revoke_token("laptop")
    assert accounts.find_token(SECRET) is None
    assert not accounts.revoke_token("laptop")


def test_a_live_name_is_taken_and_a_revoked_one_is_free_again(accounts: SqlAccounts) -> None:
    first = accounts.add_token("laptop", ALICE, SECRET)
    with pytest.raises(StudioError) as caught:
        accounts.add_token("laptop", BOB, OTHER)
    assert (caught.value.fault.code, caught.value.fault.param) == ("invalid_value", "name")
    assert caught.value.problems[0].field == "name"
    accounts.revoke_token("laptop")
    second = accounts.add_token("laptop", ALICE, OTHER)
    listed = accounts.tokens()
    assert [token.id for token in listed] == [first.id, second.id]
    assert listed[0].revoked_at is not None


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(accounts: SqlAccounts, engine: Engine) -> None:
    accounts.add_token("laptop", ALICE, SECRET)
    accounts.find_token(SECRET)
    noted = accounts.tokens()[0].last_used_at
    assert noted is not None
    execute(engine, sa.update(TOKENS).values(last_used_at=noted - 50))
    accounts.find_token(SECRET)
    assert accounts.tokens()[0].last_used_at == noted - 50
    execute(engine, sa.update(TOKENS).values(last_used_at=noted - 61))
    accounts.find_token(SECRET)
    assert accounts.tokens()[0].last_used_at >= noted  # type: ignore[operator]  # it was noted above


def test_a_session_lasts_until_it_is_closed(accounts: SqlAccounts) -> None:
    accounts.open_session(SECRET, ALICE, 60.0)
    assert accounts.find_session(SECRET) == ALICE
    assert accounts.find_session(OTHER) is None
    accounts.close_session(SECRET)
    accounts.close_session(SECRET)
    assert accounts.find_session(SECRET) is None


def test_a_session_ends_with_its_lifetime_and_is_swept_away(accounts: SqlAccounts, engine: Engine) -> None:
    accounts.open_session(SECRET, ALICE, 0.0)
    assert accounts.find_session(SECRET) is None
    accounts.open_session(OTHER, ALICE, 60.0)
    with engine.connect() as connection:
        assert connection.execute(sa.select(SESSIONS.c.secret_digest)).scalars().all() == [OTHER]


def test_closing_all_sessions_of_one_owner_leaves_those_of_others(accounts: SqlAccounts) -> None:
    third = digest_of_secret("third")
    for secret, owner in ((SECRET, ALICE), (OTHER, ALICE), (third, BOB)):
        accounts.open_session(secret, owner, 60.0)
    accounts.close_all_sessions(ALICE)
    assert [accounts.find_session(secret) for secret in (SECRET, OTHER, third)] == [None, None, BOB]


def test_failed_sign_ins_are_counted_per_bucket_within_a_window(accounts: SqlAccounts, engine: Engine) -> None:
    assert accounts.failed_sign_ins("anyone", 60.0) == (0, 0.0)
    for _ in range(3):
        accounts.note_failed_sign_in("anyone")
    accounts.note_failed_sign_in("somebody")
    count, age = accounts.failed_sign_ins("anyone", 60.0)
    assert count == 3
    assert 0.0 <= age < 30.0
    execute(engine, sa.update(FAILED_SIGN_INS).values(at=FAILED_SIGN_INS.c.at - 100))
    assert accounts.failed_sign_ins("anyone", 60.0) == (0, 0.0)
    count, age = accounts.failed_sign_ins("anyone", 1000.0)
    assert count == 3
    assert 100.0 <= age < 130.0


def test_failed_sign_ins_are_forgiven_and_forgotten_after_a_day(accounts: SqlAccounts, engine: Engine) -> None:
    accounts.note_failed_sign_in("anyone")
    accounts.note_failed_sign_in("somebody")
    accounts.forget_failed_sign_ins("anyone")
    assert accounts.failed_sign_ins("anyone", 60.0)[0] == 0
    assert accounts.failed_sign_ins("somebody", 60.0)[0] == 1
    execute(engine, sa.update(FAILED_SIGN_INS).values(at=FAILED_SIGN_INS.c.at - 90_000))
    accounts.note_failed_sign_in("somebody")
    assert accounts.failed_sign_ins("somebody", 1_000_000.0)[0] == 1


def test_housekeeping_forgets_what_ran_out_and_nothing_else(accounts: SqlAccounts, engine: Engine) -> None:
    accounts.open_session("b" * 64, ALICE, 3600.0)
    execute(engine, sa.insert(SESSIONS).values(secret_digest="a" * 64, owner=ALICE, created_at=1.0, expires_at=2.0))
    accounts.note_failed_sign_in("new")
    execute(engine, sa.insert(FAILED_SIGN_INS).values(bucket="old", at=1.0))
    assert accounts.sweep() == 2
    assert accounts.sweep() == 0
    assert accounts.find_session("b" * 64) == ALICE
    assert accounts.failed_sign_ins("new", 60.0)[0] == 1
