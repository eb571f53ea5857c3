"""The library at 1,000 and at 100,000 pictures: what each kind of page takes, by which way, in how much memory."""

from __future__ import annotations

import gc
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.accounts import STUDIO
from app.domain.library_query import LibraryQuery, read_query
from app.storage.engine import make_engine, reading
from app.storage.library import SqlPictures
from app.storage.library_search import find_pictures
from app.storage.library_text import merge_index
from app.storage.migrate import migrate
from app.storage.schema import PICTURES
from tests.bench.seeding import COMMON, OTHER_MODEL, RARE, SHORT, TAG, seed
from tests.bench.table import Line
from tests.storage.explaining import explain

SIZES = (1_000, 100_000)
GOAL = 1.5
"""How much longer a page may take in the larger library, at the median."""

_CALLS = 101
_PAGE = 60

QUESTIONS: dict[str, dict[str, str]] = {
    "first page": {},
    "deep page": {},
    "rare word": {"query": RARE},
    "common word": {"query": COMMON},
    "common word, deep": {"query": COMMON},
    "word of two characters": {"query": SHORT},
    "filter + search": {"query": COMMON, "model": OTHER_MODEL},
    "favourites": {"favourite": "1"},
    "tag": {"tag": TAG},
    "model": {"model": OTHER_MODEL},
}
"""What is asked for. Deep pages begin in the middle."""


@dataclass
class Library:
    """One that is seeded: `middle` is the id of the picture in its middle."""

    engine: Engine
    store: SqlPictures
    middle: str

    def ask(self, name: str) -> int:
        """A page; how many pictures are on it."""
        return len(self.store.page(STUDIO, query_of(name), before=self.before(name), limit=_PAGE).items)

    def before(self, name: str) -> str | None:
        return self.middle if "deep" in name else None

    def plan(self, name: str) -> list[str]:
        """By which way SQLite answers."""
        with reading(self.engine) as connection:
            found = find_pictures(connection, STUDIO, query_of(name), beyond=self.before(name)).limit(_PAGE + 1)
            return explain(connection, found)


def library(sizes: tuple[int, int] = SIZES) -> tuple[list[Line], str]:
    """Its lines for the table, and what was looked up how. Seeding the larger one takes a minute or two."""
    with tempfile.TemporaryDirectory(prefix="atelier-library-") as folder:
        small, large = (_seeded(Path(folder) / str(size), size) for size in sizes)
        lines, plans = [], []
        for name in QUESTIONS:
            few, many = _side_by_side(lambda name=name: small.ask(name), lambda name=name: large.ask(name))
            found = f"{small.ask(name)} and {large.ask(name)} shown"
            lines.append(
                Line(
                    f"library: {name}",
                    f"≤ {GOAL} × as long with {sizes[1]:,} pictures as with {sizes[0]:,}",
                    f"{few * 1e3:.2f} → {many * 1e3:.2f} ms (× {many / few:.2f}; {found})",
                    met=many <= GOAL * few,
                )
            )
            plans += [f"{name}:", *(f"    {line}" for line in large.plan(name))]
        lines.append(_memory(large))
        for one in (small, large):
            one.engine.dispose()
    return lines, "\n".join(["How they are looked up (SQLite's EXPLAIN QUERY PLAN):", *plans])


def query_of(name: str) -> LibraryQuery:
    return read_query(QUESTIONS[name])


def _seeded(folder: Path, size: int) -> Library:
    folder.mkdir()
    engine = make_engine(None, folder)
    migrate(engine, folder)
    seed(engine, size)
    while merge_index(engine):
        pass  # as every hour's upkeep does
    with reading(engine) as connection:
        middle = sa.select(PICTURES.c.id).order_by(PICTURES.c.id).offset(size // 2).limit(1)
        return Library(engine, SqlPictures(engine), connection.execute(middle).scalar_one())


def _side_by_side(*ways: Callable[[], int]) -> list[float]:
    """The median of each way in seconds, taking turns.

    In seconds of CPU: nothing here waits for anything but the processor, which other programs want too.
    """
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(_CALLS):
        for way, taken in zip(ways, times, strict=True):
            began = time.thread_time()
            way()
            taken.append(time.thread_time() - began)
    return [median(taken) for taken in times]


def _memory(one: Library) -> Line:
    """How much the process grows by while it reads the whole library, page after page."""
    walk = one.store.walk(STUDIO, LibraryQuery())
    for _ in zip(range(2_000), walk, strict=False):
        pass  # what is cached by now is there to stay
    gc.collect()
    before = most = _resident_megabytes()
    count = 0
    for count, _ in enumerate(walk, 2_001):
        if count % 1_000 == 0:
            most = max(most, _resident_megabytes())
    grown = most - before
    return Line(f"library: memory to walk {count:,}", "≤ 8 MB more", f"{grown:.1f} MB", met=grown <= 8)


def _resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20
