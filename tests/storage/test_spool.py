"""An answer that was committed is read back exactly; one that was not never looks like one."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from app.domain.errors import StudioError
from app.domain.ids import new_id
from app.domain.jobs import Outcome, ProviderFault, Receipt
from app.storage.reserve import Reserve
from app.storage.spool import FileSpool

RECEIPT = Receipt(status=200, content_type='application/json; x="é\n"', request_id="req_1", streamed=False)
BODY = b'{"data": []}\nand a second line\r\n\x00\xff'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def reserve(tmp_path: Path) -> Reserve:
    reserve = Reserve(tmp_path / "reserve", 4096)
    reserve.restore()
    return reserve


@pytest.fixture
def spool(folder: Path, reserve: Reserve) -> FileSpool:
    return FileSpool(folder, reserve)


@pytest.fixture
def attempt() -> str:
    return new_id()


def read(spool: FileSpool, attempt: str) -> tuple[Receipt, bytes]:
    """Its body as a whole, which is put together from odd pieces."""
    found = spool.read(attempt)
    assert found is not None
    receipt, body = found
    return receipt, b"".join(body.read(at, 7) for at in range(0, body.size, 7))


def test_a_committed_answer_is_read_back_exactly(spool: FileSpool, attempt: str) -> None:
    file = spool.open(attempt, 1000)
    file.begin(RECEIPT)
    for start in range(0, len(BODY), 5):
        file.write(BODY[start : start + 5])
    assert spool.read(attempt) is None
    assert spool.committed() == []
    file.commit()
    assert read(spool, attempt) == (RECEIPT, BODY)
    assert spool.committed() == [attempt]


def test_an_answer_is_forgotten_once_removed(spool: FileSpool, attempt: str, folder: Path) -> None:
    file = spool.open(attempt, 1000)
    file.begin(RECEIPT)
    file.commit()
    assert read(spool, attempt) == (RECEIPT, b"")
    spool.remove(attempt)
    spool.remove(attempt)
    assert spool.read(attempt) is None
    assert list(folder.iterdir()) == []


def test_a_discarded_answer_leaves_nothing(spool: FileSpool, attempt: str, folder: Path) -> None:
    file = spool.open(attempt, 1000)
    file.begin(RECEIPT)
    file.write(BODY)
    file.discard()
    assert list(folder.iterdir()) == []


def test_an_unfinished_answer_is_kept_for_a_person_but_is_no_answer(
    spool: FileSpool, attempt: str, folder: Path
) -> None:
    file = spool.open(attempt, 1000)
    file.begin(RECEIPT)
    file.write(b"half")
    file.keep_part()
    assert spool.read(attempt) is None
    assert spool.committed() == []
    (part,) = folder.iterdir()
    assert part.name == f"{attempt}.part"
    assert part.read_bytes().endswith(b"\nhalf")


def test_nothing_is_kept_of_a_call_that_brought_nothing(spool: FileSpool, attempt: str, folder: Path) -> None:
    spool.open(attempt, 1000).keep_part()
    assert list(folder.iterdir()) == []


def test_an_answer_may_fill_its_cap_and_one_byte_more_is_unusable(spool: FileSpool, attempt: str, folder: Path) -> None:
    file = spool.open(attempt, 10)
    file.begin(RECEIPT)
    file.write(b"01234")
    file.write(b"56789")
    with pytest.raises(ProviderFault) as caught:
        file.write(b"x" * 100_000)
    file.keep_part()
    assert caught.value.outcome is Outcome.UNUSABLE
    assert caught.value.fault.code == "upstream_bad_response"
    assert caught.value.fault.may_have_cost
    (part,) = folder.iterdir()
    assert part.read_bytes().endswith(b"\n0123456789")


def test_the_cap_keeps_the_piece_of_a_chunk_that_still_fits(spool: FileSpool, attempt: str, folder: Path) -> None:
    file = spool.open(attempt, 3)
    file.begin(RECEIPT)
    with pytest.raises(ProviderFault):
        file.write(b"abcdef")
    file.keep_part()
    (part,) = folder.iterdir()
    assert part.read_bytes().endswith(b"\nabc")


def test_what_was_written_is_in_the_file_before_the_answer_is_whole(
    spool: FileSpool, attempt: str, folder: Path
) -> None:
    file = spool.open(attempt, 1000)
    file.begin(RECEIPT)
    file.write(b"so far")
    (part,) = folder.iterdir()
    assert part.read_bytes().endswith(b"\nso far")
    file.discard()


def test_a_full_disk_costs_the_reserve_and_then_the_answer_is_told_as_paid(
    spool: FileSpool, attempt: str, folder: Path, reserve: Reserve
) -> None:
    (folder / f"{attempt}.part").symlink_to("/dev/full")
    file = spool.open(attempt, 1000)
    with pytest.raises(StudioError) as caught:
        file.begin(RECEIPT)
    file.discard()
    assert (caught.value.fault.code, caught.value.fault.may_have_cost) == ("storage_full", True)
    assert reserve.missing_bytes() > 0


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 25, "A" * 26, "/" * 26, "0" * 25 + "\n"])
def test_only_ids_reach_the_disk(spool: FileSpool, name: str) -> None:
    for use in (
        lambda: spool.open(name, 1),
        lambda: spool.read(name),
        lambda: spool.remove(name),
        lambda: spool.set_aside(name),
    ):
        with pytest.raises(ValueError, match="not the id"):
            use()


def test_answers_wait_in_the_order_of_their_attempts_and_strangers_are_passed_over(
    spool: FileSpool, folder: Path
) -> None:
    ids = [new_id(1_000.0 + number) for number in range(3)]
    for attempt in reversed(ids):
        file = spool.open(attempt, 10)
        file.begin(RECEIPT)
        file.commit()
    (folder / "notes.answer").write_text("not ours")
    assert spool.committed() == ids


def test_answers_are_private(spool: FileSpool, attempt: str, folder: Path) -> None:
    file = spool.open(attempt, 10)
    file.begin(RECEIPT)
    file.commit()
    (answer,) = folder.iterdir()
    assert stat.S_IMODE(answer.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def committed(spool: FileSpool, attempt: str) -> None:
    file = spool.open(attempt, 1000)
    file.begin(RECEIPT)
    file.write(BODY)
    file.commit()


def test_an_answer_that_is_set_aside_waits_no_longer_and_is_still_there(
    spool: FileSpool, attempt: str, folder: Path
) -> None:
    committed(spool, attempt)
    spool.set_aside(attempt)
    spool.set_aside(attempt)
    assert spool.committed() == []
    assert spool.read(attempt) is None
    (kept,) = folder.iterdir()
    assert kept.read_bytes().endswith(BODY)


def test_raw_answers_are_kept_for_a_month_empty_ones_for_a_day_and_waiting_ones_for_ever(
    spool: FileSpool, folder: Path
) -> None:
    day = 24 * 3600.0
    waiting = new_id()
    committed(spool, waiting)
    ages = {"old.kept": 31, "old.part": 31, "month.kept": 29, "month.part": 29, "empty.part": 2, "new.part": 0}
    for name, days in ages.items():
        (folder / name).write_bytes(b"" if name in ("empty.part", "new.part") else b"half an answer")
        os.utime(folder / name, (time.time() - days * day,) * 2)
    os.utime(folder / f"{waiting}.answer", (time.time() - 400 * day,) * 2)
    assert spool.sweep() == 3
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [f"{waiting}.answer", "month.kept", "month.part", "new.part"]
    )


def test_a_damaged_head_is_an_unusable_answer_not_an_endless_one(spool: FileSpool, attempt: str, folder: Path) -> None:
    committed(spool, attempt)
    (folder / f"{attempt}.answer").write_bytes(b"\0" * 100)
    with pytest.raises(ProviderFault) as caught:
        spool.read(attempt)
    assert caught.value.outcome is Outcome.UNUSABLE


def test_a_spool_that_takes_files_is_ready_and_one_that_is_gone_is_not(spool: FileSpool, folder: Path) -> None:
    spool.check_ready()
    assert list(folder.iterdir()) == []
    folder.rmdir()
    with pytest.raises(StudioError) as caught:
        spool.check_ready()
    assert caught.value.fault.code == "not_ready"
    assert str(folder) not in caught.value.fault.message
