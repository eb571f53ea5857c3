"""Settings fail loudly, name the variable, and never repeat a secret."""

from __future__ import annotations

import stat
from decimal import Decimal
from pathlib import Path

import pytest

from app.settings import NAMES, SettingError, Settings, read_settings

STRONG = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def read(tmp_path: Path):
    def read(**environ: str) -> Settings:
        return read_settings({"ATELIER_DATA_DIR": str(tmp_path / "data"), **environ})

    return read


def test_nothing_set_means_practice_mode_with_the_documented_defaults(read, tmp_path: Path) -> None:
    settings = read()
    assert settings.practice
    assert settings.legacy_models
    assert (settings.deadline_seconds, settings.concurrency, settings.runner) == (300.0, 32, "embedded")
    assert settings.daily_budget is None
    assert settings.embed_metadata
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_key_means_that_api_and_a_base_url_alone_a_gateway_without_key(read) -> None:
    assert not read(OPENAI_API_KEY="sk-canary").practice
    gateway = read(OPENAI_BASE_URL="http://127.0.0.1:9000/v1/")
    assert not gateway.practice
    assert gateway.base_url == "http://127.0.0.1:9000/v1"
    assert gateway.legacy_models
    assert not read(OPENAI_API_KEY="sk-canary").legacy_models


def test_what_is_on_by_default_can_be_turned_off(read) -> None:
    assert not read(ATELIER_EMBED_METADATA="0").embed_metadata
    assert read(ATELIER_EMBED_METADATA="yes").embed_metadata


def test_practice_can_be_forced_although_a_key_is_set(read) -> None:
    assert read(OPENAI_API_KEY="sk-canary", ATELIER_PRACTICE="1").practice


def test_a_secret_is_made_once_and_kept_private(read, tmp_path: Path) -> None:
    first, second = read(), read()
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


def test_a_secret_may_come_from_a_file_but_not_from_both_places(read, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("sk-from-a-file\n")
    assert read(OPENAI_API_KEY_FILE=str(path)).api_key == "sk-from-a-file"
    with pytest.raises(SettingError, match="OPENAI_API_KEY and OPENAI_API_KEY_FILE are both set"):
        read(OPENAI_API_KEY="sk-x", OPENAI_API_KEY_FILE=str(path))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_API_KEY", "sk-nаïve"),
        ("OPENAI_API_KEY", "sk-1 sk-2"),
        ("OPENAI_BASE_URL", "api.openai.com"),
        ("OPENAI_BASE_URL", "https://user:pass@host/v1"),
        ("ATELIER_PRACTICE", "perhaps"),
        ("ATELIER_DATABASE_URL", "mysql://x"),
        ("ATELIER_BLOB_URL", "s3://bucket"),
        ("ATELIER_SECRET_KEY", "short"),
        ("ATELIER_SECRET_KEY", "a" * 64),
        ("ATELIER_PASSWORD", "1234567"),
        ("ATELIER_DAILY_BUDGET_USD", "five"),
        ("ATELIER_DAILY_BUDGET_USD", "-1"),
        ("ATELIER_MONTHLY_BUDGET_USD", "NaN"),
        ("ATELIER_DEADLINE_SECONDS", "0"),
        ("ATELIER_DEADLINE_SECONDS", "nan"),
        ("ATELIER_CONCURRENCY", "1.5"),
        ("ATELIER_RUNNER", "cloud"),
        ("ATELIER_RUNNER", "worker"),
        ("ATELIER_TRUSTED_PROXIES", "-1"),
        ("OPENAI_API_KEY_FILE", "/nowhere/at/all"),
    ],
)
def test_a_bad_value_stops_the_start_with_one_sentence_naming_the_variable(read, name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        read(**{name: value})
    sentence = str(caught.value)
    assert name in sentence
    assert "\n" not in sentence


def test_a_refused_secret_is_not_repeated(read) -> None:
    with pytest.raises(SettingError) as caught:
        read(ATELIER_SECRET_KEY="hunter2")
    assert "hunter2" not in str(caught.value)


def test_secrets_stay_out_of_the_representation(read) -> None:
    shown = repr(read(OPENAI_API_KEY="sk-canary", ATELIER_PASSWORD="open sesame", ATELIER_SECRET_KEY=STRONG))
    assert "canary" not in shown
    assert "sesame" not in shown
    assert STRONG not in shown


def test_budgets_are_exact_amounts(read) -> None:
    assert read(ATELIER_DAILY_BUDGET_USD="2.50").daily_budget == Decimal("2.50")


def test_the_readme_explains_every_variable() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert [name for name in (*NAMES, "HOST", "PORT") if f"`{name}`" not in readme] == []
