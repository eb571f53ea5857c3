"""One table from what went wrong to what it means: what is resent, held, settled, and what is said.

The classes are `domain.jobs.Outcome`. The order matters: the first row that applies decides. The
rule behind all rows: *refused* only where it is proven that nothing ran, *ambiguous* in every case
of doubt. Codes and statuses: the SDK's error classes and OpenAI's error guide, as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.errors import Fault
from app.domain.jobs import Outcome, ProviderFault
from app.domain.sentences import joined, say
from app.provider.symptoms import Cause, Symptom

QUOTA_CODES = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "billing_hard_limit_reached",
        "insufficient_user_quota",  # the new-api gateway's, with a 403
    }
)
"""Refusals that waiting cannot cure, whatever their status (most arrive as 429)."""

_MODERATION_CODES = frozenset(
    {"moderation_blocked", "content_policy_violation", "image_content_policy_violation", "content_filter"}
)
_BUSY_CODES = frozenset({"server_is_overloaded", "slow_down"})
_REQUEST_KINDS = frozenset({"image_generation_user_error", "invalid_request_error"})
_INPUT_CODES = frozenset(
    {
        *("invalid_prompt", "invalid_image", "invalid_image_format", "invalid_base64_image", "invalid_image_url"),
        *("image_too_large", "image_too_small", "image_parse_error", "invalid_image_mode", "image_file_too_large"),
        *("unsupported_image_media_type", "empty_image_file", "failed_to_download_image", "image_file_not_found"),
    }
)
"""What the Responses API says of the input when it has begun to stream: then it drew nothing."""
_MOVED = frozenset({300, 301, 302, 304, 305, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    applies: Callable[[Symptom], bool]
    outcome: Outcome
    code: str
    sentence: str
    resend: bool = False
    pauses: bool = False
    retryable: bool = False


def _is_moderation(s: Symptom) -> bool:
    return s.status in (None, 400, 403, 422) and (s.code in _MODERATION_CODES or "safety system" in s.words.lower())


def _is_4xx(s: Symptom) -> bool:
    return s.status is not None and 400 <= s.status < 500


def _says_no(s: Symptom) -> bool:
    return _is_4xx(s) or s.cause is Cause.EVENT


def _is_quota(s: Symptom) -> bool:
    return s.status == 402 or (_says_no(s) and (s.code in QUOTA_CODES or s.kind in QUOTA_CODES))


_TABLE = (
    _Row(
        applies=lambda s: s.cause is Cause.UNSENT,
        outcome=Outcome.REFUSED,
        code="upstream_unreachable",
        sentence=say("The image provider could not be reached; nothing was sent."),
        resend=True,
        retryable=True,
    ),
    _Row(
        applies=lambda s: s.cause is Cause.MISUSE,
        outcome=Outcome.REFUSED,
        code="upstream_error",
        sentence=say("The request could not be written; nothing was sent. Check OPENAI_BASE_URL and OPENAI_API_KEY."),
    ),
    _Row(
        applies=lambda s: s.cause is Cause.LOST and s.late,
        outcome=Outcome.AMBIGUOUS,
        code="outcome_unknown",
        sentence=say("The image provider did not answer in time. The picture may have been made and billed."),
    ),
    _Row(
        applies=lambda s: s.cause is Cause.LOST,
        outcome=Outcome.AMBIGUOUS,
        code="outcome_unknown",
        sentence=say("The connection broke before the whole answer came. The picture may have been made and billed."),
    ),
    _Row(
        applies=lambda s: s.cause is Cause.CONTENT,
        outcome=Outcome.UNUSABLE,
        code="upstream_bad_response",
        sentence=say("The image provider answered, but with nothing usable. The answer is kept."),
    ),
    # What had begun to be drawn may be billed, whatever the reason for stopping.
    _Row(
        applies=lambda s: s.drawn and _is_moderation(s),
        outcome=Outcome.AMBIGUOUS,
        code="content_rejected",
        sentence=say("The provider's safety system stopped the picture while it was being drawn."),
    ),
    _Row(
        applies=lambda s: s.drawn,
        outcome=Outcome.AMBIGUOUS,
        code="outcome_unknown",
        sentence=say("The image provider stopped while it was drawing. It may have been billed."),
    ),
    _Row(
        applies=_is_moderation,
        outcome=Outcome.REFUSED,
        code="content_rejected",
        sentence=say("The provider's safety system rejected this request."),
    ),
    _Row(
        applies=_is_quota,
        outcome=Outcome.REFUSED,
        code="upstream_quota",
        sentence=say("The account at the image provider has no credit left or has reached its limit."),
        pauses=True,
    ),
    # Redirects are not followed: the key would go to another host. The server that answered ran
    # nothing. 303 is the exception: it means "done, the result is over there".
    _Row(
        applies=lambda s: s.status in _MOVED,
        outcome=Outcome.REFUSED,
        code="upstream_error",
        sentence=say("The provider's address redirects elsewhere; set OPENAI_BASE_URL to where it really is."),
    ),
    # A 403 about one field (a preview format, say) is that request's affair; the others go on.
    _Row(
        applies=lambda s: s.status == 403 and s.param is not None,
        outcome=Outcome.REFUSED,
        code="upstream_auth",
        sentence=say("The account at the image provider may not use this option."),
    ),
    _Row(
        applies=lambda s: s.status in (401, 403) or (_says_no(s) and s.code == "invalid_api_key"),
        outcome=Outcome.REFUSED,
        code="upstream_auth",
        sentence=say("The image provider did not accept this installation's key or its permissions."),
        pauses=True,
    ),
    _Row(
        applies=lambda s: s.status == 408,
        outcome=Outcome.AMBIGUOUS,
        code="outcome_unknown",
        sentence=say("The image provider ran out of time. The picture may have been made and billed."),
    ),
    _Row(
        applies=lambda s: s.status == 429 or (s.cause is Cause.EVENT and s.code == "rate_limit_exceeded"),
        outcome=Outcome.REFUSED,
        code="rate_limited",
        sentence=say("The image provider's rate limit is reached."),
        resend=True,
        retryable=True,
    ),
    _Row(
        applies=lambda s: s.code in _BUSY_CODES and s.status in (None, 503),
        outcome=Outcome.REFUSED,
        code="upstream_error",
        sentence=say("The image provider is overloaded and took no request."),
        resend=True,
        retryable=True,
    ),
    _Row(
        applies=lambda s: (
            _is_4xx(s) or (s.cause is Cause.EVENT and (s.kind in _REQUEST_KINDS or s.code in _INPUT_CODES))
        ),
        outcome=Outcome.REFUSED,
        code="upstream_invalid_request",
        sentence=say("The image provider refused this request."),
    ),
    _Row(
        applies=lambda s: True,  # noqa: ARG005  # every row is asked the same way
        outcome=Outcome.AMBIGUOUS,
        code="outcome_unknown",
        sentence=say("The image provider failed while it handled the request. It may have been billed."),
    ),
)


def fault_for(symptom: Symptom) -> ProviderFault:
    """The exception to raise for a symptom. Its texts hold nothing but what the symptom's do.

    `details` may hold `upstream_status`, `upstream_code`, `deadline_passed`; for rejected content
    `stage` (`input`, `output` or `unknown`), `categories`, and `another_try_may_help`: a finished
    picture that was held back may turn out differently, a rejected prompt will not.
    """
    row = next(row for row in _TABLE if row.applies(symptom))
    details = dict(symptom.extra)
    if symptom.status is not None:
        details["upstream_status"] = symptom.status
    if symptom.code:
        details["upstream_code"] = symptom.code
    if symptom.cause is Cause.LOST and symptom.late:
        details["deadline_passed"] = True
    retryable = row.retryable
    if row.code == "content_rejected":
        another_try = symptom.stage == "output"
        retryable = another_try and row.outcome is Outcome.REFUSED
        details |= {
            "stage": symptom.stage or "unknown",
            "categories": list(symptom.categories),
            "another_try_may_help": another_try,
        }
    fault = Fault(
        row.code,
        _message(row.sentence, symptom),
        param=symptom.param if row.outcome is Outcome.REFUSED else None,
        retryable=retryable,
        may_have_cost=row.outcome is not Outcome.REFUSED,
        retry_after=symptom.retry_after if row.resend else None,
        upstream_request_id=symptom.request_id,
        details=details,
    )
    return ProviderFault(row.outcome, fault, resend=row.resend, pauses=row.pauses)


def quoted(words: str) -> str:
    """What somebody else said, which stays in their language; "" when they said nothing."""
    return say("It says: {words}", words=words) if words else ""


def _message(sentence: str, symptom: Symptom) -> str:
    # What is the matter with an answer's content is said by us; everything else is quoted.
    return joined(sentence, symptom.words if symptom.cause is Cause.CONTENT else quoted(symptom.words))
