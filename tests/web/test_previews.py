"""Previews on the job page without any script, and who may see them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studios import client_of, open_studio
from tests.upstream import Answer, Pause, Upstream, picture, sse, sse_events


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


def drawn_slowly(seconds: float) -> Answer:
    """One preview at once, the picture after a while."""
    head, body = [step for step in sse(sse_events(1)).steps() if isinstance(step, bytes)]
    first, rest = body.split(b"\n\n", 1)
    return Answer("slow stream", lambda: [head, first + b"\n\n", Pause(seconds), rest])


def test_a_reload_shows_the_newest_preview_and_later_the_picture(tmp_path: Path, upstream: Upstream) -> None:
    upstream.script(drawn_slowly(2.0))
    with open_studio(tmp_path, OPENAI_BASE_URL=upstream.base_url) as studio:
        client = client_of(studio)
        asked = client.post(
            "/generate_image", json={"prompt": "a cat", "partial_images": 1}, headers={"Prefer": "respond-async"}
        ).json
        deadline = time.monotonic() + 10
        while not (found := re.search(r'class="preview" src="([^"]+)"', client.get(f"/jobs/{asked['id']}").text)):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        preview = client.get(found[1])
        assert (preview.status_code, preview.mimetype, preview.data) == (200, "image/png", picture(seed=5))
        assert preview.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"

        assert client.get(found[1].replace(asked["id"], "0" * 26)).status_code == 404
        assert client.get(found[1][:-4] + "0000").status_code == 404
        while "data:image/png;base64," not in (page := client.get(f"/jobs/{asked['id']}").text):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert 'class="preview"' not in page
