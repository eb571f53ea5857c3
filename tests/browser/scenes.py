"""A studio that was lived in, and every page and state of it worth looking at, by name.

Unlike `every_page`, which judges and therefore holds one of everything in small, this is to be looked at: pictures
by the emulator in their true sizes, a library of weeks, a call that stands still in the middle.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw
from playwright.sync_api import Page

from app.domain.accounts import STUDIO
from app.domain.conversations import ConversationDraft
from app.domain.drafts import EditDraft, Source
from app.domain.errors import Fault
from app.domain.jobs import Job, State
from app.domain.library import Change
from app.domain.pictures import Partial
from app.domain.requests import Generate
from app.domain.sentences import say
from app.domain.turns import NewTurn
from app.storage.engine import make_engine
from app.wiring import Studio
from tests.bench.seeding import File, seed
from tests.web.visiting import ask, at_rest, end

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
_A_DAY = 86_400.0
_BROKEN = say("The connection broke before the whole answer came. The picture may have been made and billed.")
_NO_PICTURE = say("Its result holds no picture.")
"""As the provider's room words them, so that Chinese pages have them in Chinese."""


@dataclass(frozen=True)
class Scene:
    """Where it is, and what is done there before anybody looks."""

    path: str
    act: Callable[[Page], object] = lambda page: None


Scenes = dict[str, Scene]


def stages(studio: Studio) -> Iterator[Scenes]:
    """What there is to see while the studio fills: nothing, a little, everything, and too much to count.

    Each stage's scenes have to be looked at before the next one is asked for.
    """
    yield {
        "create, empty": Scene("/"),
        "edit, empty": Scene("/edit"),
        "vary, empty": Scene("/vary"),
        "library, empty": Scene("/library"),
        "albums, empty": Scene("/library/albums"),
        "conversations, empty": Scene("/conversations"),
        "spending, empty": Scene("/spending"),
        "help": Scene("/help"),
        "sign in": Scene("/tests/sign-in"),
        "error 404": Scene("/nowhere"),
        "error 503": Scene("/tests/not-ready"),
    }
    jobs = [_made(studio, prompt, size=size) for prompt, size in PROMPTS]
    yield {"create": Scene("/"), "library, few": Scene("/library")}
    yield _lived_in(studio, jobs)
    files = [File(p.digest, p.byte_size, (p.width, p.height)) for job in jobs for p in job.pictures]
    settings = studio.settings
    seed(make_engine(settings.database_url, settings.data_dir), 300, files=files, seconds_apart=25 * _A_DAY / 300)
    yield {
        "library, full": Scene("/library"),
        "library, full, its end": Scene("/library", _to_the_end),
        "spending, full": Scene("/spending"),
        "albums, full": Scene("/library/albums"),
    }
    studio.generation.gate.pause(Fault("upstream_auth", "The key was refused."), after_trial=False)
    yield {"paused": Scene("/")}


def _lived_in(studio: Studio, jobs: list[Job]) -> Scenes:
    first, poster, rocket = (jobs[n].pictures[0].id for n in (0, 1, 3))
    _shelve(studio, [job.pictures[0].id for job in jobs])
    edit = _edited(studio, jobs[3])
    place = _talked(studio, "now make it evening", "in watercolour", "add a red balloon")
    several = _made(studio, "Three cats on a sofa, woodcut", n=4)
    cut_out = _made(studio, "A green apple, cut out", "gpt-image-1-mini", background="transparent", output_format="png")
    rejected = _made(studio, "Something unkind [[fault:moderation]]")
    rest = at_rest(studio)
    unknown = end(
        rest,
        ask(rest, _asked("A fox in the snow")),
        State.UNKNOWN,
        fault=Fault("outcome_unknown", _BROKEN, may_have_cost=True),
        keep_hold=True,
    )
    failed = end(
        rest,
        ask(rest, _asked("A bridge in the rain")),
        State.FAILED,
        cost=5_950,
        basis="estimate",
        fault=Fault("upstream_bad_response", _NO_PICTURE, may_have_cost=True),
    )
    running = _running(rest, None)
    sharpening = _running(rest, _preview(studio, jobs[2]))
    return {
        "create, every option": Scene("/?prompt=A+leaf&model=gpt-image-2&size=custom", _unfold),
        "create, refused": Scene("/?prompt=A+leaf,+cut+out&size=1000x1000&background=transparent", _refuse),
        "job, queued": Scene(f"/jobs/{ask(rest, _asked('A harbour in fog')).id}"),
        "job, running": Scene(f"/jobs/{running.id}"),
        "job, sharpening": Scene(f"/jobs/{sharpening.id}"),
        "job, done": Scene(f"/jobs/{jobs[-1].id}"),
        "job, several": Scene(f"/jobs/{several.id}"),
        "job, an edit": Scene(f"/jobs/{edit.id}"),
        "job, refused": Scene(f"/jobs/{rejected.id}"),
        "job, failed": Scene(f"/jobs/{failed.id}"),
        "job, unknown": Scene(f"/jobs/{unknown.id}"),
        "edit": Scene(f"/edit?from={rocket}"),
        "edit, painted": Scene(f"/edit?from={rocket}", _paint),
        "edit, several": Scene(f"/edit?from={rocket}&from={first}&from={poster}"),
        "edit, again with its mask": Scene(f"/edit?job={edit.id}"),
        "edit, every option": Scene(f"/edit?from={rocket}", _unfold),
        "vary": Scene(f"/vary?from={poster}"),
        "library": Scene("/library"),
        "library, found": Scene("/library?query=moon&tag=night&favourite=1"),
        "library, nothing found": Scene("/library?query=zebra"),
        "library, selected": Scene("/library", _select),
        "bin": Scene("/library?bin=1"),
        "albums": Scene("/library/albums"),
        "picture": Scene(f"/pictures/{first}"),
        "picture, of an edit": Scene(f"/pictures/{edit.pictures[0].id}"),
        "picture, transparent": Scene(f"/pictures/{cut_out.pictures[0].id}"),
        "conversations": Scene("/conversations"),
        "conversation, new": Scene(f"/conversations/new?from={first}"),
        "conversation": Scene(place),
        "spending": Scene("/spending"),
        "keys": Scene("/library", lambda page: page.keyboard.press("?")),
    }


