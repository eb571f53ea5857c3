"""What preparing edits and variations has in common: gathering pictures, and refusing what cannot be prepared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import TracebackType

from app.domain.catalogue import Catalogue
from app.domain.drafts import Source
from app.domain.errors import InvalidRequest, Problem
from app.domain.models import Model, PictureLimits
from app.domain.picture_rules import about_picture
from app.domain.requests import Edit, InputPicture, Turn, Vary
from app.domain.sentences import say
from app.imaging.errors import BadPicture
from app.services.sending import Sending, may_be_asked
from app.services.sources import Sources

MOST_PICTURES = 16
"""More are not even looked at, whatever the model takes."""


@dataclass(frozen=True, slots=True)
class Preparing:
    """The tools of `Editing` and `Variations`.

    What only the catalogue holds against a request is left to `Generation`, which lets a replay be a replay
    first, and lets a mask be looked at before there is a prompt. Where preparing fails, everything is said.
    """

    catalogue: Catalogue
    sources: Sources
    sending: Sending
    legacy_models: bool
    today: Callable[[], date] = lambda: datetime.now(UTC).date()

    def model(self, name: str) -> Model:
        return self.catalogue.model_or_generic(name)

    def pictures(self, owner: str, sources: Sequence[Source], problems: list[Problem]) -> tuple[InputPicture, ...]:
        """The pictures that can be used; what is wrong with the others goes to `problems`."""
        if len(sources) > MOST_PICTURES:
            sentence = say(
                "There are {count} pictures, and at most {most} can be given. Remove some.",
                count=len(sources),
                most=MOST_PICTURES,
            )
            problems.append(Problem("image", "invalid_image", sentence))
            return ()
        found = []
        for number, source in enumerate(sources, 1):
            with Noting(problems, "image", number if len(sources) > 1 else None):
                found.append(self.sources.picture(owner, source))
        return tuple(found)

    def require(self, wanted: Edit | Vary, pictures: Sequence[Source], problems: Sequence[Problem]) -> PictureLimits:
        """What the model takes, when preparing can go on. Raises `InvalidRequest` with everything wrong otherwise.

        `wanted` is the request without its pictures, `problems` what was found so far.
        """
        model = self.model(wanted.model)
        if model.inputs and pictures and not problems and may_be_asked(wanted.size, model):
            return model.inputs
        judged = self.judge(wanted)
        # The pictures are not in the request yet; without any, the catalogue's sentence is the right one.
        raise InvalidRequest((*(found for found in judged if found.field != "image" or not pictures), *problems))

    def judge(self, request: Edit | Vary | Turn) -> tuple[Problem, ...]:
        """What the catalogue holds against it."""
        return self.catalogue.problems(request, today=self.today(), legacy=self.legacy_models)


class Noting:
    """`with Noting(problems, field):` turns what is wrong with a picture into a problem of that field.

    `number`: which of several pictures it is, to be said.
    """

    def __init__(self, problems: list[Problem], field: str, number: int | None = None):
        self._problems = problems
        self._field = field
        self._number = number

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        if not isinstance(error, BadPicture):
            return False
        error = error.as_mask() if self._field == "mask" else error
        sentence = error.message if self._number is None else about_picture(self._number, error.message)
        self._problems.append(Problem(self._field, error.code, sentence))
        return True
