"""Turns of a conversation, through the Responses API: one HTTP request per call, as for single pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.domain.jobs import Answer, Body, Receipt
from app.domain.pictures import Partial
from app.domain.requests import Turn
from app.provider.client import Connection
from app.provider.exchange import Exchange, RawSink, input_gone
from app.provider.stream import Progress
from app.provider.turn_answers import PREVIEW_FIELD, decode_turn, kind_of
from app.provider.turn_faults import fault_for_turn
from app.provider.turn_inputs import turn_call
from app.provider.wording import Cleaner


class ConversationsProvider:
    """The Responses API of OpenAI or of a gateway, or the emulator in its place."""

    def __init__(self, connection: Connection):
        self._cleaner = Cleaner(connection.secrets)
        self._exchange = Exchange(connection.client, self._cleaner)

    def send(
        self,
        turn: Turn,
        *,
        stream: bool,
        deadline: float,
        sink: RawSink,
        read_input: Callable[[str], bytes],
        on_partial: Callable[[Partial], None],
    ) -> Receipt:
        """Make exactly one HTTP request, as `ImagesProvider.send` does.

        Raises `ProviderFault`; its fault's code is `turns.CHAIN_GONE` when the provider has forgotten what the
        turn follows, and `turns.UNSUPPORTED_BY_GATEWAY` when it has no conversations. Then nothing was drawn.
        """
        try:
            call = turn_call(turn, stream=stream, read_input=read_input)
        except OSError:
            raise input_gone() from None
        progress = None
        if stream:
            wants_previews = on_partial if turn.partial_images else None
            progress = Progress(1, wants_previews, kinds=kind_of, preview=PREVIEW_FIELD)
        judge = partial(fault_for_turn, is_chained=turn.previous is not None)
        return self._exchange.run(call, deadline=deadline, sink=sink, progress=progress, judge=judge)

    def read(self, turn: Turn, receipt: Receipt, body: Body) -> Answer:
        """Understand a raw answer; see `turn_answers.decode_turn`."""
        pictures_in = bool(turn.images) or turn.fallback is not None or turn.previous is not None
        return decode_turn(body, self._cleaner, pictures_in=pictures_in, request_id=receipt.request_id)
