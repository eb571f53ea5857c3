"""How a job or a request that went wrong is told: what happened, what it cost, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import Fault
from app.domain.jobs import Job, State
from app.domain.sentences import say
from app.web.wording import money


@dataclass(frozen=True, slots=True)
class Explanation:
    """`title` in a few words; the other three are full sentences."""

    title: str
    happened: str
    cost: str
    advice: str


_NOTHING = say("Nothing was charged.")

_TITLES_AND_ADVICE: dict[str, tuple[str, str]] = {
    "content_rejected": (
        say("The provider's safety check refused this"),
        say("Say it differently, or leave out what may have been taken for harmful, and try again."),
    ),
    "upstream_invalid_request": (
        say("The provider refused the request"),
        say("Change what the sentence above names, and try again."),
    ),
    "upstream_auth": (
        say("The provider did not accept the key"),
        say("Whoever runs this studio has to check OPENAI_API_KEY and restart it."),
    ),
    "upstream_quota": (
        say("The account at the provider is out of credit"),
        say("Add credit or raise the limit there, then try again."),
    ),
    "upstream_unreachable": (
        say("The provider could not be reached"),
        say("Check the connection of the machine Atelier runs on, and try again."),
    ),
    "rate_limited": (say("Too many requests"), say("Wait a little, and try again.")),
    "upstream_error": (say("The provider had a fault"), say("Try again in a while.")),
    "turn_open": (
        say("The turn before is still being worked on"),
        say("Wait until it has ended, or go on from an earlier turn."),
    ),
    "conversation_expired": (
        say("The provider has forgotten this conversation"),
        say("Start a new one, or go on from a turn that has a picture."),
    ),
    "unsupported_by_gateway": (
        say("This provider has no conversations"),
        say("Edit the last picture with the same words instead."),
    ),
    "conversation_gone": (
        say("This conversation is gone"),
        say("Press the button to begin another one with these words."),
    ),
    "budget_exceeded": (
        say("The budget does not allow it"),
        say("Choose fewer or smaller pictures, wait for the next window, or have the cap raised."),
    ),
    "storage_full": (say("There is no room for the picture"), say("Free some disk space before anything is paid for.")),
    "not_ready": (say("The studio is not ready"), say("Try again in a moment.")),
    "unauthorized": (say("Please sign in"), say("Sign in, and open the page again.")),
    "forbidden": (say("This is not allowed"), say("Open the page from this site itself, and send it from there.")),
    "not_found": (
        say("There is nothing here"),
        say("Check the address. Everything that was made is in the library."),
    ),
    "method_not_allowed": (say("This address works differently"), say("Go back to the page you came from.")),
    "body_too_large": (say("That is too large"), say("Send less at once.")),
    "picture_too_large": (say("That picture is too large"), say("Use a smaller one.")),
    "unsupported_media_type": (say("This kind of content is not taken"), say("Use the form on the page.")),
    "idempotency_mismatch": (
        say("This form was already sent"),
        say("Press the button again to send it as it stands now."),
    ),
    "stale_form": (
        say("Press the button once more"),
        say("What you wrote is below; press the button again to send it."),
    ),
    "internal_error": (
        say("Something went wrong here"),
        say("Try again; if it stays, whoever runs this studio finds it in the log under the id below."),
    ),
    "bad_request": (say("That could not be understood"), say("Go back, reload the page, and try again.")),
}
_OTHERWISE = (say("That did not work"), say("Try again in a while."))


def explain_fault(fault: Fault) -> Explanation:
    """A refused request, told on a page of its own or above the form."""
    title, advice = _TITLES_AND_ADVICE.get(fault.code, _OTHERWISE)
    return Explanation(
        title, fault.message, say("It may have cost something.") if fault.may_have_cost else _NOTHING, advice
    )


def explain_job(job: Job) -> Explanation | None:
    """Why a job that ended brought no picture; `None` when it is open, or done."""
    fault = job.fault or Fault("unknown", say("No reason was given."))
    match job.state:
        case State.REJECTED:
            title, advice = _TITLES_AND_ADVICE.get(fault.code, _OTHERWISE)
            return Explanation(title, fault.message, _NOTHING, advice)
        case State.CANCELLED:
            return Explanation(
                say("Cancelled"),
                say("The job was stopped before it was sent."),
                _NOTHING,
                say("Make it again whenever you like."),
            )
        case State.FAILED:
            return Explanation(
                say("What came back is not a usable picture"),
                fault.message,
                _charged(job),
                say("The raw answer is kept in the studio's data folder. Making it again is a new call, billed anew."),
            )
        case State.UNKNOWN:
            return Explanation(
                say("It is not known how this ended"),
                fault.message,
                _perhaps_charged(job),
                say(
                    "Nothing is sent again by itself. If the answer still turns up, it is kept and shown here. "
                    "Making it again is a new call, billed anew."
                ),
            )
        case _:
            return None


def _charged(job: Job) -> str:
    if job.practice:
        return say("Practice: nothing was charged.")
    amount = money(job.cost or 0)
    if job.basis == "usage":
        return say("It was billed: {amount}, as the provider reported it.", amount=amount)
    return say("It was billed: {amount}, as estimated, for no usage was reported.", amount=amount)


def _perhaps_charged(job: Job) -> str:
    if job.practice:
        return say("Practice: nothing was charged.")
    if not job.held:
        return say("It was marked as not billed; nothing is reserved for it any more.")
    return say("It may have been billed; up to {amount} stays reserved for it.", amount=money(job.held))