def _asked(prompt: str) -> Generate:
    return Generate(prompt=prompt, model="gpt-image-2", size="2048x1152", quality="low", partial_images=2)


def _made(studio: Studio, prompt: str, model: str = "gpt-image-2", **options: object) -> Job:
    """A job that has ended."""
    request = Generate(prompt=prompt, model=model, quality="low", **options)  # type: ignore[arg-type]  # passed through
    return studio.generation.wait(studio.generation.submit(STUDIO, request, key=None).job, 30)


def _running(rest: Studio, preview: bytes | None) -> Job:
    """A job that was sent and is not answered, perhaps with a preview."""
    job = ask(rest, _asked("A quiet forest path in autumn rain"))
    found = rest.jobs.store.claim(job.attempts[0].id, "tests", 3600.0)
    assert found is not None
    token = found[0].token
    assert token is not None
    if preview:
        digest = rest.generation.blobs.put_preview(preview)
        rest.jobs.store.note_partial(job.attempts[0].id, token, digest, Partial(0, preview, "image/png"))
    return job


def _preview(studio: Studio, job: Job) -> bytes:
    """What a model shows of a picture that it has not finished."""
    with Image.open(BytesIO(studio.library.blobs.get(job.pictures[0].digest))) as picture:
        small = picture.convert("RGB").resize((picture.width // 24, picture.height // 24))
    out = BytesIO()
    small.resize((1024, 576), Image.Resampling.BICUBIC).save(out, "PNG")
    return out.getvalue()


def _edited(studio: Studio, job: Job) -> Job:
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


def _shelve(studio: Studio, ids: list[str]) -> None:
    """Favourites, tags, a note, albums, and something in the bin."""
    binned = _made(studio, "A paper boat, blurred", n=2)
    album = studio.library.add_album(STUDIO, "Sea and sky")
    studio.library.add_album(STUDIO, "For the kitchen")
    studio.library.change(STUDIO, ids[3:5], Change(favourite=True, add_tags=("night", "blue hour")))
    studio.library.change(STUDIO, ids[:4], Change(add_to_album=album.id))
    studio.library.change(STUDIO, ids[:1], Change(note="The one for the cover.", add_tags=("sea",), favourite=True))
    studio.library.change(STUDIO, [picture.id for picture in binned.pictures], Change(delete=True))


def _talked(studio: Studio, *versions: str) -> str:
    """Where the last of several versions of a second turn is seen."""

    def tell(words: str, conversation: str | None = None, after: str | None = None) -> NewTurn:
        values = {"prompt": words, "quality": "low"}
        draft = ConversationDraft(values=values, conversation=conversation, after=after)
        said = studio.conversations.say(STUDIO, draft, key=None)
        studio.generation.wait(said.submission.job, 30)
        return said.place

    first = tell("Draw a gray tabby cat hugging an otter")
    for words in versions:
        last = tell(words, first.conversation_id, first.id)
    return f"/conversations/{last.conversation_id}?at={last.id}"


def _unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true })")


def _refuse(page: Page) -> None:
    page.locator("textarea[name=prompt]").press("Control+Enter")
    page.wait_for_selector("[role=alert]")


def _paint(page: Page) -> None:
    page.locator("mask-painter canvas").first.wait_for()
    box = page.locator(".painter-stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.42, box["y"] + box["height"] * 0.45)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.55, steps=12)
    page.mouse.up()


def _select(page: Page) -> None:
    page.locator(".tile:has(.pick) .thumb").first.focus()
    page.keyboard.press("x")


def _to_the_end(page: Page) -> None:
    for _ in range(12):
        page.mouse.wheel(0, 6000)
        time.sleep(0.15)
