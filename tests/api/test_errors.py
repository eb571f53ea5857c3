"""The one error shape, its status and its headers."""

from __future__ import annotations

import pytest
from flask import Flask

from app.api.errors import error_response
from app.domain.errors import Fault, Problem
from app.edge.languages import offer_languages

application = Flask(__name__)
offer_languages(application, log=lambda *_, **__: None)


def test_an_error_has_all_its_fields_and_nothing_to_hide_is_in_it() -> None:
    fault = Fault("invalid_value", "No.", param="n", upstream_request_id="req_1", may_have_cost=True)
    with application.test_request_context():
        response = error_response(fault, problems=(Problem("n", "invalid_value", "No."),))
    assert response.status_code == 400
    assert response.json == {
        "error": "No.",
        "code": "invalid_value",
        "param": "n",
        "retryable": False,
        "request_id": None,
        "job": None,
        "problems": [{"field": "n", "code": "invalid_value", "message": "No."}],
    }


@pytest.mark.parametrize(("known", "told"), [(None, "60"), (0.2, "1"), (7.1, "8")])
def test_a_rate_limit_always_says_when_to_come_back(known: float | None, told: str) -> None:
    with application.test_request_context():
        response = error_response(Fault("rate_limited", "Slow down.", retry_after=known))
    assert response.headers["Retry-After"] == told


def test_other_errors_say_it_only_where_it_is_known() -> None:
    with application.test_request_context():
        assert "Retry-After" not in error_response(Fault("upstream_quota", "No credit.")).headers
        assert error_response(Fault("not_ready", "Soon.", retry_after=3)).headers["Retry-After"] == "3"


def test_who_must_sign_in_is_told_how() -> None:
    with application.test_request_context():
        response = error_response(Fault("unauthorized", "Who are you?"))
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Atelier"')
