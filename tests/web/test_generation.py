"""The prompt form: everything a model allows works, everything else is explained, nothing typed is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest

from app.domain.accounts import STUDIO
from app.domain.catalogue import load_catalogue
from app.domain.costs import Caps
from app.domain.jobs import Job
from app.domain.requests import Generate
from app.web.forms.controls import MAIN, MORE
from app.wiring import Studio
from tests.studios import open_studio
from tests.upstream import picture
from tests.web.visiting import Document, Visitor, ask, at_rest, drawn

MODELS = [model.id for model in load_catalogue().models if "generate" in model.endpoints]
NUMBERS = {"n", "output_compression", "partial_images", "frame_count", "frame_duration_ms"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for the many combinations, none of which minds the others."""
    with open_studio(tmp_path_factory.mktemp("studio")) as studio:
        yield at_rest(studio)


def jobs_of(studio: Studio) -> list[Job]:
    return list(studio.jobs.recent(STUDIO, limit=50))


def allowed(model_id: str) -> list[dict[str, str]]:
    """Every value of every option of a model, each in a request that may be sent."""
    model = load_catalogue().model_or_generic(model_id)
    wishes: list[dict[str, str]] = [{"size": size} for size in model.sizes.offered]
    wishes += [{"n": str(n)} for n in (1, 2, model.n_max)]
    for name, option in model.options_for("generate").items():
        values = option.values or tuple(str(number) for number in option.range or ())
        for value in values:
            formats = option.value_formats.get(value) or option.formats
            chosen = {"output_format": formats[0]} if formats and name != "output_format" else {}
            wishes.append({name: value, **chosen})
    return wishes


def test_every_option_of_every_model_has_its_place_on_the_form() -> None:
    options = {name for model in load_catalogue().models for name in model.options_for("generate")}
    assert options <= {*MAIN, *MORE}


@pytest.mark.parametrize("model", MODELS)
def test_whatever_a_model_allows_is_offered_and_becomes_a_job_as_it_was_chosen(shared: Studio, model: str) -> None:
    visitor = Visitor(shared)
    offered = visitor.open(f"/?model={model}")
    hidden = visitor.form()
    for number, wish in enumerate(allowed(model)):
        for name, value in wish.items():
            listed = [option["value"] for option in offered.options(name)] if offered.all("select", name=name) else None
            assert listed is None or value in listed, f"{name}={value} is not offered"
        once = {**hidden, "submission": f"{MODELS.index(model):013d}{number:013d}"}
        answer = visitor.send(prompt="a cat", model=model, **once, **wish)
        assert answer.status_code == 303, Document(answer).text
        job = shared.jobs.find(STUDIO, answer.location.rpartition("/")[2])
        expected = {name: int(value) if name in NUMBERS else value for name, value in wish.items()}
        assert job.request == Generate(prompt="a cat", model=model, **expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("size", {"model": "gpt-image-2", "size": "800x800"}),
        ("size", {"model": "gpt-image-1.5", "size": "1792x1024"}),
        ("size", {"model": "gpt-image-2", "size": "custom", "width": "1000", "height": "1000"}),
        ("size", {"model": "gpt-image-2", "size": "custom", "width": "1024", "height": ""}),
        ("size", {"model": "gpt-image-2", "size": "huge"}),
        ("quality", {"model": "gpt-image-2", "quality": "max"}),
        ("quality", {"model": "dall-e-3", "quality": "low"}),
        ("background", {"model": "gpt-image-2", "background": "transparent"}),
        ("background", {"model": "gpt-image-2.5-flare", "background": "transparent", "output_format": "jpeg"}),
        ("output_format", {"model": "gpt-image-2", "output_format": "tiff"}),
        ("output_compression", {"model": "gpt-image-2", "output_format": "png", "output_compression": "80"}),
        ("output_compression", {"model": "gpt-image-2", "output_format": "jpeg", "output_compression": "101"}),
        ("output_compression", {"model": "gpt-image-2", "output_format": "jpeg", "output_compression": "lots"}),
        ("n", {"model": "gpt-image-2", "n": "11"}),
        ("n", {"model": "gpt-image-2", "n": "two"}),
        ("style", {"model": "gpt-image-2", "style": "vivid"}),
        ("partial_images", {"model": "gpt-image-2", "partial_images": "4"}),
        ("frame_count", {"model": "gpt-image-2.6-flare", "frame_count": "3", "output_format": "png"}),
    ],
)
def test_what_a_model_does_not_allow_is_refused_beside_its_field_and_stays_typed(
    shared: Studio, field: str, typed: dict[str, str]
) -> None:
    visitor = Visitor(shared)
    before = len(jobs_of(shared))
    answer = visitor.send(prompt="  a cat,\r\nasleep ", **typed)
    assert answer.status_code == 400
    page = Document(answer)
    assert page.error(field).endswith((".", "!"))
    assert page.one("select" if page.all("select", name=field) else "input", name=field)["aria-invalid"] == "true"
    assert page.value("prompt") == "  a cat,\r\nasleep "
    if typed.get("size") == "800x800":  # no list has it, so it moves to the fields beside the list
        typed = {**typed, "size": "custom", "width": "800", "height": "800"}
    assert {name: page.value(name) for name in typed} == typed
    assert "nothing was charged" in page.text
    assert len(jobs_of(shared)) == before


