"""A process that has imported everything and forks a studio for each line of keys it reads. See `chaos.py`."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path

from app.domain.drafts import EditDraft, Source
from app.domain.errors import StudioError
from app.domain.requests import AnyRequest, Generate
from app.settings import read_settings
from app.wiring import Rhythm, Studio, build
from tests.imaging.pictures import edit_map, encoded, soft

OWNER = "alice"
RHYTHM = Rhythm(lease=1.5, renewal=0.3, sweep=0.3)
SOURCE = encoded(soft((48, 48)))
MASK = encoded(edit_map((48, 48), (0, 0, 48, 24)))


def live(data_dir: Path, base_url: str, keys: list[int]) -> None:
    """Be a studio: admit these jobs, run what there is, and never end."""
    settings = read_settings(
        {"ATELIER_DATA_DIR": str(data_dir), "OPENAI_BASE_URL": base_url, "ATELIER_CONCURRENCY": "8"}
    )
    studio = build(settings, lambda *_, **__: None, RHYTHM, reserve_bytes=4096)
    studio.start()
    for key in keys:
        try:
            studio.generation.submit(OWNER, request_of(studio, f"job-{key}", key), key=f"key-{key}")
        except StudioError as error:  # a database that is busy for too long; the key comes round again
            print(error, file=sys.stderr)
        time.sleep(0.005)
    while True:
        time.sleep(60.0)


def request_of(studio: Studio, prompt: str, key: int) -> AnyRequest:
    """A picture from words, or for every third job an edit that keeps what is outside its mask."""
    if key % 3:
        return Generate(prompt=prompt, model="gpt-image-2", size="1024x1024", quality="low")
    # Of the one model whose pictures may be small.
    values = {"prompt": prompt, "model": "dall-e-2", "size": "256x256"}
    draft = EditDraft(values=values, images=(Source(data=SOURCE),), mask=Source(data=MASK))
    return studio.editing.prepare(OWNER, draft).request


def main() -> None:
    data_dir, base_url = Path(sys.argv[1]), sys.argv[2]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                live(data_dir, base_url, json.loads(line))
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
