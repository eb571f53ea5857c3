"""What a turn of a conversation costs: the image tool's picture, and the words that the text model reads and says."""

from __future__ import annotations

from app.domain.costs import MicroUSD, Usage
from app.domain.models import Model
from app.domain.prices import Price, TokenPrices
from app.domain.requests import Turn
from app.domain.text_models import TextModel
from app.domain.tokens import prompt_tokens_at_most, prompt_tokens_typical
from app.domain.turns import as_image_request, shown_pictures

MAX_OUTPUT_TOKENS = 8192
"""What the text model may say at most, thinking included. It is sent, so that a turn has a dearest price."""

# None of the following is published. The estimate rests on the first figure of each pair, what is held on the second.
_TOOL = (600, 4_000)
"""Input tokens for the description of the image tool and what else the provider adds."""
_PICTURE = (1_536, 10_000)
"""Input tokens of one picture that the text model looks at; models differ in how finely they look."""
_HISTORY = (2_000, 32_000)
"""What a chain costs to read again when the turn before did not report its tokens."""
_SAID = 200
"""Output tokens of an ordinary answer, beside the prompt that it writes for the image tool."""
_REVISED = 2_000
"""By how many tokens the prompt written for the image tool may exceed the person's."""
_EARLIER_PICTURES = 4 * 1_536
"""Tokens of the earlier pictures of a chain that the image tool may be shown, beside the last one."""

_ABSURD = 10


def price_of_turn(turn: Turn, model: Model, text_model: TextModel) -> Price:
    """The price of one turn; never exact, for what a text model reads and says can only be bounded."""
    drawing = model.pricing.price(as_image_request(turn), 1)
    typical, most = _text_usage(turn)
    extra = text_model.rates.cost(most) + _beyond_drawing(turn, model)
    return Price(
        estimate=drawing.estimate + text_model.rates.cost(typical),
        at_most=drawing.at_most + extra,
        exact=False,
        usage=None if drawing.usage is None else drawing.usage + typical,
    )


def cost_of_turn(turn: Turn, usage: Usage, model: Model, text_model: TextModel) -> MicroUSD:
    """What the reported usage costs. Models priced by the picture cost their estimate."""
    words = text_model.rates.cost(usage)
    if isinstance(model.pricing, TokenPrices):
        return model.pricing.rates.cost(usage) + words
    return model.pricing.price(as_image_request(turn), 1).estimate + words


def is_plausible_turn(turn: Turn, usage: Usage, model: Model, text_model: TextModel) -> bool:
    """False for counts that contradict each other, nothing said, and far more than can be explained.

    A turn may be answered in words alone: then nothing was drawn and nothing is owed for it.
    """
    counts = usage.as_record().values()
    cached = usage.text_model_cached_tokens + usage.text_model_written_tokens
    if min(counts) < 0 or cached > usage.text_model_input_tokens or usage.text_model_output_tokens <= 0:
        return False
    return (
        isinstance(model.pricing, TokenPrices)
        and cost_of_turn(turn, usage, model, text_model) <= _ABSURD * price_of_turn(turn, model, text_model).at_most
    )


def _beyond_drawing(turn: Turn, model: Model) -> MicroUSD:
    """What the tool may read beyond the person's words and pictures: longer words, earlier pictures."""
    if not isinstance(model.pricing, TokenPrices):
        return 0
    pictures = 0 if turn.previous is None else _EARLIER_PICTURES
    return model.pricing.rates.cost(Usage(input_text_tokens=_REVISED, input_image_tokens=pictures))


def _text_usage(turn: Turn) -> tuple[Usage, Usage]:
    """The text model's tokens: what is likely, and the most it could be."""
    pictures = len(shown_pictures(turn)) + (turn.previous is not None)
    known = turn.history_tokens
    likely, longest = (0, 0) if turn.previous is None else _HISTORY if known is None else (known, known)
    most_read = prompt_tokens_at_most(turn.prompt) + _TOOL[1] + pictures * _PICTURE[1] + longest
    typical = Usage(
        text_model_input_tokens=prompt_tokens_typical(turn.prompt) + _TOOL[0] + pictures * _PICTURE[0] + likely,
        text_model_output_tokens=prompt_tokens_typical(turn.prompt) + _SAID,
    )
    # All of it may be written to the provider's cache, which is the dearest way to be read.
    most = Usage(
        text_model_input_tokens=most_read,
        text_model_written_tokens=most_read,
        text_model_output_tokens=MAX_OUTPUT_TOKENS,
    )
    return typical, most
