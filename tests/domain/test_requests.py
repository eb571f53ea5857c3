import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.requests import (
    AnyRequest,
    Edit,
    Generate,
    Given,
    InputPicture,
    Turn,
    Vary,
    as_record,
    fingerprint,
    from_record,
)

PictureMaker = Callable[..., InputPicture]

CAT = Generate(prompt="a white siamese cat", model="gpt-image-2")

text = st.text(max_size=30)
optional_text = st.none() | text
optional_number = st.none() | st.integers(-5, 100)
pictures = st.builds(InputPicture)
givens = st.none() | st.builds(
    Given,
    images=st.lists(pictures, min_size=1, max_size=2).map(tuple),
    mask=st.none() | pictures,
    extended_from=st.none() | pictures,
    size=optional_text,
    keep_unmasked=st.booleans(),
    full_resolution=st.booleans(),
    fitting=st.none() | st.just({"source": [3, 4], "crop": [0, 0, 3, 4]}),
)
requests = (
    st.builds(Generate, prompt=text, model=text, n=optional_number, size=optional_text, partial_images=optional_number)
    | st.builds(
        Edit,
        prompt=text,
        model=text,
        images=st.lists(pictures, max_size=3).map(tuple),
        mask=st.none() | pictures,
        input_fidelity=optional_text,
        given=givens,
    )
    | st.builds(Vary, model=text, images=st.lists(pictures, max_size=1).map(tuple), n=optional_number, given=givens)
    | st.builds(
        Turn,
        prompt=text,
        text_model=text,
        model=text,
        images=st.lists(pictures, max_size=2).map(tuple),
        fallback=st.none() | pictures,
        previous=optional_text,
        history_tokens=optional_number,
        action=optional_text,
    )
)


@given(requests)
def test_a_request_comes_back_from_its_record_as_it_was(request: AnyRequest) -> None:
    assert from_record(json.loads(json.dumps(as_record(request)))) == request


@given(requests, requests)
def test_fingerprints_are_equal_exactly_when_the_requests_are(one: AnyRequest, other: AnyRequest) -> None:
    assert (fingerprint(one) == fingerprint(other)) is (asked(one) == asked(other))
    assert fingerprint(one) == fingerprint(replace(one))


def asked(request: AnyRequest) -> AnyRequest:
    """The request without what was made from what was given."""
    if not isinstance(request, Edit | Vary) or request.given is None:
        return request
    plain = replace(request, images=(), size=None, given=replace(request.given, fitting=None))
    return replace(plain, mask=None) if isinstance(plain, Edit) else plain


@pytest.mark.parametrize(
    ("change", "is_the_same"),
    [
        ({"images": (), "mask": None, "size": "816x816"}, True),
        ({"given": {"fitting": {"sent": [1, 1]}}}, True),
        ({"given": {"size": "816x816"}}, False),
        ({"given": {"keep_unmasked": True}}, False),
        ({"given": {"full_resolution": True}}, False),
        ({"given": {"mask": None}}, False),
        ({"given": {"images": ()}}, False),
        ({"prompt": "another"}, False),
    ],
)
def test_an_edit_is_what_was_given_and_not_what_was_made_of_it(
    picture: PictureMaker, change: dict[str, Any], is_the_same: bool
) -> None:
    given = Given(images=(picture(digest="a"),), mask=picture(digest="b"), fitting={"sent": [2, 2]})
    edit = Edit(prompt="x", model="m", images=(picture(digest="c"),), mask=picture(digest="d"), given=given)
    values = dict(change)
    if "given" in values:
        values["given"] = replace(given, **values["given"])
    assert (fingerprint(replace(edit, **values)) == fingerprint(edit)) is is_the_same


def test_a_variation_is_asked_for_by_its_strength_in_whichever_words(picture: PictureMaker) -> None:
    given = Given(images=(picture(),), wish="vary", strength="bold")
    edit = Edit(prompt="in these words", model="m", given=given)
    assert edit.wish == "vary"
    assert fingerprint(edit) == fingerprint(replace(edit, prompt="in others"))
    assert fingerprint(edit) != fingerprint(replace(edit, given=replace(given, strength="subtle")))


def test_a_record_of_no_known_kind_is_refused() -> None:
    with pytest.raises(KeyError, match="paint"):
        from_record({"kind": "paint", "prompt": "a", "model": "m"})


def test_what_was_not_chosen_is_not_in_the_record() -> None:
    assert as_record(CAT) == {"kind": "generate", "prompt": "a white siamese cat", "model": "gpt-image-2"}
    assert as_record(Vary(model="dall-e-2")) == {"kind": "vary", "model": "dall-e-2"}


def test_nothing_and_zero_are_different_choices() -> None:
    zero = replace(CAT, partial_images=0)
    assert zero.chosen()["partial_images"] == 0
    assert fingerprint(zero) != fingerprint(CAT)


@pytest.mark.parametrize(("n", "count"), [(None, 1), (1, 1), (10, 10)])
def test_one_picture_is_made_unless_more_are_asked_for(n: int | None, count: int) -> None:
    assert replace(CAT, n=n).count == count


def test_the_kind_of_request_is_part_of_what_it_asks(picture: PictureMaker) -> None:
    images = (picture(),)
    assert fingerprint(Edit(prompt="", model="m", images=images)) != fingerprint(Vary(model="m", images=images))


def test_other_pictures_make_another_request(picture: PictureMaker) -> None:
    ours, theirs = picture(digest="a"), picture(digest="b")
    edit = Edit(prompt="a", model="m", images=(ours, theirs))
    assert fingerprint(edit) != fingerprint(replace(edit, images=(theirs, ours)))
    assert fingerprint(edit) != fingerprint(replace(edit, mask=ours))


def test_a_fingerprint_outlives_the_process() -> None:
    """Stored keys are compared with it: changing how it is made would turn replays into mismatches."""
    assert fingerprint(CAT) == "60d3f901951ee3937d0411660dc713e45d20ab35d0d01434a2b723bc0dece0f9"


def test_text_that_no_encoding_takes_still_has_a_fingerprint() -> None:
    assert len(fingerprint(replace(CAT, prompt="\ud800"))) == 64
