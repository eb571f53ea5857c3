"""What a symptom means for a turn: two refusals of its own, before the table that all calls share.

Both are told from an answer's status, so it is certain that nothing was drawn.
"""

from __future__ import annotations

from typing import Any

from app.domain.errors import Fault
from app.domain.jobs import Outcome, ProviderFault
from app.domain.sentences import joined, say
from app.domain.turns import CHAIN_GONE, UNSUPPORTED_BY_GATEWAY
from app.provider.symptoms import Symptom
from app.provider.translate import fault_for, quoted

_CHAIN_CODES = frozenset({"previous_response_not_found", "response_not_found"})
_CHAIN_WORDS = ("previous_response", "previous response", "response with id")
_LIMITS = ("max_output_tokens", "max_tool_calls")
_ABOUT_SOMETHING_ELSE = frozenset({"model_not_found", "image_file_not_found", "item_not_found"})


def fault_for_turn(symptom: Symptom, *, is_chained: bool) -> ProviderFault:
    """The exception to raise. `is_chained`: the request named an answer that it follows."""
    if is_chained and _is_about_the_chain(symptom):
        sentence = say("The provider has forgotten this conversation so far; nothing was drawn.")
        return _refused(CHAIN_GONE, sentence, symptom)
    if _is_no_such_address(symptom) or _takes_no_limits(symptom):
        sentence = say(
            "This provider has no conversations (POST /responses) as they are needed here; nothing was drawn."
        )
        return _refused(UNSUPPORTED_BY_GATEWAY, sentence, symptom)
    return fault_for(symptom)


def _is_about_the_chain(symptom: Symptom) -> bool:
    """Forgotten, never kept, or not taken at all: gateways differ in how they say it, and to us it is the same."""
    if symptom.status not in (400, 404, 422):
        return False
    words = symptom.words.lower()
    return (
        symptom.code in _CHAIN_CODES
        or symptom.param == "previous_response_id"
        or any(text in words for text in _CHAIN_WORDS)
    )


def _is_no_such_address(symptom: Symptom) -> bool:
    if symptom.status == 405:
        return True
    return symptom.status == 404 and symptom.code not in _ABOUT_SOMETHING_ELSE and symptom.param is None


def _takes_no_limits(symptom: Symptom) -> bool:
    """Without the limits on what is said and drawn a turn has no dearest price, so it is not sent without them."""
    if symptom.status not in (400, 422):
        return False
    return symptom.param in _LIMITS or any(name in symptom.words for name in _LIMITS)


def _refused(code: str, sentence: str, symptom: Symptom) -> ProviderFault:
    details: dict[str, Any] = {"upstream_status": symptom.status}
    if symptom.code:
        details["upstream_code"] = symptom.code
    message = joined(sentence, quoted(symptom.words))
    return ProviderFault(Outcome.REFUSED, Fault(code, message, upstream_request_id=symptom.request_id, details=details))
