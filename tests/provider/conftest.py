from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.provider.calls import Caller, caller_for
from tests.upstream import Upstream


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture
def caller(upstream: Upstream) -> Caller:
    return caller_for(upstream)
