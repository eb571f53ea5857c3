"""The last step of an edit: what the model drew is brought back into the picture that was given.

It was paid for before this begins. Whatever goes wrong here, the picture is kept as the model drew it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.domain.jobs import Job
from app.domain.option_rules import chosen_format, is_lossless
from app.domain.pictures import NewPicture, PictureFile
from app.domain.requests import AnyRequest, Generate, Given
from app.domain.sentences import say
from app.imaging.compose import keep_unmasked, unpad
from app.imaging.fit import Fitting
from app.imaging.inspect import PictureFacts, inspect_picture
from app.imaging.workbench import Crowded, Workbench
from app.services.ports import BlobStore

PATIENCE_SECONDS = 120.0
"""How long an answer waits for room to be worked on. After that it is left in the spool, for another try."""

NOT_COMPOSED = say(
    "What the model drew could not be put back into your picture, so it is kept as the model drew it: "
    "outside the mask it may differ from your picture."
)
NOT_TRIMMED = say("The padding could not be cut off, so the picture is kept as the model drew it.")
ANIMATED = say("An animation is kept as the model drew it; its padding is not cut off.")

_FORMATS = {"image/png": "png", "image/jpeg": "jpeg", "image/webp": "webp"}
_WEBP_EDGE = 16383
_WEBP_ROOM = 2  # its encoder takes as much memory again as everything else


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture of an answer: its bytes, which were inspected, and what came with it."""

    data: bytes
    facts: PictureFacts
    revised_prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Composing:
    """Keeps what a provider drew, brought back as the request's `given` says."""

    blobs: BlobStore
    bench: Workbench
    log: Callable[..., None]

    def keep(self, job: Job, drawing: Drawing) -> tuple[NewPicture, str | None]:
        """The picture in the blob store, and what a person must be told about it, if anything.

        Raises `Crowded`, and what the disk raises when not even the answer itself can be kept.
        """
        request = job.request
        given = None if isinstance(request, Generate) else request.given
        if given is None or given.fitting is None:
            return self._as_drawn(drawing), None
        if drawing.facts.mime_type not in _FORMATS:
            return self._as_drawn(drawing), ANIMATED
        fitting = Fitting.from_record(dict(given.fitting))
        try:
            if given.keeps:
                return self._composed(request, given, fitting, drawing), None
            return self._trimmed(request, fitting, drawing), None
        except Crowded:
            raise
        except Exception as error:  # a damaged answer, no memory, no room, a mistake of ours: never a lost picture
            self.log("not_composed", job=job.id, exc_info=error)
        return self._as_drawn(drawing), NOT_COMPOSED if given.keeps else NOT_TRIMMED

    def _composed(self, request: AnyRequest, given: Given, fitting: Fitting, drawing: Drawing) -> NewPicture:
        """The source's pixels outside the mask, the model's inside; what the model drew is kept beside it."""
        assert given.mask is not None, "nothing is kept without a mask"
        kind = chosen_format(request)
        if kind == "webp" and max(fitting.source) > _WEBP_EDGE:
            kind = "png"
        source, mask = self.blobs.get(given.images[0].digest), self.blobs.get(given.mask.digest)
        share = _WEBP_ROOM if kind == "webp" else 1
        with self.bench.room_for(share * fitting.source.pixels, timeout=PATIENCE_SECONDS):
            kept = keep_unmasked(
                source, drawing.data, mask, fitting, output_format=kind, compression=_compression(request)
            )
        facts = PictureFacts(kept.mime_type, kept.width, kept.height)
        return NewPicture(
            **self._stored(kept.data, facts),
            revised_prompt=drawing.revised_prompt,
            drift=kept.drift,
            model_picture=PictureFile(**self._stored(drawing.data, drawing.facts)),
        )

    def _trimmed(self, request: AnyRequest, fitting: Fitting, drawing: Drawing) -> NewPicture:
        """The picture without its padding; beside it what the model drew, where cutting changes pixels."""
        kind, compression = _FORMATS[drawing.facts.mime_type], _compression(request)
        with self.bench.room_for(drawing.facts.width * drawing.facts.height, timeout=PATIENCE_SECONDS):
            data = unpad(drawing.data, fitting, output_format=kind, compression=compression)
        is_exact = data is drawing.data or is_lossless(kind, compression)
        beside = None if is_exact else PictureFile(**self._stored(drawing.data, drawing.facts))
        return NewPicture(
            **self._stored(data, inspect_picture(data)), revised_prompt=drawing.revised_prompt, model_picture=beside
        )

    def _as_drawn(self, drawing: Drawing) -> NewPicture:
        return NewPicture(**self._stored(drawing.data, drawing.facts), revised_prompt=drawing.revised_prompt)

    def _stored(self, data: bytes, facts: PictureFacts) -> dict[str, Any]:
        """The values of a `PictureFile` whose bytes are in the blob store from now on."""
        return {
            "digest": self.blobs.put(data),
            "mime_type": facts.mime_type,
            "width": facts.width,
            "height": facts.height,
            "byte_size": len(data),
        }


def _compression(request: AnyRequest) -> int:
    chosen: int | None = getattr(request, "output_compression", None)
    return 100 if chosen is None else chosen
