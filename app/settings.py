"""Settings: read from the environment once, checked, frozen.

Any variable may instead be given as `NAME_FILE`, the path of a file that holds the value (for
secrets mounted by an orchestrator). A bad value raises `SettingError` with one sentence that names
the variable; nothing is guessed. The README lists every variable, and a test compares the two.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

NAMES = (
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "ATELIER_PRACTICE",
    "ATELIER_DATA_DIR",
    "ATELIER_DATABASE_URL",
    "ATELIER_BLOB_URL",
    "ATELIER_SECRET_KEY",
    "ATELIER_PASSWORD",
    "ATELIER_DEFAULT_MODEL",
    "ATELIER_CONVERSATION_MODEL",
    "ATELIER_DAILY_BUDGET_USD",
    "ATELIER_MONTHLY_BUDGET_USD",
    "ATELIER_DEADLINE_SECONDS",
    "ATELIER_CONCURRENCY",
    "ATELIER_RUNNER",
    "ATELIER_TRUSTED_PROXIES",
    "ATELIER_HOSTS",
    "ATELIER_EMBED_METADATA",
)
"""Every variable that Atelier reads, apart from HOST and PORT, which belong to the server."""

_WELL_KNOWN_SECRETS = frozenset({"changeme", "change-me", "secret", "secret-key", "dev", "development", "test"})
_MINIMUM_SECRET_LENGTH = 32


class SettingError(ValueError):
    """A setting is wrong; the message is one sentence that names the variable and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decided. Secrets do not appear in the representation."""

    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    organization: str | None = None
    project: str | None = None
    practice: bool = True
    data_dir: Path = Path("data")
    database_url: str | None = field(default=None, repr=False)
    blob_url: str | None = None
    secret_key: str = field(repr=False)
    password: str | None = field(default=None, repr=False)
    default_model: str | None = None
    conversation_model: str | None = None
    daily_budget: Decimal | None = None
    monthly_budget: Decimal | None = None
    deadline_seconds: float = 300.0
    concurrency: int = 32
    runner: str = "embedded"
    trusted_proxies: int = 0
    hosts: tuple[str, ...] = ()
    embed_metadata: bool = True

    @property
    def legacy_models(self) -> bool:
        """Retired models are offered in practice mode and where a gateway may still have them."""
        return self.practice or self.base_url is not None


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Makes the data directory and, on first start, the secret key in it. Raises `SettingError`.
    """
    env = _Environment(os.environ if environ is None else environ)
    api_key = env.parsed("OPENAI_API_KEY", _visible_ascii)
    base_url = env.parsed("OPENAI_BASE_URL", _http_url)
    runner = env.one_of("ATELIER_RUNNER", ("embedded", "worker")) or "embedded"
    if runner == "worker":
        raise SettingError(
            "ATELIER_RUNNER=worker needs a release with separate work processes; leave it unset to run "
            "paid calls in the web process."
        )
    blob_url = env.text("ATELIER_BLOB_URL")
    if blob_url is not None and not blob_url.startswith("file:"):
        raise SettingError("ATELIER_BLOB_URL must begin with file: in this release.")
    data_dir = Path(env.text("ATELIER_DATA_DIR") or "data").absolute()
    _make_private_folder(data_dir)
    return Settings(
        api_key=api_key,
        base_url=base_url,
        organization=env.text("OPENAI_ORG_ID"),
        project=env.text("OPENAI_PROJECT_ID"),
        practice=env.flag("ATELIER_PRACTICE") or (api_key is None and base_url is None),
        data_dir=data_dir,
        database_url=env.parsed("ATELIER_DATABASE_URL", _database_url),
        blob_url=blob_url,
        secret_key=env.parsed("ATELIER_SECRET_KEY", _strong_secret) or _kept_secret(data_dir),
        password=env.parsed("ATELIER_PASSWORD", _password),
        default_model=env.text("ATELIER_DEFAULT_MODEL"),
        conversation_model=env.text("ATELIER_CONVERSATION_MODEL"),
        daily_budget=env.parsed("ATELIER_DAILY_BUDGET_USD", _amount),
        monthly_budget=env.parsed("ATELIER_MONTHLY_BUDGET_USD", _amount),
        deadline_seconds=env.number("ATELIER_DEADLINE_SECONDS", 300.0, 1.0, 3600.0),
        concurrency=int(env.number("ATELIER_CONCURRENCY", 32, 1, 1024, whole=True)),
        runner=runner,
        trusted_proxies=int(env.number("ATELIER_TRUSTED_PROXIES", 0, 0, 10, whole=True)),
        hosts=tuple(host.strip().lower() for host in (env.text("ATELIER_HOSTS") or "").split(",") if host.strip()),
        embed_metadata=env.flag("ATELIER_EMBED_METADATA", default=True),
    )


