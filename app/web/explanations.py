"""How a job or a request that went wrong is told: what happened, what it cost, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import Fault
from app.domain.jobs import Job, State
from app.web.wording import money


@dataclass(frozen=True, slots=True)
class Explanation:
    """`title` in a few words; the other three are full sentences."""

    title: str
    happened: str
    cost: str
    advice: str


_NOTHING = "Nothing was charged."

_TITLES_AND_ADVICE: dict[str, tuple[str, str]] = {
    "content_rejected": (
        "The provider's safety check refused this",
        "Say it differently, or leave out what may have been taken for harmful, and try again.",
    ),
    "upstream_invalid_request": (
        "The provider refused the request",
        "Change what the sentence above names, and try again.",
    ),
    "upstream_auth": (
        "The provider did not accept the key",
        "Whoever runs this studio has to check OPENAI_API_KEY and restart it.",
    ),
    "upstream_quota": (
        "The account at the provider is out of credit",
        "Add credit or raise the limit there, then try again.",
    ),
    "upstream_unreachable": (
        "The provider could not be reached",
        "Check the connection of the machine Atelier runs on, and try again.",
    ),
    "rate_limited": ("Too many requests", "Wait a little, and try again."),
    "upstream_error": ("The provider had a fault", "Try again in a while."),
    "turn_open": (
        "The turn before is still being worked on",
        "Wait until it has ended, or go on from an earlier turn.",
    ),
    "conversation_expired": (
        "The provider has forgotten this conversation",
        "Start a new one, or go on from a turn that has a picture.",
    ),
    "unsupported_by_gateway": (
        "This provider has no conversations",
        "Edit the last picture with the same words instead.",
    ),
    "conversation_gone": (
        "This conversation is gone",
        "Press the button to begin another one with these words.",
    ),
    "budget_exceeded": (
        "The budget does not allow it",
        "Choose fewer or smaller pictures, wait for the next window, or have the cap raised.",
    ),
    "storage_full": ("There is no room for the picture", "Free some disk space before anything is paid for."),
    "not_ready": ("The studio is not ready", "Try again in a moment."),
    "unauthorized": ("Please sign in", "Sign in, and open the page again."),
    "forbidden": ("This is not allowed", "Open the page from this site itself, and send it from there."),
    "not_found": (
        "There is nothing here",
        "Check the address. Everything that was made is in the library.",
    ),
    "method_not_allowed": ("This address works differently", "Go back to the page you came from."),
    "body_too_large": ("That is too large", "Send less at once."),
    "picture_too_large": ("That picture is too large", "Use a smaller one."),
    "unsupported_media_type": ("This kind of content is not taken", "Use the form on the page."),
    "idempotency_mismatch": (
        "This form was already sent",
        "Press the button again to send it as it stands now.",
    ),
    "stale_form": ("Press the button once more", "What you wrote is below; press the button again to send it."),
    "internal_error": (
        "Something went wrong here",
        "Try again; if it stays, whoever runs this studio finds it in the log under the id below.",
    ),
    "bad_request": ("That could not be understood", "Go back, reload the page, and try again."),
}
_OTHERWISE = ("That did not work", "Try again in a while.")


def explain_fault(fault: Fault) -> Explanation:
    """A refused request, told on a page of its own or above the form."""
    title, advice = _TITLES_AND_ADVICE.get(fault.code, _OTHERWISE)
    return Explanation(title, fault.message, "It may have cost something." if fault.may_have_cost else _NOTHING, advice)


def explain_job(job: Job) -> Explanation | None:
    """Why a job that ended brought no picture; `None` when it is open, or done."""
    fault = job.fault or Fault("unknown", "No reason was given.")
    match job.state:
        case State.REJECTED:
            title, advice = _TITLES_AND_ADVICE.get(fault.code, _OTHERWISE)
            return Explanation(title, fault.message, _NOTHING, advice)
        case State.CANCELLED:
            return Explanation(
                "Cancelled",
                "The job was stopped before it was sent.",
                _NOTHING,
                "Make it again whenever you like.",
            )
        case State.FAILED:
            return Explanation(
                "What came back is not a usable picture",
                fault.message,
                _charged(job),
                "The raw answer is kept in the studio's data folder. Making it again is a new call, billed anew.",
            )
        case State.UNKNOWN:
            return Explanation(
                "It is not known how this ended",
                fault.message,
                _perhaps_charged(job),
                "Nothing is sent again by itself. If the answer still turns up, it is kept and shown here. "
                "Making it again is a new call, billed anew.",
            )
        case _:
            return None


def _charged(job: Job) -> str:
    if job.practice:
        return "Practice: nothing was charged."
    source = "as the provider reported it" if job.basis == "usage" else "as estimated, for no usage was reported"
    return f"It was billed: {money(job.cost or 0)}, {source}."


def _perhaps_charged(job: Job) -> str:
    if job.practice:
        return "Practice: nothing was charged."
    if not job.held:
        return "It was marked as not billed; nothing is reserved for it any more."
    return f"It may have been billed; up to {money(job.held)} stays reserved for it."
