"""From what was given to what is sent: pictures brought to what a model takes, and the plan to undo it."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.drafts import SOURCE_SIZE
from app.domain.models import MaskLimits, Model, PictureLimits
from app.domain.requests import InputPicture
from app.domain.sizes import AUTO, Size, parse_size
from app.imaging.boxes import Box, whole
from app.imaging.decode import SafePicture
from app.imaging.fit import Fitting, plan_whole
from app.imaging.prepare import prepare, prepare_mask, prepare_reference
from app.imaging.stitch import plan_region
from app.imaging.workbench import Workbench
from app.services.pixel_room import pixel_room
from app.services.ports import BlobStore
from app.services.recent import Made, Recent

_ONLY_PNG = ("image/png",)


@dataclass(frozen=True, slots=True)
class Plan:
    """How the first picture is sent: as it is (no `fitting`), or as the fitting says.

    `size`: what to ask the model for. `undone`: the fitting's padding is cut off every answer.
    """

    size: str | None
    fitting: Fitting | None = None
    undone: bool = True


def plan_without_mask(picture: InputPicture, model: Model, limits: PictureLimits, size: str | None) -> Plan:
    """No pixel is touched unless the model takes only squares, or the picture's own size is wished for.

    Where a size was asked for and the picture had to be padded for it, the answer stays of that size.
    """
    source = size_of(picture)
    if size == SOURCE_SIZE or (limits.square and source.width != source.height):
        asked = parse_size(size)
        fitting = plan_whole(source, model.sizes, asked=asked)
        return Plan(str(fitting.asked), None if is_identity(fitting) else fitting, undone=asked is None)
    return Plan(size)


def plan_with_mask(picture: InputPicture, edited: Box, model: Model, size: str | None, *, region: bool) -> Plan:
    """The whole picture, or with `region` the part around what is edited, at the size asked for or the closest.

    `undone` is about answers that are not put back into the picture.
    """
    source, asked = size_of(picture), parse_size(size)
    fitting = (
        plan_region(source, edited, model.sizes, asked=asked)
        if region
        else plan_whole(source, model.sizes, asked=asked)
    )
    return Plan(str(fitting.asked), fitting, undone=asked is None)


def may_be_asked(size: str | None, model: Model) -> bool:
    """Whether a draft's `size` is one that a plan can be made for."""
    return size in (None, AUTO, SOURCE_SIZE) or model.sizes.problem(size or "", model.id) is None


@dataclass(frozen=True, slots=True)
class Sending:
    """Makes what is sent and puts it into the blob store, durably: nothing of this is left to do once it is paid."""

    blobs: BlobStore
    bench: Workbench
    recent: Recent

    def as_it_is(self, picture: InputPicture, limits: PictureLimits) -> InputPicture:
        """The picture, as another kind of file or smaller only where the model would not take it."""
        if limits.mime_types == _ONLY_PNG:
            return self.fitted(picture, _unchanged(size_of(picture)), limits)[0]
        if picture.mime_type in limits.mime_types and picture.byte_size < limits.byte_limit:
            return picture

        def make() -> Made:
            data = self.blobs.get(picture.digest)
            with pixel_room(self.bench, size_of(picture).pixels):
                made = prepare_reference(data, limits)
            return Made(self.store(made))

        return self.recent.get(("as it is", picture.digest, limits), make).picture

    def fitted(self, picture: InputPicture, fitting: Fitting, limits: PictureLimits) -> tuple[InputPicture, Fitting]:
        """The picture as the fitting says, and the fitting as it was carried out."""
        if is_identity(fitting) and _is_taken_as_png(picture, limits):
            return picture, fitting

        def make() -> Made:
            data = self.blobs.get(picture.digest)
            with pixel_room(self.bench, size_of(picture).pixels):
                made = prepare(data, fitting, limits)
            return Made(self.store(made.picture), made.fitting)

        made = self.recent.get(("fitted", picture.digest, fitting, limits), make)
        return made.picture, made.fitting or fitting

    def first(self, picture: InputPicture, plan: Plan, limits: PictureLimits) -> tuple[InputPicture, Fitting | None]:
        """The first picture as planned, and its fitting as it was carried out."""
        if plan.fitting is None:
            return self.as_it_is(picture, limits), None
        return self.fitted(picture, plan.fitting, limits)

    def mask(self, mask: InputPicture, fitting: Fitting, limits: MaskLimits) -> InputPicture:
        """The mask that belongs to it, from one of the first picture's size in the one form. Raises `BadPicture`."""

        def make() -> Made:
            data = self.blobs.get(mask.digest)
            with pixel_room(self.bench, fitting.source.pixels):
                made = prepare_mask(data, fitting, limits)
            return Made(self.store(made))

        return self.recent.get(("mask", mask.digest, fitting, limits), make).picture

    def store(self, made: SafePicture) -> InputPicture:
        """Keep what was made, for as long as something refers to it."""
        return InputPicture(
            digest=self.blobs.put(made.data),
            mime_type=made.mime_type,
            width=made.width,
            height=made.height,
            byte_size=len(made.data),
            has_alpha=made.has_alpha,
        )


def size_of(picture: InputPicture) -> Size:
    return Size(picture.width, picture.height)


def is_identity(fitting: Fitting) -> bool:
    """Whether what is sent is the source, pixel for pixel."""
    return fitting.placed == whole(fitting.sent) == fitting.crop == whole(fitting.source)


def _unchanged(size: Size) -> Fitting:
    return Fitting(source=size, crop=whole(size), sent=size, placed=whole(size), asked=size)


def _is_taken_as_png(picture: InputPicture, limits: PictureLimits) -> bool:
    # A model that takes only PNG is known to refuse RGB in edits (see `imaging.prepare`).
    suits = picture.has_alpha or limits.mime_types != _ONLY_PNG
    return picture.mime_type == "image/png" and picture.byte_size < limits.byte_limit and suits
