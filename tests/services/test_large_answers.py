"""However large an answer is, about one of its pictures is in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

# In a process of its own, whose peak is this answer's alone. VmHWM and not ru_maxrss, which starts at
# what the parent of a spawned process had in memory.
SCRIPT = """
import base64, json, struct, sys, zlib
from pathlib import Path
from app.domain.jobs import Receipt
from app.provider.client import connect
from app.provider.images import ImagesProvider
from tests.services.workshop import Workshop

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

def peak():
    return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))) // 1024

folder, size, count, kind = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
workshop = Workshop(folder)
real = ImagesProvider(connect(api_key="sk-x", base_url="http://127.0.0.1:9/v1"), accepts_response_format=bool)
workshop.provider.read = real.read
job = workshop.admit(n=count)
attempt, job = workshop.jobs.claim(job.attempts[0].id, "me", 60.0)
file = workshop.spool.open(attempt.id, 1 << 40)
file.begin(Receipt(status=200, content_type="", request_id=None, streamed=kind == "stream"))
if kind == "plain":
    file.write(b'{"created": 1, "data": [')
for number in range(count):
    head = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0))
    text = chunk(b"tEXt", b"n\\0" + str(number).zfill(7).encode())
    pixels = chunk(b"IDAT", bytes(size))
    encoded = base64.b64encode(head + text + pixels + chunk(b"IEND", b""))
    if kind == "plain":
        file.write(b"," * (number > 0) + b'{"b64_json": "')
    else:
        file.write(b'data: {"type": "image_generation.completed", "b64_json": "')
    for at in range(0, len(encoded), 1 << 20):
        file.write(encoded[at : at + (1 << 20)])
    file.write(b'"}' if kind == "plain" else b'"}\\n\\n')
    del encoded, pixels
if kind == "plain":
    file.write(b"]}")
file.commit()
open("/proc/self/clear_refs", "w").write("5")  # the peak begins anew (proc(5))
before = peak()
assert workshop.finishing.finish(attempt, job)
grown = peak() - before
ended = workshop.found(job)
print(json.dumps({"grown": grown, "state": ended.state, "pictures": len(ended.pictures), "files": workshop.files()}))
"""


@pytest.mark.parametrize(("kind", "count"), [("plain", 10), ("stream", 5)])
def test_an_answer_of_hundreds_of_megabytes_takes_little_more_memory_than_one_of_its_pictures(
    kind: str, count: int, tmp_path: Path
) -> None:
    size = 18_750_000  # 25 MB of base64 each
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(size), str(count), kind],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    seen = json.loads(told.stdout)
    assert (seen["state"], seen["pictures"], seen["files"]) == ("done", count, [])
    assert seen["grown"] <= size // 1_000_000 + 64, told.stdout
