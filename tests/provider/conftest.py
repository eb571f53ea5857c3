from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.provider import outline
from tests.provider.calls import Caller, caller_for
from tests.upstream import Upstream


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture(params=["short", "long"])
def lengths(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answers twice: parsed whole, and as if their base64 were megabytes in many pieces."""
    if request.param == "long":
        monkeypatch.setattr(outline, "LONG", 50)
        monkeypatch.setattr(outline, "_WINDOW", 40)


@pytest.fixture
def caller(upstream: Upstream) -> Caller:
    return caller_for(upstream)