def test_a_size_that_no_list_offers_is_shown_in_the_fields_for_width_and_height(visitor: Visitor) -> None:
    page = Document(visitor.send(prompt="a cat", size="800x800"))
    assert (page.value("size"), page.value("width"), page.value("height")) == ("custom", "800", "800")


def test_width_and_height_make_a_custom_size(studio: Studio, visitor: Visitor) -> None:
    visitor.send(prompt="a cat", size="custom", width=" 1280 ", height="720")
    assert jobs_of(studio)[0].request.size == "1280x720"


def test_every_problem_is_told_at_once(visitor: Visitor) -> None:
    page = Document(visitor.send(prompt=" ", n="none", quality="max", size="1x1"))
    assert page.error("prompt") == "No prompt provided"
    assert all(page.error(name) for name in ("n", "quality", "size"))
    assert "4 things have to change first" in page.text


def test_without_a_prompt_nothing_is_sent(studio: Studio, visitor: Visitor) -> None:
    answer = visitor.send(prompt="   ")
    assert answer.status_code == 400
    assert Document(answer).error("prompt") == "No prompt provided"
    assert jobs_of(studio) == []


def test_empty_fields_are_not_chosen_and_not_sent(studio: Studio, visitor: Visitor) -> None:
    page = visitor.open("/")
    named = {element["name"] for element in page.elements if element.tag in ("input", "select") and "name" in element}
    fields = {name: page.value(name) for name in named - {"preview"}}
    assert visitor.send(prompt="a cat", **fields).status_code == 303
    assert jobs_of(studio)[0].request == Generate(prompt="a cat", model="gpt-image-2", n=1)


def test_line_breaks_arrive_as_json_clients_send_them(studio: Studio, visitor: Visitor) -> None:
    visitor.send(prompt="a cat\r\nand a dog")
    assert jobs_of(studio)[0].request.chosen()["prompt"] == "a cat\nand a dog"


def test_sending_the_same_form_twice_is_one_job(studio: Studio, visitor: Visitor) -> None:
    form = visitor.form()
    first, second = (visitor.send(prompt="a cat", **form) for _ in range(2))
    assert first.location == second.location
    assert len(jobs_of(studio)) == 1


def test_a_changed_form_that_was_sent_before_asks_once_more_and_then_goes(studio: Studio, visitor: Visitor) -> None:
    form = visitor.form()
    visitor.send(prompt="a cat", **form)
    answer = visitor.send(prompt="a dog", **form)
    assert answer.status_code == 422
    page = Document(answer)
    assert page.value("prompt") == "a dog"
    assert "This form was already sent" in page.text
    again = visitor.send(prompt="a dog", csrf_token=form["csrf_token"], submission=page.value("submission"))
    assert again.status_code == 303
    assert len(jobs_of(studio)) == 2


def test_a_submission_id_that_is_not_ours_is_replaced(studio: Studio, visitor: Visitor) -> None:
    form = visitor.form()
    for submission in ("", "x" * 300, "../../etc"):
        assert visitor.send(prompt="a cat", **form | {"submission": submission}).status_code == 303
    assert len(jobs_of(studio)) == 3


def test_back_finds_the_same_form_with_the_same_submission(visitor: Visitor) -> None:
    headers = visitor.open("/").response.headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Vary" not in headers
    assert "Set-Cookie" in headers


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_form_without_its_token_is_refused(studio: Studio, visitor: Visitor, token: str) -> None:
    answer = visitor.send(prompt="a cat", csrf_token=token, submission=visitor.form()["submission"])
    assert answer.status_code == 400
    assert "Nothing was charged." in Document(answer).text
    assert jobs_of(studio) == []


def test_a_get_never_generates(visitor: Visitor) -> None:
    visitor.open("/generate?prompt=a+cat", status=405)


def test_the_price_can_be_asked_for_without_a_job(studio: Studio, visitor: Visitor) -> None:
    answer = visitor.send(prompt="", preview="1", quality="high", size="1024x1024", n="4")
    assert answer.status_code == 200
    page = Document(answer)
    assert page.one("output").text == "about $0.84"
    assert (page.value("quality"), page.value("n")) == ("high", "4")
    assert page.error("prompt") == ""
    assert jobs_of(studio) == []


def test_the_price_is_there_before_anything_is_typed(visitor: Visitor) -> None:
    page = visitor.open("/")
    assert page.one("output").text == "about $0.006"
    assert "Practice: nothing is charged." in page.text


def test_settings_that_do_not_go_together_have_no_price(visitor: Visitor) -> None:
    page = Document(visitor.send(prompt="a cat", preview="1", quality="max"))
    assert page.one("output").text == "no price yet"
    assert page.error("quality")


