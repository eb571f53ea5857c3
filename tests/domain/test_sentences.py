import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sentences import Sentence, Value, all_of, choose, joined, one_of, say, say_counted, shortened

_leaves = st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_values = _leaves | st.lists(_leaves).map(tuple) | _leaves.map(lambda value: say("a {value}", value=value))


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        (["png"], "Choose png."),
        (["png", "webp"], "Choose png or webp."),
        (["png", "webp", "gif"], "Choose one of png, webp or gif."),
    ],
)
def test_a_remedy_reads_as_a_sentence(choices: list[str], sentence: str) -> None:
    assert choose(choices) == sentence


def test_numbers_are_listed_like_words() -> None:
    assert one_of([1, 2, 3]) == "1, 2 or 3"


def test_what_is_quoted_is_short_and_printable() -> None:
    assert shortened("a\x1b[31m\ud800b") == "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b"
    assert shortened("x" * 1000) == "x" * 60 + "…"
    assert shortened("x" * 60) == "x" * 60


def _german(template: str) -> str:
    words = {
        "There are no {things}.": "Es gibt keine {things}.",
        "{choices} or {last}": "{choices} oder {last}",
        "Choose {choices}.": "Wähle {choices}.",
        "Picture {number}: {problem}": "Bild {number}: {problem}",
        "it is empty": "es ist leer",
        "{sentence} {next_sentence}": "{sentence}{next_sentence}",
        ", ": "、",
    }
    return words.get(template, template)


def _german_counted(one: str, many: str, count: int) -> str:
    return {"{count} picture": "{count} Bild", "{count} pictures": "{count} Bilder"}[one if count == 1 else many]


def _in_german(sentence: str) -> str:
    assert isinstance(sentence, Sentence)
    return sentence.translated(_german, _german_counted)


def test_a_sentence_is_its_english_text() -> None:
    sentence = say("Choose a value between {least} and {most}.", least=1, most=10)
    assert sentence == "Choose a value between 1 and 10."
    assert {sentence: 1} == {"Choose a value between 1 and 10.": 1}
    assert json.dumps(sentence) == '"Choose a value between 1 and 10."'
    assert (sentence.template, sentence.values) == (
        "Choose a value between {least} and {most}.",
        {"least": 1, "most": 10},
    )


@given(_leaves, _leaves)
def test_the_text_is_the_template_filled(one: Value, other: Value) -> None:
    template = "{one} and {other}, {one}"
    assert say(template, one=one, other=other) == template.format(one=one, other=other)


def test_no_more_than_a_name_in_braces_is_filled() -> None:
    assert say("{name.__class__} {name:>9} {name!r} {{}}", name="x") == "{name.__class__} {name:>9} {name!r} {{}}"


def test_braces_in_what_somebody_sent_are_not_filled() -> None:
    assert say("The name {name} is taken.", name="{name!r:>9}") == "The name {name!r:>9} is taken."


def test_a_sentence_is_told_in_another_language_with_all_sentences_inside() -> None:
    assert _in_german(say("There are no {things}.", things="masks")) == "Es gibt keine masks."
    assert _in_german(say("Picture {number}: {problem}", number=2, problem=say("it is empty"))) == "Bild 2: es ist leer"
    assert _in_german(choose(["png", "webp"])) == "Wähle png oder webp."
    assert _in_german(one_of([1, 2, 3])) == "1、2 oder 3"
    assert _in_german(one_of([say("it is empty")])) == "es ist leer"
    assert _in_german(joined(say("it is empty"), "", "x")) == "es ist leerx"


@pytest.mark.parametrize(
    ("count", "english", "german"),
    [(0, "0 pictures", "0 Bilder"), (1, "1 picture", "1 Bild"), (2, "2 pictures", "2 Bilder")],
)
def test_a_number_chooses_its_form_in_every_language(count: int, english: str, german: str) -> None:
    sentence = say_counted(count, "{count} picture", "{count} pictures")
    assert (sentence, _in_german(sentence)) == (english, german)


@given(_values)
def test_copies_and_pickles_keep_template_and_values(value: Value) -> None:
    sentence = say("It is {value}.", value=value)
    for again in (copy.copy(sentence), copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):
        assert (again, again.template, again.values) == (sentence, sentence.template, sentence.values)
        assert again.translated(_german, lambda *_: "n") == sentence.translated(_german, lambda *_: "n")


def test_values_that_do_not_fit_are_noticed_when_the_sentence_is_made() -> None:
    with pytest.raises(KeyError):
        say("There are no {things}.", thing="masks")


def test_nothing_joined_is_empty_and_one_sentence_stays_as_it_is() -> None:
    alone = say("There is no mask.")
    assert joined() == joined("") == ""
    assert joined("", alone) is alone


def test_things_that_belong_together_are_listed_with_and() -> None:
    assert [all_of(["a"]), all_of(["a", "b"]), all_of(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
