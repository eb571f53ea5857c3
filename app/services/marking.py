"""What is to change in the first picture: by a mask in whatever form, or because the picture is extended."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.drafts import MASK_MEANS, EditDraft, Extend
from app.domain.errors import Problem
from app.domain.requests import InputPicture
from app.domain.sentences import say
from app.imaging.boxes import Box
from app.imaging.decode import SafePicture, measure_upload
from app.imaging.errors import BadPicture
from app.imaging.extend import Extension, extend_picture
from app.imaging.mask import UnderstoodMask, understand_mask
from app.services.extending import extension_of, field_of
from app.services.pixel_room import pixel_room
from app.services.prepared import MaskReading
from app.services.preparing import Noting
from app.services.sending import Sending, size_of
from app.services.sources import Sources

TRANSPARENT = "transparent-is-edited"


@dataclass(frozen=True, slots=True)
class Marked:
    """`picture`: the first one, grown if it was extended. `mask`: in the one form, as large."""

    picture: InputPicture
    mask: InputPicture
    reading: MaskReading
    extended_from: InputPicture | None = None


@dataclass(frozen=True, slots=True)
class Marking:
    """Makes masks of the one form (`imaging.mask`) and keeps them. What is wrong goes to `problems`."""

    sources: Sources
    sending: Sending

    def by_mask(self, owner: str, draft: EditDraft, picture: InputPicture, problems: list[Problem]) -> Marked | None:
        """The draft's mask, read for that picture; `None` when it cannot be used."""
        assert draft.mask is not None
        means = draft.mask_means
        if means == MASK_MEANS[0] and _is_of_a_job(draft.mask.reference):
            means = TRANSPARENT  # the one form, which is read without guessing
        size = size_of(picture)
        with Noting(problems, "mask"):
            data = self.sources.mask_file(owner, draft.mask)
            with pixel_room(self.sending.bench, max(measure_upload(data).pixels, size.pixels)):
                mask = understand_mask(data, size, means, inverted=draft.invert_mask)
            if mask.edited is None or mask.pointless:
                raise BadPicture("invalid_mask", mask.pointless or "")
            return self._marked(picture, mask.data, _reading_of_mask(mask, mask.edited))
        return None

    def by_extending(self, picture: InputPicture, extend: Extend, problems: list[Problem]) -> Marked | None:
        """The picture grown, its new part the mask; `None` when it cannot be done."""
        plan = extension_of(extend, size_of(picture))
        if isinstance(plan, Problem):
            problems.append(plan)
            return None
        with Noting(problems, field_of(extend)):
            data = self.sending.blobs.get(picture.digest)
            with pixel_room(self.sending.bench, plan.canvas.pixels):
                grown = extend_picture(data, plan)
            kept = self.sending.store(grown.picture)
            return self._marked(kept, grown.mask, _reading_of_extension(plan), extended_from=picture)
        return None

    def _marked(
        self, picture: InputPicture, mask: bytes, reading: MaskReading, extended_from: InputPicture | None = None
    ) -> Marked:
        kept = self.sending.store(SafePicture(mask, "image/png", picture.width, picture.height, has_alpha=True))
        return Marked(picture, kept, reading, extended_from)


def _reading_of_mask(mask: UnderstoodMask, edited: Box) -> MaskReading:
    return MaskReading(
        means=mask.means,
        explanation=mask.explanation,
        sure=mask.sure,
        share=mask.share,
        edited=edited,
        width=mask.width,
        height=mask.height,
    )


def _reading_of_extension(plan: Extension) -> MaskReading:
    canvas = plan.canvas
    share = 1 - plan.source.pixels / canvas.pixels
    return MaskReading(
        means=TRANSPARENT,
        explanation=say(
            "The picture grows to {size}. Its new part, about {percent} %, is drawn.",
            size=str(canvas),
            percent=max(1, round(100 * share)),
        ),
        sure=True,
        share=share,
        edited=plan.new_part,
        width=canvas.width,
        height=canvas.height,
    )


def _is_of_a_job(reference: str | None) -> bool:
    return reference is not None and reference.startswith("input:") and reference.endswith("/mask")