def test_a_model_that_is_about_to_retire_says_so(visitor: Visitor) -> None:
    page = visitor.open("/?model=dall-e-2")
    assert "(retired)" in page.one("option", value="dall-e-2").text


def test_over_the_budget_nothing_is_sent_and_everything_is_kept(studio: Studio) -> None:
    poor = replace(studio, generation=replace(studio.generation, caps=Caps(daily=1_000)))
    answer = Visitor(poor).send(prompt="a cat", quality="high", output_format="webp")
    assert answer.status_code == 402
    page = Document(answer)
    assert (page.value("prompt"), page.value("quality")) == ("a cat", "high")
    assert (page.value("output_format"), "open" in page.one("details", class_="composer-more")) == ("webp", True)
    assert "Nothing was charged." in page.one("div", role="alert").text
    assert jobs_of(studio) == []


def test_an_example_can_be_pressed(visitor: Visitor) -> None:
    links = [link["href"] for link in visitor.open("/").all("a") if link["href"].startswith("/?prompt=")]
    assert visitor.open(links[0]).value("prompt").startswith("A ")


def test_again_fills_the_form_with_what_was_asked(studio: Studio, visitor: Visitor) -> None:
    wanted = Generate(
        prompt="a cat",
        model="gpt-image-2.5-flare",
        n=3,
        size="1280x720",
        quality="xhigh",
        output_format="webp",
        output_compression=70,
        user="alice",
    )
    page = visitor.open(f"/?from={ask(studio, wanted).id}")
    for name, value in wanted.chosen().items():
        if name != "size":
            assert page.value(name) == str(value)
    assert (page.value("width"), page.value("height")) == ("1280", "720")


def test_again_of_a_job_that_is_not_yours_does_not_exist(studio: Studio, visitor: Visitor) -> None:
    theirs = ask(studio, owner="bob")
    visitor.open(f"/?from={theirs.id}", status=404)
    visitor.open("/?from=nonsense", status=404)


def test_a_model_that_nobody_listed_can_be_named(studio: Studio, visitor: Visitor) -> None:
    page = visitor.open("/?model=our-gateway-model")
    assert page.value("model") == "our-gateway-model"
    assert "does not know the model" in page.text
    visitor.send(prompt="a cat", model="our-gateway-model", quality="sparkling")
    assert jobs_of(studio)[0].request.chosen()["quality"] == "sparkling"


def test_the_newest_pictures_stand_under_the_form(studio: Studio, visitor: Visitor) -> None:
    drawn(studio, picture())
    image = visitor.open("/").one("img", width="64")
    assert image["alt"] == "a white siamese cat"


@pytest.mark.parametrize("field", ["prompt", "model", "size", "quality", "n", "user", "width", "output_compression"])
def test_markup_that_is_typed_stays_text(visitor: Visitor, field: str) -> None:
    nasty = "\"'></textarea></script><script>alert(1)</script>{{ 7*7 }}"
    page = Document(visitor.send(**{"prompt": "a cat", "size": "custom", "preview": "1", field: nasty}))
    assert page.value(field) == nasty.strip()
    assert "<script>alert" not in page.response.text


def test_the_facts_for_the_script_are_the_ones_on_the_form(visitor: Visitor) -> None:
    page = visitor.open("/")
    offers = page.one("script", id="offers")
    assert offers["type"] == "application/json"
    facts = json.loads(offers.text)
    assert set(facts) == {option["value"] for option in page.options("model")}
    listed = [["", "Automatic"], *facts["gpt-image-2"]["fields"]["quality"]["choices"]]
    shown = [[o["value"], o.text] for o in page.options("quality")]
    assert shown[: len(listed)] == listed


@pytest.mark.parametrize("token", ["", "from-another-session"])
def test_a_form_from_an_earlier_session_comes_back_filled_in_and_then_works(
    studio: Studio, visitor: Visitor, token: str
) -> None:
    typed = {"prompt": "a long, precious prompt", "quality": "high", "n": "3"}
    answer = visitor.send(csrf_token=token, submission="0" * 32, **typed)
    page = Document(answer)
    assert answer.status_code == 400
    assert page.one("textarea", name="prompt").text.strip() == typed["prompt"]
    assert "again to send it" in page.one("div", role="alert").text
    assert jobs_of(studio) == []
    again = visitor.send(csrf_token=page.value("csrf_token"), submission=page.value("submission"), **typed)
    assert again.status_code == 303
    assert [job.request.chosen() for job in jobs_of(studio)] == [
        {"model": "gpt-image-2", "prompt": typed["prompt"], "quality": "high", "n": 3}
    ]


def test_a_form_reads_no_json(visitor: Visitor) -> None:
    assert visitor.client.post("/generate", json={"prompt": 1.5, "csrf_token": "stale"}).status_code == 400


def test_a_form_takes_no_file_for_text(visitor: Visitor) -> None:
    answer = visitor.send(prompt=(BytesIO(b"a cat"), "prompt.txt"), n=(BytesIO(b"2"), "n.txt"))
    assert answer.status_code == 400
    assert Document(answer).error("prompt") == "No prompt provided"
