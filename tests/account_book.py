"""An `AccountStore` in memory, with a clock that tests move by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.domain.accounts import Token
from app.domain.errors import Fault, StudioError


class AccountBook:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self._tokens: dict[str, Token] = {}
        self._sessions: dict[str, tuple[str, float]] = {}
        self._failures: dict[str, list[float]] = {}

    def add_token(self, name: str, owner: str, secret_digest: str) -> Token:
        if any(token.name == name and token.revoked_at is None for token in self._tokens.values()):
            raise StudioError(Fault("invalid_value", "There is already a token of this name.", param="name"))
        token = Token(id=str(len(self._tokens)), name=name, owner=owner, created_at=self.now)
        self._tokens[secret_digest] = token
        return token

    def tokens(self) -> Sequence[Token]:
        return list(self._tokens.values())

    def revoke_token(self, name: str) -> bool:
        for digest, token in self._tokens.items():
            if token.name == name and token.revoked_at is None:
                self._tokens[digest] = replace(token, revoked_at=self.now)
                return True
        return False

    def find_token(self, secret_digest: str) -> Token | None:
        token = self._tokens.get(secret_digest)
        return None if token is None or token.revoked_at is not None else token

    def open_session(self, secret_digest: str, owner: str, lifetime: float) -> None:
        self._sessions[secret_digest] = (owner, self.now + lifetime)

    def find_session(self, secret_digest: str) -> str | None:
        owner, end = self._sessions.get(secret_digest, ("", 0.0))
        return owner if self.now < end else None

    def close_session(self, secret_digest: str) -> None:
        self._sessions.pop(secret_digest, None)

    def close_all_sessions(self, owner: str) -> None:
        self._sessions = {digest: kept for digest, kept in self._sessions.items() if kept[0] != owner}

    def note_failed_sign_in(self, bucket: str) -> None:
        self._failures.setdefault(bucket, []).append(self.now)

    def failed_sign_ins(self, bucket: str, window: float) -> tuple[int, float]:
        recent = [at for at in self._failures.get(bucket, []) if at > self.now - window]
        return len(recent), self.now - max(recent) if recent else 0.0

    def forget_failed_sign_ins(self, bucket: str) -> None:
        self._failures.pop(bucket, None)

    def everything(self) -> str:
        """All that is kept, as text, to look for secrets in."""
        return repr((self._tokens, self._sessions, self._failures))