class _Environment:
    """Typed look-ups that name the variable when they fail."""

    def __init__(self, environ: Mapping[str, str]):
        self._environ = environ

    def text(self, name: str) -> str | None:
        """The value with surrounding white space removed; `None` when unset or empty."""
        value = self._environ.get(name)
        path = self._environ.get(f"{name}_FILE")
        if value and path:
            raise SettingError(f"{name} and {name}_FILE are both set; keep one of them.")
        if path:
            try:
                value = Path(path).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SettingError(f"{name}_FILE names a file that cannot be read as text.") from error
            if not value.strip():
                raise SettingError(f"{name}_FILE names an empty file.")
        return (value or "").strip() or None

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name)
        if value is None:
            return default
        if value.lower() in ("0", "false", "no", "off"):
            return False
        if value.lower() in ("1", "true", "yes", "on"):
            return True
        raise SettingError(f"{name} must be 1 or 0.")

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is not None and value not in allowed:
            raise SettingError(f"{name} must be one of: {', '.join(allowed)}.")
        return value

    def number(self, name: str, default: float, low: float, high: float, *, whole: bool = False) -> float:
        value = self.text(name)
        if value is None:
            return default
        kind = "a whole number" if whole else "a number"
        sentence = f"{name} must be {kind} from {low:g} to {high:g}."
        try:
            number = float(int(value)) if whole else float(value)
        except ValueError as error:
            raise SettingError(sentence) from error
        if not low <= number <= high:  # NaN fails this too
            raise SettingError(sentence)
        return number

    def parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            return parse(value)
        except ValueError as error:
            # The value itself may be a secret, so the sentence never repeats it.
            raise SettingError(f"{name} {error}") from None


def _visible_ascii(value: str) -> str:
    """A key travels in an HTTP header, which takes nothing else."""
    if any(not "!" <= character <= "~" for character in value):
        raise ValueError("must consist of visible ASCII characters; copy it once more.")
    return value


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a URL that begins with http:// or https://, for example https://host/v1.")
    if parts.username or parts.password:
        raise ValueError("must not contain a user name or password; put the key into OPENAI_API_KEY.")
    return value.rstrip("/")


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        raise ValueError("must begin with sqlite: or postgresql:")
    return value


def _strong_secret(value: str) -> str:
    if len(value) < _MINIMUM_SECRET_LENGTH or value.lower() in _WELL_KNOWN_SECRETS or len(set(value)) < 8:
        raise ValueError(
            f"must be at least {_MINIMUM_SECRET_LENGTH} random characters; leave it unset to have one made, "
            "or make one with: python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return value


def _password(value: str) -> str:
    if len(value) < 8:
        raise ValueError("must be at least 8 characters long.")
    return value


def _amount(value: str) -> Decimal:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= 1_000_000:
        raise ValueError("must be an amount in dollars, for example 5 or 2.50.")
    return amount


def _make_private_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"ATELIER_DATA_DIR cannot be made: {error.strerror}.") from error


def _kept_secret(data_dir: Path) -> str:
    """The secret made on first start. Several workers may start at once: the first link wins."""
    path = data_dir / "secret_key"
    if not path.exists():
        draft = data_dir / f".secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        except OSError as error:
            raise SettingError(f"ATELIER_DATA_DIR cannot be written: {error.strerror}.") from error
    try:
        return _strong_secret(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise SettingError("ATELIER_SECRET_KEY: the file secret_key in the data directory is unreadable.") from error
