"""`GET /conversations/<id>`: what was said, and the form for what comes next; `POST …/turns` says it.

`GET` and `POST /conversations/new` do the same for a conversation that begins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.conversations import START, ConversationTurn, Dialogue, attached_to
from app.domain.errors import InvalidRequest, NotFound, Problem, StudioError
from app.domain.requests import Turn
from app.domain.sentences import joined, say
from app.domain.turns import Way
from app.edge.actors import current_actor
from app.edge.forms import StaleForm, shows_again
from app.edge.limits import MEBIBYTE, accepts_body
from app.edge.rooms import Entry, Room, Speech
from app.edge.status import status_of
from app.services.conversations import Conversations
from app.services.generation import Generation
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.prepared import PreparedTurn
from app.web.back import found_again
from app.web.composer import compose, usual_model
from app.web.conversation_pages import ConversationPage, Renaming
from app.web.conversations import list_of
from app.web.dialogues import address_otherwise, branch_told, onward
from app.web.forms.conversations import TURN_FIELDS, TurnForm, turn_controls
from app.web.given import Given, Tray, asked_for
from app.web.judging import Judgement, admitted, arranged, judge
from app.web.mask_views import view_of
from app.web.pages import render
from app.web.progress import refresh_seconds
from app.web.thumbs import thumbs_of

_KIND = (Turn.kind,)
_OWN_FIELDS = ("prompt", "image", "mask", "mask_means", "keep_unmasked", *TURN_FIELDS)
_BUTTONS = {"first", "remove", "remove_mask", "add"}
_ON_THE_SHELF = 12


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where one is: in which conversation, and after which turn of it (`None`: before its beginning)."""

    dialogue: Dialogue | None = None
    turn: ConversationTurn | None = None

    @property
    def after(self) -> str | None:
        """What the form calls the place of the next turn."""
        if self.dialogue is None:
            return None
        return self.turn.id if self.turn else START

    @property
    def conversation(self) -> str | None:
        return self.dialogue.conversation.id if self.dialogue else None

    @property
    def last_picture(self) -> str | None:
        """A reference to the picture that words alone are about."""
        if self.dialogue is None or self.turn is None:
            return None
        picture = self.dialogue.ground(self.turn.id).picture
        return f"picture:{picture.id}" if picture else None


