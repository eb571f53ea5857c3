"""Everything goes from one studio to another without loss, once, and only as a whole."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from app.domain.accounts import STUDIO
from app.domain.exchange import BadArchive
from app.domain.jobs import Job, State
from app.domain.library import Change
from app.domain.library_query import LibraryQuery, read_query
from app.domain.requests import Edit, InputPicture
from app.wiring import Studio
from tests.services.talking import Talk
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import Visitor, ask, at_rest, drawn, end


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path / "here") as studio:
        yield at_rest(studio)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path / "there") as studio:
        yield at_rest(studio)


def exported(studio: Studio) -> bytes:
    archive = BytesIO()
    studio.exports.write(archive)
    return archive.getvalue()


def furnished(studio: Studio) -> list[Job]:
    """A studio with a bit of everything: a job of two, an edit of one of them, tags, an album, a bin, a failure."""
    first = drawn(studio, picture(seed=1), picture(seed=2, file_format="JPEG"))
    one, two = first.pictures
    source = InputPicture(one.digest, one.mime_type, one.width, one.height, one.byte_size, picture_id=one.id)
    edit = drawn(studio, picture(seed=3), request=Edit(prompt="一只猫", model="gpt-image-2", images=(source,)))
    failed = end(studio, ask(studio), State.UNKNOWN, keep_hold=True)
    library = studio.library
    album = library.add_album(STUDIO, "Cats")
    library.change(STUDIO, [one.id], Change(favourite=True, note="the \ud800 best", add_tags=("White", "siamese")))
    library.change(STUDIO, [one.id, edit.pictures[0].id], Change(add_to_album=album.id))
    library.change(STUDIO, [two.id], Change(delete=True))
    return [first, edit, failed]


def shelves(studio: Studio) -> list[object]:
    """What people see of the library, by any way to look at it."""
    library = studio.library
    queries = ("", "query=siamese", "query=猫", "favourite=1", "tag=white", "bin=1", "kind=edit")
    found: list[object] = [
        list(library.walk(STUDIO, read_query(dict(part.split("=") for part in [query] if part)))) for query in queries
    ]
    albums = [(album.name, album.count) for album in library.albums(STUDIO)]
    return [*found, albums, library.tags(STUDIO), library.models(STUDIO)]


def test_everything_looks_the_same_in_the_studio_it_goes_to(here: Studio, there: Studio) -> None:
    jobs = furnished(here)
    added = there.imports.read(BytesIO(exported(here)))
    assert (added.jobs, added.pictures, added.lost) == (3, 3, 0)
    assert shelves(there) == shelves(here)
    for job in jobs:
        ours, theirs = there.jobs.find(STUDIO, job.id), here.jobs.find(STUDIO, job.id)
        assert (ours.request, ours.state, ours.cost, ours.pictures) == (
            theirs.request,
            theirs.state,
            theirs.cost,
            theirs.pictures,
        )
        assert [(e.kind, e.data) for e in there.jobs.events(STUDIO, job.id)] == [
            (e.kind, e.data) for e in here.jobs.events(STUDIO, job.id)
        ]
        if job.state is State.DONE:
            path = f"/jobs/{job.id}"
            assert Visitor(there).open(path).text == Visitor(here).open(path).text
    edit = jobs[1].pictures[0]
    assert there.library.family(STUDIO, edit.id).made_from == here.library.family(STUDIO, edit.id).made_from
    assert there.library.read(edit) == here.library.read(edit)
    assert there.checkup.check().all_is_well


def test_twice_is_the_same_as_once_and_what_is_here_stays_as_it_is(here: Studio, there: Studio) -> None:
    jobs = furnished(here)
    archive = exported(here)
    there.imports.read(BytesIO(archive))
    one = jobs[0].pictures[0]
    there.library.change(STUDIO, [one.id], Change(tags=("mine",), note="mine"))
    before = shelves(there)
    added = there.imports.read(BytesIO(archive))
    assert (added.jobs, added.pictures) == (0, 0)
    assert shelves(there) == before
    assert there.library.item(STUDIO, one.id).tags == ("mine",)


def test_two_studios_become_one(here: Studio, there: Studio) -> None:
    furnished(here)
    own = drawn(there, picture(seed=9)).pictures[0]
    album = there.library.add_album(STUDIO, "CATS")
    there.library.change(STUDIO, [own.id], Change(add_to_album=album.id))
    there.imports.read(BytesIO(exported(here)))
    assert [(found.name, found.count) for found in there.library.albums(STUDIO)] == [("CATS", 3)]
    assert len(list(there.library.walk(STUDIO, LibraryQuery()))) == 3


def test_what_was_paid_elsewhere_is_not_charged_or_held_here(here: Studio, there: Studio) -> None:
    jobs = furnished(here)
    there.imports.read(BytesIO(exported(here)))
    assert here.jobs.find(STUDIO, jobs[2].id).held > 0
    assert there.jobs.find(STUDIO, jobs[2].id).held == 0
    assert there.jobs.find(STUDIO, jobs[0].id).cost == 5_950
    assert list(there.costs.lines(None)) == []


def test_a_job_that_is_not_over_stays_where_it_can_be_paid(here: Studio, there: Studio) -> None:
    waiting = ask(here)
    done = drawn(here, picture())
    there.imports.read(BytesIO(exported(here)))
    assert there.jobs.store.find(waiting.id) is None
    assert there.jobs.store.sendable() == []
    here.jobs.cancel(STUDIO, waiting.id)
    assert there.imports.read(BytesIO(exported(here))).jobs == 1
    assert there.jobs.find(STUDIO, done.id).pictures == done.pictures


def test_a_file_that_is_damaged_where_it_comes_from_is_said_to_be_lost(here: Studio, there: Studio) -> None:
    job = drawn(here, picture(seed=1), picture(seed=2))
    for path in here.settings.data_dir.rglob(job.pictures[0].digest):
        path.write_bytes(b"rotten")
    written = here.exports.write(BytesIO())
    assert written.lost == (job.pictures[0].digest,)
    assert there.imports.read(BytesIO(exported(here))).lost == 1
    assert there.library.read(job.pictures[1]) == here.library.read(job.pictures[1])


def test_no_damage_goes_unnoticed_and_nothing_of_a_damaged_archive_is_kept(here: Studio, there: Studio) -> None:
    drawn(here, picture(seed=1))
    archive = exported(here)
    chance = random.Random(5)
    broken = [archive[: chance.randrange(len(archive))] for _ in range(20)]
    with ZipFile(BytesIO(archive)) as whole:
        for info in whole.infolist():
            inside = bytearray(archive)
            inside[info.header_offset + 30 + len(info.filename) + chance.randrange(max(1, info.file_size))] ^= 1
            broken += [bytes(inside)] * (info.file_size > 0)
    for data in broken:
        with pytest.raises(BadArchive):
            there.imports.read(BytesIO(data))
    assert there.jobs.recent(STUDIO) == []
    assert not list(there.checkup.blobs.kept())
    there.imports.read(BytesIO(archive))
    assert len(list(there.checkup.blobs.kept())) == 1


def changed(archive: bytes, name: str, text: str, compression: int = 0) -> bytes:
    """The archive with another member in the place of one, digests of tables put right."""
    out = BytesIO()
    with ZipFile(BytesIO(archive)) as old, ZipFile(out, "w", compression) as new:
        for info in old.infolist():
            new.writestr(info.filename, text if info.filename == name else old.read(info))
    return out.getvalue()


def test_what_atelier_did_not_write_is_refused(here: Studio, there: Studio) -> None:
    drawn(here, picture())
    archive = exported(here)
    with ZipFile(BytesIO(archive)) as whole:
        index = json.loads(whole.read("atelier.json"))
    foreign = BytesIO()
    with ZipFile(foreign, "w") as other:
        other.writestr("../../etc/passwd", "x")
    for data in (
        b"",
        b"PK",
        foreign.getvalue(),
        changed(archive, "", "", ZIP_DEFLATED),
        changed(archive, "atelier.json", "[" * 100_000),
        changed(archive, "atelier.json", json.dumps(index | {"format": 2})),
        changed(archive, "atelier.json", json.dumps(index | {"tables": {}})),
        changed(archive, "atelier.json", json.dumps(index | {"tables": {"jobs": 1}})),
        changed(archive, "atelier.json", json.dumps(index | {"files": 9})),
    ):
        with pytest.raises(BadArchive):
            there.imports.read(BytesIO(data))
    with pytest.raises(BadArchive, match="another release"):
        there.imports.read(BytesIO(changed(archive, "atelier.json", json.dumps(index | {"revision": "0001"}))))
    assert there.jobs.recent(STUDIO) == []


def forged(archive: bytes, table: str, **values: object) -> bytes:
    """The archive with these values in every row of a table, its digest put right; without `values`, no such table."""
    name, out = f"tables/{table}.jsonl", BytesIO()
    with ZipFile(BytesIO(archive)) as old, ZipFile(out, "w") as new:
        index = json.loads(old.read("atelier.json"))
        rows = b"".join(json.dumps(json.loads(line) | values).encode() + b"\n" for line in old.read(name).splitlines())
        index["tables"][table]["sha256"] = hashlib.sha256(rows).hexdigest()
        if not values:
            del index["tables"][table]
        for info in old.infolist():
            if info.filename not in (name, "atelier.json"):
                new.writestr(info.filename, old.read(info))
        if values:
            new.writestr(name, rows)
        new.writestr("atelier.json", json.dumps(index))
    return out.getvalue()


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("jobs", {"state": "queued"}),  # it would be sent, and paid
        ("attempts", {"state": "waiting"}),
        ("jobs", {"state": "no state"}),
        ("jobs", {"kind": "<b>"}),
        ("jobs", {"request": {"kind": "generate"}}),
        ("jobs", {"resolved": []}),
        ("jobs", {"created_at": float("inf")}),
        ("jobs", {"created_at": 1e300}),
        ("jobs", {"id": "../../../../etc/passwd/../.."}),
        ("pictures", {"digest": "../" * 21 + "x"}),
        ("pictures", {"mime_type": "text/html"}),
        ("pictures", {"kind": "<b>"}),
        ("pictures", {"height": 0}),
        ("pictures", {"byte_size": -1}),
        ("pictures", {"cost_micro": 10**30}),
        ("picture_tags", {}),
        ("pictures", {}),
    ],
)
def test_rows_that_would_be_paid_or_break_a_page_are_refused(
    here: Studio, there: Studio, table: str, values: dict[str, object]
) -> None:
    drawn(here, picture())
    with pytest.raises(BadArchive):
        there.imports.read(BytesIO(forged(exported(here), table, **values)))
    assert there.jobs.recent(STUDIO) == []
    assert there.jobs.store.sendable() == []


def test_holds_leases_and_keys_of_another_studio_mean_nothing_here(here: Studio, there: Studio) -> None:
    job = drawn(here, picture())
    archive = forged(exported(here), "attempts", held_micro=10**9, token="t", runner="r")
    there.imports.read(BytesIO(forged(archive, "jobs", idempotency_key="k")))
    assert there.jobs.find(STUDIO, job.id).held == 0


def test_an_archive_that_lost_its_middle_is_refused_also_as_a_file(here: Studio, there: Studio, tmp_path: Path) -> None:
    drawn(here, picture())
    archive = exported(here)
    path = tmp_path / "archive"
    path.write_bytes(archive[:40] + archive[60:])  # so that its parts lie before its beginning
    for file in (path.open("rb"), BytesIO(path.read_bytes())):
        with file, pytest.raises(BadArchive):
            there.imports.read(file)


@dataclass(frozen=True)
class Interrupted:
    """An `ImportStore` before which somebody prunes."""

    studio: Studio

    def revision(self) -> str:
        return self.studio.imports.store.revision()

    def take_in(self, read: Callable[[str], Iterator[dict[str, Any]]]) -> dict[str, int]:
        self.studio.checkup.prune()
        return self.studio.imports.store.take_in(read)


def test_a_file_that_waits_to_be_swept_is_kept_when_an_archive_needs_it(here: Studio, there: Studio) -> None:
    drawn(there, picture(seed=2))
    one = drawn(here, picture(seed=1)).pictures[0]
    there.imports.blobs.put(here.library.read(one))
    for path in there.settings.data_dir.rglob(one.digest):
        os.utime(path, (0, 0))
    replace(there.imports, store=Interrupted(there)).read(BytesIO(exported(here)))
    assert there.checkup.check().all_is_well


def test_a_conversation_that_went_on_elsewhere_goes_on_here(tmp_path: Path) -> None:
    with open_studio(tmp_path / "one") as one, open_studio(tmp_path / "two") as two:
        talk, later = Talk(one), Talk(one)
        talk.say("a white cat")
        later.say("a red house")
        two.imports.read(BytesIO(exported(one)))
        talk.say("make it evening")
        two.imports.read(BytesIO(exported(one)))
        there, here = two.conversations.find(STUDIO, talk.dialogue.conversation.id), talk.dialogue
        assert there.conversation == here.conversation
        assert [(turn.id, turn.parent_id, turn.job.words, turn.job.pictures) for turn in there.turns] == [
            (turn.id, turn.parent_id, turn.job.words, turn.job.pictures) for turn in here.turns
        ]
        assert two.conversations.page(STUDIO) == one.conversations.page(STUDIO)


def test_a_conversation_that_was_deleted_here_does_not_come_back_empty(tmp_path: Path) -> None:
    with open_studio(tmp_path / "one") as one, open_studio(tmp_path / "two") as two:
        talk = Talk(one)
        talk.say("a white cat")
        archive = exported(one)
        two.imports.read(BytesIO(archive))
        assert talk.id is not None
        two.conversations.delete(STUDIO, talk.id)
        two.imports.read(BytesIO(archive))
        assert two.conversations.page(STUDIO).items == ()
