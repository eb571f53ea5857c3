"""How each kind of outcome ends an attempt: its state, its charge, what stays held, what is said."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.catalogue import Catalogue
from app.domain.errors import Fault, StudioError
from app.domain.jobs import Answer, Attempt, Job, Outcome, ProviderFault, Receipt, Settlement, State
from app.domain.pictures import NewPicture
from app.domain.sentences import say


def of_answer(
    attempt: Attempt,
    job: Job,
    answer: Answer,
    kept: tuple[NewPicture, ...],
    receipt: Receipt,
    catalogue: Catalogue,
    *,
    late: bool,
    remarks: Sequence[str] = (),
) -> Settlement:
    """Done: charged at the reported usage where it is plausible, else at the estimate. So is an answer that
    says itself why there is no picture; it failed.

    `remarks`: what is to be said about the pictures besides.
    """
    notes = [say("The answer came late, after it had been given up; it was kept.")] if late else []
    if not kept and answer.fault is None:
        notes.append(say("The answer came in words; no picture was drawn."))
    elif kept and len(kept) < attempt.n:
        notes.append(say("{asked} pictures were asked for, {count} came.", asked=attempt.n, count=len(kept)))
    usage = answer.usage
    if usage is not None and catalogue.plausible(job.request, attempt.n, usage):
        cost, basis = catalogue.cost_of(job.request, usage), "usage"
    else:
        # Either the model is priced by the picture or the gateway reports nothing usable.
        cost, basis, usage = attempt.estimate, "estimate", None
    return Settlement(
        state=State.DONE if kept or answer.fault is None else State.FAILED,
        pictures=kept,
        cost=cost,
        basis=basis,
        usage=usage,
        resolved=answer.resolved,
        fault=None if kept else answer.fault,
        notes=(*notes, *remarks),
        upstream_request_id=receipt.request_id,
        response_id=answer.response_id,
        words=answer.words,
    )


def of_fault(attempt: Attempt, failure: ProviderFault, receipt: Receipt | None = None) -> Settlement:
    """Unusable: charged at the estimate. Ambiguous: the hold stays. Refused: nothing is owed."""
    request_id = failure.fault.upstream_request_id or (receipt.request_id if receipt else None)
    match failure.outcome:
        case Outcome.UNUSABLE:
            return Settlement(
                state=State.FAILED,
                cost=attempt.estimate,
                basis="estimate",
                fault=failure.fault,
                upstream_request_id=request_id,
            )
        case Outcome.AMBIGUOUS:
            return Settlement(state=State.UNKNOWN, fault=failure.fault, keep_hold=True, upstream_request_id=request_id)
        case _:
            return Settlement(state=State.REJECTED, fault=failure.fault, upstream_request_id=request_id)


def of_loss(error: Exception) -> Settlement:
    """Unknown: the call went out, and on our side something broke before its answer was safe."""
    if isinstance(error, StudioError):  # a full disk says so itself
        fault = error.fault
    else:
        fault = Fault(
            "outcome_unknown",
            say(
                "The answer could not be kept on this machine. What came of it lies in the studio's data folder; "
                "the call may have been billed."
            ),
            may_have_cost=True,
        )
    return Settlement(state=State.UNKNOWN, fault=fault, keep_hold=True)


def of_silence() -> Settlement:
    """Unknown: the process that waited for the answer is gone, and it left none."""
    return Settlement(
        state=State.UNKNOWN,
        fault=Fault(
            "outcome_unknown",
            say("Atelier was stopped while it waited for the provider's answer. The call may have been billed."),
            may_have_cost=True,
        ),
        keep_hold=True,
    )


def unusable(sentence: str) -> ProviderFault:
    """The fault of an answer that was paid for and cannot be used."""
    return ProviderFault(Outcome.UNUSABLE, Fault("upstream_bad_response", sentence, may_have_cost=True))


def no_usable_picture(reason: str) -> ProviderFault:
    """The same, where what should be a picture is none; `reason` is a clause about it."""
    return unusable(say("The provider's answer holds no usable picture: {reason}.", reason=reason))
