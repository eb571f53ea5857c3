"""Pictures of every page, for people to look at: python -m tests.browser.screenshots OUTDIR

Takes each page at 360, 820 and 1440 pixels, light and dark, over a fresh studio in practice mode.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app.domain.accounts import STUDIO
from app.domain.conversations import ConversationDraft
from app.domain.drafts import EditDraft, Source
from app.domain.jobs import Job
from app.domain.library import Change
from app.domain.requests import Generate
from app.domain.turns import NewTurn
from app.factory import create_app
from app.wiring import Studio
from tests.browser.conftest import chromium_path
from tests.studios import open_studio

WIDTHS = {360: 740, 820: 1100, 1440: 900}
PROMPTS = (
    ("A lighthouse at dusk, seen from the sea", "1024x1024"),
    ("A cut-paper poster of mountains and a red sun", "1024x1536"),
    ("A quiet forest path in autumn rain", "2048x1152"),
    ("A rocket over a ringed planet", "1536x1024"),
    ("A small sailing boat at night under the moon", "1024x1024"),
    ("A vase of tulips on a round table", "1024x1536"),
    ("A fox in the snow", "1536x1024"),
    ("A white siamese cat on a windowsill, morning light, watercolour", "1536x1024"),
)


class Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def made(studio: Studio, prompt: str, **options: object) -> Job:
    """A job that has ended."""
    request = Generate(prompt=prompt, model="gpt-image-2", quality="low", **options)  # type: ignore[arg-type]  # passed through
    return studio.generation.wait(studio.generation.submit(STUDIO, request, key=None).job, 30)


def edited(studio: Studio, job: Job) -> Job:
    """A job that has put something else into the middle of another job's picture."""
    picture = job.pictures[0]
    mask = Image.new("L", (picture.width, picture.height), 0)
    ImageDraw.Draw(mask).ellipse(
        (picture.width * 0.3, picture.height * 0.3, picture.width * 0.7, picture.height * 0.7), 255
    )
    data = BytesIO()
    mask.save(data, "PNG")
    draft = EditDraft(
        values={"prompt": "A hot-air balloon over the sea", "model": "gpt-image-2", "quality": "low"},
        images=(Source(reference=f"picture:{picture.id}"),),
        mask=Source(data=data.getvalue()),
    )
    request = studio.editing.prepare(STUDIO, draft).request
    return studio.generation.wait(studio.generation.submit(STUDIO, request, key=None).job, 30)


def shelve(studio: Studio, ids: list[str]) -> None:
    """Favourites, tags, a note, albums, and something in the bin."""
    binned = made(studio, "A paper boat, blurred", n=2)
    album = studio.library.add_album(STUDIO, "Sea and sky")
    studio.library.add_album(STUDIO, "For the kitchen")
    studio.library.change(STUDIO, ids[3:5], Change(favourite=True, add_tags=("night", "blue hour")))
    studio.library.change(STUDIO, ids[:4], Change(add_to_album=album.id))
    studio.library.change(STUDIO, ids[:1], Change(note="The one for the cover.", add_tags=("sea",), favourite=True))
    studio.library.change(STUDIO, [picture.id for picture in binned.pictures], Change(delete=True))


def talked(studio: Studio, *versions: str) -> str:
    """Where the last of several versions of a second turn is seen."""

    def say(words: str, conversation: str | None = None, after: str | None = None) -> NewTurn:
        values = {"prompt": words, "quality": "low"}
        draft = ConversationDraft(values=values, conversation=conversation, after=after)
        said = studio.conversations.say(STUDIO, draft, key=None)
        studio.generation.wait(said.submission.job, 30)
        return said.place

    first = say("Draw a gray tabby cat hugging an otter")
    for words in versions:
        last = say(words, first.conversation_id, first.id)
    return f"/conversations/{last.conversation_id}?at={last.id}"


def take(page: Page, folder: Path, name: str, path: str) -> None:
    """One page, whole, once its pictures are there."""
    page.goto(path)
    if name.startswith("running"):
        time.sleep(1.4)  # it never comes to rest: it looks every second
    else:
        page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def refuse(page: Page, folder: Path, name: str) -> None:
    """The form after a combination that does not go together."""
    page.goto("/?prompt=A+leaf,+cut+out&size=1000x1000&background=transparent")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_selector("[role=alert]")
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, open_studio(Path(data)) as studio, sync_playwright() as playwright:
        server = make_server("127.0.0.1", 0, create_app(studio), threaded=True, request_handler=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])

        def shoot(names: dict[str, str], *, with_refusal: bool = False) -> None:
            for scheme in ("light", "dark"):
                for width, height in WIDTHS.items():
                    page = browser.new_page(
                        base_url=f"http://127.0.0.1:{server.server_port}",
                        viewport={"width": width, "height": height},
                        color_scheme=scheme,  # type: ignore[arg-type]  # light or dark
                    )
                    for name, path in names.items():
                        take(page, folder, f"{name}-{width}-{scheme}", path)
                    if with_refusal:
                        refuse(page, folder, f"refused-{width}-{scheme}")
                    page.close()

        shoot({"create-empty": "/", "library-empty": "/library", "talks-empty": "/conversations", "error": "/nowhere"})
        jobs = [made(studio, prompt, size=size) for prompt, size in PROMPTS[:3]]
        shoot({"library-few": "/library"})
        jobs += [made(studio, prompt, size=size) for prompt, size in PROMPTS[3:]]
        shelve(studio, [job.pictures[0].id for job in jobs])
        edit = edited(studio, jobs[3])
        talk = talked(studio, "now make it evening", "in watercolour", "add a red balloon")
        several = made(studio, "Three cats on a sofa, woodcut", n=4)
        rejected = made(studio, "Something unkind [[fault:moderation]]")
        unknown = made(studio, "A fox in the snow [[fault:cut]]")
        running = studio.generation.submit(
            STUDIO,
            Generate(prompt="A harbour in fog [[fault:slow=18]]", model="gpt-image-2", size="1536x1024"),
            key=None,
        ).job
        shoot({"running": f"/jobs/{running.id}"})
        shoot(
            {
                "create": "/",
                "edit-empty": "/edit",
                "edit": f"/edit?from={jobs[3].pictures[0].id}",
                "edit-again": f"/edit?job={edit.id}",
                "edited": f"/jobs/{edit.id}",
                "vary": f"/vary?from={jobs[1].pictures[0].id}",
                "library": "/library",
                "library-found": "/library?query=moon&tag=night&favourite=1",
                "library-nothing": "/library?query=zebra",
                "library-bin": "/library?bin=1",
                "albums": "/library/albums",
                "talks": "/conversations",
                "talk-new": f"/conversations/new?from={jobs[0].pictures[0].id}",
                "talk": talk,
                "spending": "/spending",
                "result": f"/jobs/{jobs[-1].id}",
                "several": f"/jobs/{several.id}",
                "picture": f"/pictures/{jobs[0].pictures[0].id}",
                "picture-edited": f"/pictures/{edit.pictures[0].id}",
                "rejected": f"/jobs/{rejected.id}",
                "unknown": f"/jobs/{unknown.id}",
            },
            with_refusal=True,
        )
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
