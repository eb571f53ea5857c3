"""Signing in and out, the pause after wrong passwords, tokens."""

from __future__ import annotations

import threading
import time

import pytest

from app.domain.accounts import STUDIO
from app.domain.errors import StudioError
from app.services.accounts import SESSION_SECONDS, Accounts
from tests.account_book import AccountBook

PASSWORD = "correct horse 電池"


@pytest.fixture
def book() -> AccountBook:
    return AccountBook()


@pytest.fixture
def accounts(book: AccountBook) -> Accounts:
    return Accounts(store=book, password=PASSWORD)


def fail(accounts: Accounts, times: int = 1) -> StudioError:
    for _ in range(times):
        with pytest.raises(StudioError) as caught:
            accounts.sign_in("wrong password")
    return caught.value


def test_the_password_opens_a_session_that_ends_at_sign_out(accounts: Accounts) -> None:
    secret = accounts.sign_in(PASSWORD)
    assert accounts.session_owner(secret) == STUDIO
    accounts.sign_out(secret)
    assert accounts.session_owner(secret) is None


def test_signing_out_leaves_other_sessions_alone(accounts: Accounts) -> None:
    alice, bob = accounts.sign_in(PASSWORD), accounts.sign_in(PASSWORD)
    assert alice != bob
    accounts.sign_out(alice)
    assert accounts.session_owner(bob) == STUDIO


@pytest.mark.parametrize(
    "wrong", ["", "correct horse", PASSWORD + " ", PASSWORD.upper(), "\0", "\ud800", "x" * 100_000]
)
def test_anything_but_the_password_is_refused(accounts: Accounts, wrong: str) -> None:
    with pytest.raises(StudioError) as caught:
        accounts.sign_in(wrong)
    assert caught.value.fault.code == "unauthorized"


def test_a_session_grows_too_old(accounts: Accounts, book: AccountBook) -> None:
    secret = accounts.sign_in(PASSWORD)
    book.now += SESSION_SECONDS - 1
    assert accounts.session_owner(secret) == STUDIO
    book.now += 2
    assert accounts.session_owner(secret) is None


def test_a_new_password_ends_every_session_of_the_old_one(accounts: Accounts, book: AccountBook) -> None:
    secret = accounts.sign_in(PASSWORD)
    assert Accounts(store=book, password="another password").session_owner(secret) is None
    assert Accounts(store=book, password=None).session_owner(secret) is None


def test_after_five_failures_not_even_the_right_password_is_looked_at(accounts: Accounts, book: AccountBook) -> None:
    assert fail(accounts, 5).fault.code == "unauthorized"
    with pytest.raises(StudioError) as caught:
        accounts.sign_in(PASSWORD)
    assert (caught.value.fault.code, caught.value.fault.retry_after) == ("rate_limited", 1.0)
    book.now += 1
    assert accounts.session_owner(accounts.sign_in(PASSWORD)) == STUDIO


def test_the_pause_doubles_up_to_a_minute(accounts: Accounts, book: AccountBook) -> None:
    fail(accounts, 5)
    pauses = []
    for _ in range(9):
        pause = fail(accounts).fault.retry_after
        assert pause is not None
        pauses.append(pause)
        book.now += pause
        assert fail(accounts).fault.code == "unauthorized"
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_tries_during_the_pause_do_not_prolong_it(accounts: Accounts, book: AccountBook) -> None:
    fail(accounts, 5)
    book.now += 0.5
    assert fail(accounts, 20).fault.retry_after == 0.5


def test_failures_are_forgotten_after_a_quarter_of_an_hour_and_after_success(
    accounts: Accounts, book: AccountBook
) -> None:
    fail(accounts, 4)
    accounts.sign_in(PASSWORD)
    assert fail(accounts, 5).fault.code == "unauthorized"
    book.now += 15 * 60
    assert fail(accounts).fault.code == "unauthorized"


def test_every_process_sees_the_failures_of_the_others(accounts: Accounts, book: AccountBook) -> None:
    fail(accounts, 5)
    assert fail(Accounts(store=book, password=PASSWORD)).fault.code == "rate_limited"


class SlowBook(AccountBook):
    """As a database is: between looking and writing, others get their turn."""

    def failed_sign_ins(self, bucket: str, window: float) -> tuple[int, float]:
        looked = super().failed_sign_ins(bucket, window)
        time.sleep(0.002)
        return looked


def test_guesses_made_at_once_are_counted_one_by_one() -> None:
    accounts = Accounts(store=SlowBook(), password=PASSWORD)
    codes = []
    start = threading.Barrier(40)

    def guess() -> None:
        start.wait()
        codes.append(fail(accounts).fault.code)

    threads = [threading.Thread(target=guess) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count("unauthorized") == 5


def test_a_token_works_until_it_is_revoked(accounts: Accounts) -> None:
    secret = accounts.create_token("render farm")
    assert secret.startswith("atl_")
    assert len(secret) == len("atl_") + 43
    assert accounts.token_owner(secret) == STUDIO
    assert accounts.revoke_token("render farm")
    assert accounts.token_owner(secret) is None
    assert not accounts.revoke_token("render farm")


def test_a_name_is_free_again_after_revocation_and_the_old_secret_stays_dead(accounts: Accounts) -> None:
    old = accounts.create_token("ci")
    with pytest.raises(StudioError) as caught:
        accounts.create_token("ci")
    assert caught.value.fault.param == "name"
    accounts.revoke_token("ci")
    new = accounts.create_token("ci")
    assert (accounts.token_owner(old), accounts.token_owner(new)) == (None, STUDIO)


@pytest.mark.parametrize(
    "wrong", ["", "atl_", "sk-" + "a" * 43, "atl_" + "a" * 43, "atl_" + "a" * 100_000, "atl_\ud800"]
)
def test_an_unknown_token_is_nobodys(accounts: Accounts, wrong: str) -> None:
    assert accounts.token_owner(wrong) is None


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "\x1b[31mred", "x" * 101])
def test_a_token_needs_a_name_that_can_be_listed(accounts: Accounts, name: str) -> None:
    with pytest.raises(StudioError) as caught:
        accounts.create_token(name)
    assert (caught.value.fault.code, caught.value.fault.param) == ("invalid_value", "name")


def test_no_secret_is_kept_or_shown(accounts: Accounts, book: AccountBook) -> None:
    session, token = accounts.sign_in(PASSWORD), accounts.create_token("ci")
    fail(accounts)
    kept = book.everything() + repr(accounts)
    assert not [secret for secret in (session, token, PASSWORD, "wrong password") if secret in kept]


def test_without_a_password_there_is_no_door_and_nothing_signs_in(book: AccountBook) -> None:
    accounts = Accounts(store=book)
    assert not accounts.has_door
    for guess in ("", "None"):
        with pytest.raises(StudioError):
            accounts.sign_in(guess)
