"""Retries that name pictures which are gone: what their key first brought stands in, so that they find their job."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from app.domain.conversations import ConversationDraft, attached_to
from app.domain.drafts import MASK_MEANS, EditDraft, Source, VaryDraft
from app.domain.jobs import Job
from app.domain.requests import Generate, Turn
from app.services.sources import Sources

Draft = TypeVar("Draft", EditDraft, VaryDraft, ConversationDraft)


def as_first_given(sources: Sources, owner: str, draft: Draft, key: str | None) -> Draft:
    """The draft with its pictures and its mask as the job of this key was given them, where they are gone.

    Uploads are kept for a day, and jobs for good. All that is still here must be the same for a retry to be one,
    which `Generation.submit` finds out; of what is gone nobody can tell, so the key is believed.
    """
    wanted = (*draft.images, *([] if isinstance(draft, VaryDraft) or draft.mask is None else [draft.mask]))
    if not key or not any(sources.is_gone(owner, source) for source in wanted):
        return draft
    job = sources.jobs.store.find_by_key(owner, key)
    if job is None or isinstance(job.request, Generate) or len(names := _names_of(job)) != len(draft.images):
        return draft

    def first(source: Source, name: str) -> Source:
        return Source(reference=f"input:{job.id}/{name}") if sources.is_gone(owner, source) else source

    draft = replace(draft, images=tuple(map(first, draft.images, names)))
    if isinstance(draft, VaryDraft) or draft.mask is None or not sources.is_gone(owner, draft.mask):
        return draft
    # In the one form, which is read without guessing, and inverted already.
    return replace(draft, mask=first(draft.mask, "mask"), mask_means=MASK_MEANS[0], invert_mask=False)


def _names_of(job: Job) -> list[str]:
    """What the pictures that a job was given are called as its inputs, in order."""
    request = job.request
    if isinstance(request, Generate):
        return []
    if isinstance(request, Turn):
        return [name for name, _ in attached_to(request)]
    given = request.given or request
    names = [str(number) for number in range(len(given.images))]
    is_extended = request.given is not None and request.given.extended_from is not None
    return ["before", *names[1:]] if is_extended else names
