"""The form that searches the library: what stands in it, what may be chosen, and what is chosen as chips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.errors import Problem
from app.domain.library import Album
from app.domain.library_query import LibraryQuery
from app.domain.sentences import say
from app.web.forms.choices import Choice
from app.web.library_words import address
from app.web.suggestions import Suggestions

_KINDS = {"generate": say("From words"), "edit": say("Edits"), "vary": say("Variations"), "turn": say("Conversations")}
_SHAPES = {"landscape": say("Landscape"), "portrait": say("Portrait"), "square": say("Square")}
_NOT_IN_THE_PANEL = ("query", "bin")


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that narrows the choice, in words, and the address without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """`values`: what stands in each field, by its name in the address. `album`: the one that is looked at."""

    values: Mapping[str, str]
    models: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    sizes: tuple[Choice, ...]
    albums: tuple[Choice, ...]
    tags: tuple[str, ...]
    chips: tuple[Chip, ...] = ()
    problems: tuple[Problem, ...] = ()
    album: Album | None = None

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def errors(self, name: str) -> tuple[str, ...]:
        """The sentences beside a field."""
        return tuple(problem.message for problem in self.problems if problem.field == name)

    @property
    def is_open(self) -> bool:
        """Whether the filters are to be seen at once: something is wrong with one."""
        return any(problem.field != "query" for problem in self.problems)

    @property
    def narrows(self) -> bool:
        """Whether anything is looked for among the pictures that are there, or in the bin."""
        return any(name != "bin" for name in self.values)


def search_form(
    values: Mapping[str, str],
    query: LibraryQuery,
    known: Suggestions,
    albums: Sequence[Album],
    problems: Sequence[Problem] = (),
) -> Search:
    """The form as it was sent, with what its owner's library knows to choose from."""
    album = next((album for album in albums if album.id == query.album), None)
    sizes: dict[str, str] = dict(_SHAPES)
    if query.exact_size is not None:
        sizes[f"{query.size}"] = "{} × {}".format(*query.exact_size)
    models = list(known.models)
    if query.model and query.model not in models:
        models.append(query.model)
    return Search(
        values=values,
        models=tuple(Choice(model, model) for model in models),
        kinds=_choices(_KINDS),
        sizes=_choices(sizes),
        albums=tuple(Choice(album.id, album.name) for album in albums),
        tags=known.tags,
        chips=tuple(_chips(query, sizes, album)),
        problems=tuple(problems),
        album=album,
    )


def _choices(words: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in words.items())


def _chips(query: LibraryQuery, sizes: Mapping[str, str], album: Album | None) -> Iterator[Chip]:
    values = query.as_values()
    labels = {
        "favourite": say("Favourites") if query.favourite else say("Not favourites"),
        "album": say("Album: {name}", name=album.name) if album else say("An album that is gone"),
        "model": say("Model: {name}", name=query.model or ""),
        "kind": _KINDS.get(query.kind or "", ""),
        "size": sizes.get(query.size or "", ""),
        "since": say("From {day}", day=str(query.since)),
        "until": say("Until {day}", day=str(query.until)),
        "min_cost": say("At least ${amount}", amount=values.get("min_cost", "")),
        "max_cost": say("At most ${amount}", amount=values.get("max_cost", "")),
        "practice": say("Practice") if query.practice else say("Not practice"),
    }
    for tag in query.tags:
        rest = ",".join(other for other in query.tags if other != tag)
        yield Chip(say("Tag: {tag}", tag=tag), address("/library", {**values, "tag": rest}))
    for name in values:
        if name in labels and name not in _NOT_IN_THE_PANEL:
            yield Chip(labels[name], address("/library", {**values, name: None}))
