"""The form for a turn of a conversation: text and references in, a `ConversationDraft` out."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, StringField, TextAreaField

from app.domain.conversations import ConversationDraft
from app.domain.drafts import Source
from app.domain.errors import Problem
from app.domain.requests import Turn
from app.domain.sentences import say
from app.domain.text_models import TextModel
from app.web.forms.choices import Choice
from app.web.forms.controls import Control
from app.web.forms.masks import MaskForm
from app.web.forms.settings import SettingsForm

_TOOL_CHOICES = (Choice("", say("Always a picture")), Choice("auto", say("A picture, or words alone")))
_ACTIONS = (
    Choice("", say("Left to the model")),
    Choice("edit", say("The last picture, changed")),
    Choice("generate", say("A new picture")),
)

TURN_FIELDS = ("text_model", "tool_choice", "action")
"""The settings that only turns have."""


class TurnForm(MaskForm):
    """What is said, the settings of the picture, and who reads the words.

    `after` is the turn that it follows. Pictures and the mask are no fields of it: they come as files and go on
    as references.
    """

    sent = ("prompt", *TURN_FIELDS, *(name for name in SettingsForm.sent if name != "n"), "input_fidelity")

    prompt = TextAreaField()
    input_fidelity = StringField()
    text_model = StringField()
    tool_choice = StringField()
    action = StringField()
    after = HiddenField()

    @classmethod
    def going_on(cls, turn: Turn) -> TurnForm:
        """The form for what comes next: the same settings, nothing said yet."""
        settings = {name: value for name, value in _chosen(turn).items() if name not in ("prompt", "action")}
        return cls.prefilled(settings)

    @classmethod
    def of(cls, turn: Turn) -> TurnForm:
        """The form that says the same once more; its pictures go on as references."""
        kept = {} if turn.given is None else {"keep_unmasked": str(turn.given.keep_unmasked).lower()}
        return cls.prefilled(_chosen(turn) | kept, kept)

    def read(
        self, default_model: str, *, conversation: str | None, images: Sequence[str] = (), mask: str | None = None
    ) -> tuple[ConversationDraft, tuple[Problem, ...]]:
        """What is said about these references, and what could not be read; unreadable fields are left out."""
        values, problems = self.read_values(default_model)
        means, untold = self.read_mask_means()
        draft = ConversationDraft(
            values=values,
            conversation=conversation,
            after=self.text("after") or None,
            images=tuple(Source(reference=reference) for reference in images),
            mask=Source(reference=mask) if mask else None,
            mask_means=means,
            invert_mask=self.invert_mask.is_set,
            keep_unmasked=self.keep_unmasked.is_set,
        )
        return draft, (*problems, *untold)


def turn_controls(
    form: TurnForm, text_models: Sequence[TextModel], usual: TextModel, problems: Sequence[Problem]
) -> tuple[Control, ...]:
    """The settings that only turns have. `usual`: the text model when none is chosen."""
    names = {usual.id: usual.title, **{model.id: model.title for model in text_models}}
    chosen = form.text("text_model") or usual.id
    names.setdefault(chosen, chosen)
    models = tuple(Choice(name, title) for name, title in names.items())

    def control(name: str, label: str, value: str, choices: tuple[Choice, ...], hint: str = "") -> Control:
        told = tuple(problem.message for problem in problems if problem.field == name)
        return Control(name=name, label=label, value=value, choices=choices, hint=hint, errors=told)

    return (
        control("text_model", say("Text model"), chosen, models, say("Reads your words and has the picture drawn.")),
        control("tool_choice", say("Answer"), form.text("tool_choice"), _TOOL_CHOICES),
        control("action", say("What is drawn"), form.text("action"), _ACTIONS),
    )


def _chosen(turn: Turn) -> dict[str, object]:
    """The settings as a form shows them; the size as it was chosen, before a mask made another of it."""
    size = turn.size if turn.given is None else turn.given.size
    return {**turn.chosen(), "size": size or ""}
