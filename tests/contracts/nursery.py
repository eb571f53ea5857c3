"""A process that has imported everything and forks a studio for each line of keys it reads. See `chaos.py`."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path

from app.domain.errors import StudioError
from app.domain.requests import Generate
from app.settings import read_settings
from app.wiring import Rhythm, build

OWNER = "alice"
RHYTHM = Rhythm(lease=1.5, renewal=0.3, sweep=0.3)


def live(data_dir: Path, base_url: str, keys: list[int]) -> None:
    """Be a studio: admit these jobs, run what there is, and never end."""
    settings = read_settings(
        {"ATELIER_DATA_DIR": str(data_dir), "OPENAI_BASE_URL": base_url, "ATELIER_CONCURRENCY": "8"}
    )
    studio = build(settings, lambda *_, **__: None, RHYTHM)
    studio.start()
    for key in keys:
        request = Generate(prompt=f"job-{key}", model="gpt-image-2", size="1024x1024", quality="low")
        try:
            studio.generation.submit(OWNER, request, key=f"key-{key}")
        except StudioError as error:  # a database that is busy for too long; the key comes round again
            print(error, file=sys.stderr)
        time.sleep(0.005)
    while True:
        time.sleep(60.0)


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