def make_room(conversations: Conversations, generation: Generation, jobs: Jobs, library: Library, tray: Tray) -> Room:
    """The room of what is said in conversations."""
    room = Room("turns", __name__, entry=Entry.OWNER, speech=Speech.PAGES)
    usual = usual_model(generation, _KIND)

    @room.get("/conversations/new")
    def start() -> Response:
        return _begin(_Spot(), TurnForm.prefilled(request.args), asked_for(tray, current_actor().owner))

    @room.get("/conversations/<conversation_id>")
    def show(conversation_id: str) -> Response:
        owner = current_actor().owner
        dialogue = conversations.find(owner, conversation_id)
        spot = _spot(dialogue, request.args.get("at"))
        given = asked_for(tray, owner)
        if again := dialogue.find(request.args.get("again")):
            kept = _given_to(again.job.id, again.request)
            return _begin(spot, TurnForm.of(again.request), replace(kept, images=(*kept.images, *given.images)))
        form = TurnForm.going_on(spot.turn.request) if spot.turn else TurnForm(formdata=None)
        form.prompt.data = request.args.get("prompt", "")
        return _begin(spot, form, given)

    @room.get("/conversations/<conversation_id>/turns")
    def show_after_reload(conversation_id: str) -> AnyResponse:
        query = request.query_string.decode()
        return redirect(f"/conversations/{conversation_id}?{query}", 303)

    @room.get("/jobs/<job_id>/turn")
    def turn_of(job_id: str) -> AnyResponse:
        """Where a job's pictures were talked about; with `again` the form filled in with its words.

        Of a conversation that was deleted there is still what was asked for.
        """
        owner = current_actor().owner
        job, place = jobs.find(owner, job_id), conversations.place_of(owner, job_id)
        if place is None and isinstance(job.request, Turn) and "again" in request.args:
            return _begin(_Spot(), TurnForm.of(job.request), _given_to(job.id, job.request))
        if place is None:
            return redirect(f"/jobs/{job.id}", 303)
        if "again" in request.args:
            return redirect(address_otherwise(place.conversation_id, place.parent_id, place.id), 303)
        return redirect(f"/conversations/{place.conversation_id}?at={place.id}#{place.id}", 303)

    @room.post("/conversations/new")
    @accepts_body(256 * MEBIBYTE)
    def begin() -> AnyResponse:
        return _take(_Spot())

    @room.post("/conversations/<conversation_id>/turns")
    @accepts_body(256 * MEBIBYTE)
    def say(conversation_id: str) -> AnyResponse:
        return _take(*_found(conversation_id))

    @room.post("/conversations/<conversation_id>/title")
    def rename(conversation_id: str) -> AnyResponse:
        """From the page of the conversation, or with `listed` from the list; there it is shown again if need be."""
        owner, title = current_actor().owner, request.form.get("title", "")
        is_listed = "listed" in request.form
        try:
            conversations.rename(owner, conversation_id, title)
        except InvalidRequest as error:
            dialogue = conversations.find(owner, conversation_id)
            refused = Renaming(conversation_id, title, joined(*(problem.message for problem in error.problems)))
            if is_listed:
                return render(list_of(conversations, request.form, refused), 400)
            spot = _spot(dialogue, None)
            form = TurnForm.going_on(spot.turn.request) if spot.turn else TurnForm(formdata=None)
            return _begin(spot, form, Given(), status=400, renaming=refused)
        return redirect("/conversations" if is_listed else f"/conversations/{conversation_id}", 303)

    @shows_again(room)
    def show_again(error: StaleForm) -> Response:
        """Nothing said or sent is lost: the same form, with a token that holds now."""
        refusal = StudioError(replace(error.fault, code="stale_form"))  # here the remedy is another one
        spot, _ = _found((request.view_args or {}).get("conversation_id"))
        form, given = TurnForm(), tray.take_in(current_actor().owner)
        judgement: Judgement[PreparedTurn] = Judgement(problems=given.problems, refusal=refusal)
        return _show(spot, form, given, judgement, status=status_of(error.fault))

    def _found(conversation_id: str | None) -> tuple[_Spot, StudioError | None]:
        """Where the form was sent from; words said to a conversation that is gone begin another one."""
        if conversation_id is None:
            return _Spot(), None
        try:
            dialogue = conversations.find(current_actor().owner, conversation_id)
            return _spot(dialogue, request.form.get("after") or None), None
        except NotFound as error:
            return _Spot(), StudioError(replace(error.fault, code="conversation_gone", message=_GONE))

    def _begin(
        spot: _Spot, form: TurnForm, given: Given, *, status: int = 200, renaming: Renaming | None = None
    ) -> Response:
        judgement = replace(_judge(spot, form, given), problems=given.problems)
        return _show(spot, form, given, judgement, status=status, renaming=renaming)

    def _take(spot: _Spot, gone: StudioError | None = None) -> AnyResponse:
        owner = current_actor().owner
        form, given = TurnForm(), tray.take_in(owner)
        if gone is not None:
            form.after.data = ""
            return _show(spot, form, given, replace(_judge(spot, form, given), refusal=gone), status=404)
        if _BUTTONS & request.form.keys():
            return _begin(spot, form, _rearranged(given))
        judgement = _judge(spot, form, given)
        if "preview" in request.form:  # only the price is asked for; nothing may be said yet
            told = tuple(problem for problem in judgement.problems if problem.code != "missing_prompt")
            return _show(spot, form, given, replace(judgement, problems=told))
        draft, _ = form.read(usual, conversation=spot.conversation, images=given.images, mask=given.mask)
        outcome = admitted(judgement, lambda _: conversations.say(owner, draft, key=form.key))
        if isinstance(outcome, Judgement):
            return _show(spot, form, given, outcome, status=outcome.status)
        place = outcome.place
        return redirect(f"/conversations/{place.conversation_id}?at={place.id}#{place.id}", 303)

    def _judge(spot: _Spot, form: TurnForm, given: Given) -> Judgement[PreparedTurn]:
        draft, unreadable = form.read(usual, conversation=spot.conversation, images=given.images, mask=given.mask)
        if not draft.values["prompt"].strip():
            # It has a price too: that of the settings, before anything is said.
            draft = replace(draft, values={**draft.values, "prompt": "."})
            unreadable = (*unreadable, Problem("prompt", "missing_prompt", _NO_PROMPT))
        owner = current_actor().owner
        return judge(lambda: conversations.prepare(owner, draft, key=form.key), generation, given, unreadable)

    def _show(
        spot: _Spot,
        form: TurnForm,
        given: Given,
        judgement: Judgement[PreparedTurn],
        *,
        status: int = 200,
        renaming: Renaming | None = None,
    ) -> Response:
        owner, dialogue = current_actor().owner, spot.dialogue
        draft, _ = form.read(usual, conversation=spot.conversation)
        composer = compose(
            form,
            generation,
            _KIND,
            model=draft.values["model"],
            own_fields=_OWN_FIELDS,
            price=judgement.price(generation),
            problems=judgement.problems,
            refusal=judgement.refusal,
        )
        branch = dialogue.branch(spot.turn.id) if dialogue and spot.turn else ()
        pictures = tray.look_at(owner, given.images)
        masks = tray.look_at(owner, [given.mask] if given.mask else [])
        last = tray.look_at(owner, [spot.last_picture] if spot.last_picture else [])
        marked = (*last, *pictures)[:1]
        waits = bool(branch) and not branch[-1].job.state.is_final
        turns = branch_told(dialogue, branch, jobs.newest_previews) if dialogue else ()
        reading = judgement.prepared.mask if judgement.prepared else None
        text_model = generation.catalogue.text_model(
            dialogue.conversation.text_model if dialogue else conversations.turning.default_text_model
        )
        settings = turn_controls(form, generation.catalogue.text_models, text_model, judgement.problems)
        page = ConversationPage(
            conversation=dialogue.conversation if dialogue else None,
            composer=composer,
            at=spot.after,
            settings=settings,
            turns=turns,
            onward=onward(dialogue, spot.turn.id if spot.turn else None) if dialogue else (),
            pictures=pictures,
            marked=marked[0] if marked else None,
            is_last_marked=bool(last),
            mask=masks[0] if masks else None,
            mask_view=view_of(marked[0].reference, given.mask, form) if given.mask and marked and reading else None,
            reading=reading,
            mask_open=bool(masks) or any(composer.errors(name) for name in ("mask", "mask_means", "keep_unmasked")),
            options_open=any(control.errors for control in (*composer.main, *composer.more, *settings)),
            shelf=thumbs_of(library.newest(owner, limit=_ON_THE_SHELF)),
            waits=waits,
            refresh_seconds=refresh_seconds(turns[-1].elapsed) if waits else 0,
            has_no_chain=any(turn.way is Way.IMAGE_API for turn in branch[-1:]),
            renaming=renaming,
        )
        return found_again(render(page, status))

    return room


_NO_PROMPT = say("No prompt provided")
_GONE = say("This conversation has been deleted. What you wrote is below; sending it begins another one.")


def _spot(dialogue: Dialogue, at: str | None) -> _Spot:
    """The place that an address or a form names; without a name, after the newest turn. Raises `NotFound`."""
    if at == START:
        return _Spot(dialogue)
    turn = dialogue.tip if at is None else dialogue.find(at)
    if at is not None and turn is None:
        raise NotFound(say("There is no such turn."))
    return _Spot(dialogue, turn)


def _given_to(job_id: str, turn: Turn) -> Given:
    """The pictures and the mask that a turn was given, once more, by reference."""
    images = tuple(f"input:{job_id}/{which}" for which, _ in attached_to(turn))
    return Given(images=images, mask=f"input:{job_id}/mask" if (turn.given or turn).mask else None)


def _rearranged(given: Given) -> Given:
    """What is given after one of the form's small buttons was pressed."""
    images = arranged(given.images, request.form)
    return replace(given, images=images, mask=None if "remove_mask" in request.form else given.mask)
