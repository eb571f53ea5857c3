"""A library of any size, made in seconds: rows as paid calls leave them, over a few small files.

python -m tests.bench.seeding data 100000    # adds to the studio in the folder data, to try its pages with
"""

from __future__ import annotations

import argparse
import random
import struct
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.accounts import STUDIO
from app.domain.ids import new_id
from app.domain.jobs import Resolved
from app.domain.requests import Generate, as_record, fingerprint
from app.storage.blobs import FileBlobs
from app.storage.clock import day_of
from app.storage.engine import make_engine, writing
from app.storage.library_text import add_texts, refresh
from app.storage.migrate import migrate
from app.storage.reserve import Reserve
from app.storage.schema import ATTEMPTS, CHARGES, JOBS, PICTURE_TAGS, PICTURES

COMMON, RARE, SHORT = "lighthouse", "zeppelin", "白猫"
"""Words of every second, of five, and of every tenth prompt, however many there are."""

TAG, MODEL, OTHER_MODEL = "holiday", "gpt-image-2", "gpt-image-1-mini"
_BATCH = 1_000
_SECONDS_APART = 30.0
_SIZES = ((1024, 1024), (1536, 1024), (1024, 1536))


@dataclass(frozen=True)
class File:
    """What the rows say of a file; without a size it gets one of a few."""

    digest: str
    byte_size: int
    size: tuple[int, int] | None = None


def seed(
    engine: Engine,
    count: int,
    *,
    owner: str = STUDIO,
    files: list[File] | None = None,
    seconds_apart: float = _SECONDS_APART,
) -> None:
    """`count` pictures, each of a job of its own, one every half minute (or as said) until now."""
    chance = random.Random(count)
    prompts = _prompts(chance, count)
    newest = time.time()
    for start in range(0, count, _BATCH):
        size = min(_BATCH, count - start)
        moments = [newest - (count - start - index) * seconds_apart for index in range(size)]
        with writing(engine) as connection:
            _add(connection, owner, moments, prompts, files or [File("0" * 64, 1)], chance)


def put_files(blobs: FileBlobs, count: int = 24) -> list[File]:
    """Small pictures for the rows to share."""
    several = [_png(shade * 255 // count) for shade in range(count)]
    return [File(blobs.put(data), len(data)) for data in several]


def _add(
    connection: Connection,
    owner: str,
    moments: list[float],
    prompts: Iterator[str],
    files: list[File],
    chance: random.Random,
) -> None:
    rows: dict[sa.Table, list[dict[str, Any]]] = {
        table: [] for table in (JOBS, ATTEMPTS, CHARGES, PICTURES, PICTURE_TAGS)
    }
    for moment, prompt in zip(moments, prompts, strict=False):
        _picture(rows, owner, moment, prompt, chance.choice(files), chance)
    for table, several in rows.items():
        if several and table is not PICTURE_TAGS:
            connection.execute(sa.insert(table), several)
    add_texts(connection, rows[PICTURES])
    if rows[PICTURE_TAGS]:
        connection.execute(sa.insert(PICTURE_TAGS), rows[PICTURE_TAGS])
        refresh(connection, [row["picture_id"] for row in rows[PICTURE_TAGS]])


def _picture(
    rows: dict[sa.Table, list[dict[str, Any]]],
    owner: str,
    moment: float,
    prompt: str,
    file: File,
    chance: random.Random,
) -> None:
    model = MODEL if chance.random() < 0.7 else OTHER_MODEL
    request = Generate(prompt=prompt, model=model)
    job_id, attempt_id, picture_id = new_id(moment - 20), new_id(moment - 20), new_id(moment)
    cost = chance.randrange(5_000, 50_000)
    times = {"created_at": moment - 20, "submitted_at": moment - 20, "finished_at": moment}
    price = {"estimate_micro": cost, "at_most_micro": cost}
    rows[JOBS].append(
        {
            **times,
            **price,
            "id": job_id,
            "owner": owner,
            "kind": "generate",
            "state": "done",
            "request": as_record(request),
            "prompt": prompt,
            "model": model,
            "fingerprint": fingerprint(request),
            "practice": True,
            "exact": True,
            "cost_micro": cost,
            "basis": "estimate",
            "resolved": asdict(Resolved()),
            "notes": [],
        }
    )
    rows[ATTEMPTS].append(
        {
            **times,
            **price,
            "id": attempt_id,
            "job_id": job_id,
            "owner": owner,
            "practice": True,
            "ordinal": 0,
            "n": 1,
            "stream": False,
            "state": "done",
            "tries": 1,
            "held_micro": 0,
            "not_before": moment,
        }
    )
    rows[CHARGES].append(
        {
            "id": new_id(moment),
            "attempt_id": attempt_id,
            "job_id": job_id,
            "owner": owner,
            "model": model,
            "kind": "generate",
            "day": day_of(moment),
            "at": moment,
            "amount_micro": cost,
            "basis": "estimate",
            "practice": True,
        }
    )
    width, height = file.size or chance.choice(_SIZES)
    rows[PICTURES].append(
        {
            "id": picture_id,
            "job_id": job_id,
            "attempt_id": attempt_id,
            "owner": owner,
            "ordinal": 0,
            "digest": file.digest,
            "mime_type": "image/png",
            "width": width,
            "height": height,
            "byte_size": file.byte_size,
            "revised_prompt": None,
            "prompt": prompt,
            "model": model,
            "practice": True,
            "created_at": moment,
            "is_model_picture": False,
            "kind": "generate",
            "cost_micro": cost,
            "favourite": chance.random() < 0.1,
            "note": "",
        }
    )
    if chance.random() < 0.1:
        rows[PICTURE_TAGS].append({"picture_id": picture_id, "key": TAG, "owner": owner, "name": TAG})


def _prompts(chance: random.Random, count: int) -> Iterator[str]:
    """About forty words each, some far more usual than others, as in any language."""
    syllables = [a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "an", "er", "in")]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(4_000)]
    weights = [1 / (rank + 2) for rank in range(len(words))]
    rare = {count * part // 5 + count // 10 for part in range(5)}
    for index in range(count):
        prompt = chance.choices(words, weights, k=40)
        prompt += [COMMON] * (index % 2) + [RARE] * (index in rare) + [f"一只{SHORT}在窗台上"] * (index % 10 == 0)
        yield " ".join(prompt)


def _png(shade: int) -> bytes:
    edge = 64

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((shade, 128, 255 - shade)) * edge for _ in range(edge))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.seeding", description="Fill a library to try it with.")
    parser.add_argument("folder", type=Path, help="the studio's data folder (ATELIER_DATA_DIR)")
    parser.add_argument("count", type=int, help="how many pictures")
    chosen = parser.parse_args()
    engine = make_engine(None, chosen.folder)
    migrate(engine, chosen.folder)
    files = put_files(FileBlobs(chosen.folder / "blobs", Reserve(chosen.folder / "reserve")))
    seed(engine, chosen.count, files=files)
    engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
