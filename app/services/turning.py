"""Turns: from a draft to a request whose pictures are ready to be sent, going on from what was said before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.conversations import ConversationDraft, ConversationTurn, Dialogue, Ground
from app.domain.drafts import EditDraft, Source
from app.domain.errors import InvalidRequest, Problem
from app.domain.pictures import Picture
from app.domain.requests import InputPicture, Turn
from app.domain.sentences import say
from app.domain.turn_rules import PICTURE_BYTES, image_api_problem
from app.domain.turns import Way
from app.imaging.errors import BadPicture
from app.services.editing import Editing
from app.services.prepared import PreparedTurn
from app.services.preparing import MOST_PICTURES, Preparing

_OF_EDITS = ("prompt", "model", "size", "output_format", "output_compression")
"""What of a turn matters for how a mask and its picture are sent."""

_GONE = say("The last picture cannot be shown again, because it is no longer here or cannot be read.")


@dataclass(frozen=True, slots=True)
class Turning:
    """Prepares turns as `Editing` prepares edits, by which turns with a mask are prepared too."""

    preparing: Preparing
    editing: Editing
    default_model: str
    default_text_model: str

    def prepare(
        self, owner: str, draft: ConversationDraft, dialogue: Dialogue | None, parent: ConversationTurn | None
    ) -> PreparedTurn:
        """Raises what `Conversations.prepare` raises, but for `NotFound`."""
        text_model = self.default_text_model if dialogue is None else dialogue.conversation.text_model
        values = {"prompt": "", "model": self.default_model, "text_model": text_model, **draft.values}
        ground = Ground() if dialogue is None or parent is None else dialogue.ground(parent.id)
        is_unknown = ground.previous is not None and ground.picture is not None and not ground.is_known
        wanted = Turn(
            **values,
            previous=ground.previous,
            history_tokens=ground.history_tokens,
            shows_fallback=is_unknown or None,
        )
        if draft.mask is not None:
            prepared = self._masked(owner, draft, wanted, ground.picture)
        else:
            prepared = self._plain(owner, draft, wanted, ground.picture)
        if parent is not None and parent.way is Way.IMAGE_API:
            self._require_image_api(prepared.request)
        return replace(prepared, dialogue=dialogue, parent=parent)

    def _require_image_api(self, turn: Turn) -> None:
        """Refuse what the provider, which had no conversations for the turn before, could not be sent either."""
        limits = self.preparing.model(turn.model).inputs
        if limits is not None and (problem := image_api_problem(turn, limits.max_count)):
            raise InvalidRequest((*self.preparing.judge(turn), problem))

    def _plain(self, owner: str, draft: ConversationDraft, wanted: Turn, last: Picture | None) -> PreparedTurn:
        problems: list[Problem] = []
        images = self.preparing.pictures(owner, draft.images, problems)
        if problems:
            raise InvalidRequest((*self.preparing.judge(replace(wanted, action=None)), *problems))
        fallback: InputPicture | None = None
        notes: tuple[str, ...] = ()
        if last is not None:
            try:
                fallback = self._sent(self.preparing.sources.picture(owner, _reference(last)), wanted.model)
            except BadPicture:
                notes = (_GONE,) if wanted.previous is None or wanted.shows_fallback else ()
        sent = tuple(self._sent(picture, wanted.model) for picture in images)
        return PreparedTurn(request=replace(wanted, images=sent, fallback=fallback), notes=notes)

    def _masked(self, owner: str, draft: ConversationDraft, wanted: Turn, last: Picture | None) -> PreparedTurn:
        """The mask lies on the last picture, or else on the first added; it is sent and put back as in edits."""
        images = (*(() if last is None else (_reference(last),)), *draft.images)
        if not images:
            sentence = say("A mask needs the picture that it lies on. Add the picture.")
            raise InvalidRequest((Problem("mask", "invalid_mask", sentence),))
        if last is not None and len(images) == MOST_PICTURES + 1:
            sentence = say(
                "With a mask on the last picture at most {most} others can be given. Remove one.",
                most=MOST_PICTURES - 1,
            )
            judged = self.preparing.judge(replace(wanted, action=None))
            raise InvalidRequest((*judged, Problem("image", "invalid_image", sentence)))
        values = {name: value for name, value in wanted.chosen().items() if name in _OF_EDITS}
        edit = self.editing.prepare(
            owner,
            EditDraft(
                values=values,
                images=images,
                mask=draft.mask,
                mask_means=draft.mask_means,
                invert_mask=draft.invert_mask,
                keep_unmasked=draft.keep_unmasked,
            ),
        )
        made = edit.request
        assert made.given is not None, "what is prepared for an edit says from what"
        sent = tuple(
            replace(picture, picture_id=given.picture_id)
            for picture, given in zip(made.images, made.given.images, strict=True)
        )
        return PreparedTurn(
            request=replace(
                wanted,
                fallback=None if last is None else sent[0],
                images=sent if last is None else sent[1:],
                mask=getattr(made, "mask", None),
                size=made.size,
                given=replace(made.given, wish="turn"),
            ),
            mask=edit.mask,
            notes=edit.notes,
        )

    def _sent(self, picture: InputPicture, model_name: str) -> InputPicture:
        """As the image model takes it, and not too large for JSON."""
        limits = self.preparing.model(model_name).inputs
        if limits is None:  # the catalogue will say that it draws in no conversation
            return picture
        limits = replace(limits, byte_limit=min(limits.byte_limit, PICTURE_BYTES))
        return replace(self.preparing.sending.as_it_is(picture, limits), picture_id=picture.picture_id)


def _reference(picture: Picture) -> Source:
    return Source(reference=f"picture:{picture.id}")
