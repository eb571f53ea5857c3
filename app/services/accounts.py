"""Signing in and out, and API tokens."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.accounts import ANYONE, STUDIO, Token, digest_of_secret
from app.domain.errors import Fault, InvalidRequest, Problem, StudioError
from app.domain.sentences import say
from app.services.store_ports import AccountStore

SESSION_SECONDS = 30 * 24 * 3600.0
TOKEN_PREFIX = "atl_"  # noqa: S105 - what every token begins with, so that leaked ones can be searched for

_FREE_FAILURES = 5
_FAILURE_WINDOW_SECONDS = 15 * 60.0
_LONGEST_PAUSE_SECONDS = 60.0
_LONGEST_SECRET = 1024
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who may enter. `password` is the site's shared one; `None` means there is no door at all."""

    store: AccountStore
    password: str | None = field(default=None, repr=False)
    _one_guess_at_a_time: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def has_door(self) -> bool:
        """Whether anybody has to show who they are."""
        return self.password is not None

    def sign_in(self, password: str) -> str:
        """The secret of a new session.

        Raises `StudioError`: `unauthorized` for a wrong password; `rate_limited`, with the seconds to
        wait, after five failures within a quarter of an hour, without looking at the password. The
        pause doubles with each further failure, up to a minute. It is the same for all processes,
        because the failures are counted in the database.
        """
        # Guesses made in parallel would all be judged before the first of them is counted.
        with self._one_guess_at_a_time:
            self._check_pause()
            if not self._is_password(password):
                self.store.note_failed_sign_in(ANYONE)
                raise StudioError(Fault("unauthorized", say("That is not the password."), param="password"))
            self.store.forget_failed_sign_ins(ANYONE)
        secret = secrets.token_urlsafe(32)
        self.store.open_session(self._session_digest(secret), STUDIO, SESSION_SECONDS)
        return secret

    def sign_out(self, secret: str) -> None:
        """End the session for good: its cookie is worth nothing any more, wherever a copy of it is."""
        if self.has_door:
            self.store.close_session(self._session_digest(secret))

    def session_owner(self, secret: str) -> str | None:
        """Whose session this is; `None` when it ended, grew too old, or was opened under another password."""
        if not self.has_door or len(secret) > _LONGEST_SECRET:
            return None
        return self.store.find_session(self._session_digest(secret))

    def token_owner(self, bearer: str) -> str | None:
        """Whose token this is, or `None` when it is unknown or revoked."""
        if not bearer.startswith(TOKEN_PREFIX) or len(bearer) > _LONGEST_SECRET:
            return None
        token = self.store.find_token(digest_of_secret(bearer))
        return None if token is None else token.owner

    def create_token(self, name: str) -> str:
        """A new token's secret, which is told this once and never kept.

        Raises `StudioError` (`invalid_value`, param `name`) for a name that is taken or unfit.
        """
        if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
            sentence = say("A token's name must be 1 to {most} printable characters.", most=_LONGEST_NAME)
            raise InvalidRequest((Problem("name", "invalid_value", sentence),))
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        self.store.add_token(name, STUDIO, digest_of_secret(secret))
        return secret

    def tokens(self) -> Sequence[Token]:
        """All tokens, oldest first, revoked ones included."""
        return self.store.tokens()

    def revoke_token(self, name: str) -> bool:
        """Make a token worthless; `False` when no live token has that name."""
        return self.store.revoke_token(name)

    def _check_pause(self) -> None:
        failures, since_newest = self.store.failed_sign_ins(ANYONE, _FAILURE_WINDOW_SECONDS)
        if failures < _FREE_FAILURES:
            return
        doublings = min(failures - _FREE_FAILURES, 10)  # bounds the power, not the pause
        left = min(_LONGEST_PAUSE_SECONDS, 2.0**doublings) - since_newest
        if left > 0:
            raise StudioError(
                Fault(
                    "rate_limited",
                    say("Too many wrong passwords; wait a moment before the next try."),
                    param="password",
                    retryable=True,
                    retry_after=left,
                )
            )

    def _is_password(self, given: str) -> bool:
        # Digests have one length, so that the time taken tells nothing about the password's.
        return self.password is not None and hmac.compare_digest(
            digest_of_secret(given), digest_of_secret(self.password)
        )

    def _session_digest(self, secret: str) -> str:
        # Keyed by the password: changing it ends every session that was opened under the old one.
        key = (self.password or "").encode("utf-8", "surrogatepass")
        return hmac.new(key, secret.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
