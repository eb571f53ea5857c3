"""An address that is no text is the sender's mistake, at every door and in every room."""

from __future__ import annotations

import pytest

from tests.edge.house import House


@pytest.mark.parametrize("path", ["/", "/api/me", "/sign-in", "/health/live", "/nowhere"])
def test_raw_bytes_in_a_query_are_refused(house: House, open_house: House, path: str) -> None:
    for visitor in (house.visitor(), house.member(), open_house.visitor()):
        answer = visitor.get(path, environ_overrides={"QUERY_STRING": "query=\xff"})
        assert (answer.status_code, answer.json["code"]) == (400, "bad_request")


@pytest.mark.parametrize("query", ["query=%FF", "query=\xc3\xa9", "%00", "&&==", "a" * 3000])
def test_any_text_in_a_query_passes(house: House, query: str) -> None:
    answer = house.visitor().get("/sign-in", environ_overrides={"QUERY_STRING": query})
    assert answer.status_code == 200
