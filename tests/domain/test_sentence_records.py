import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Fault
from app.domain.sentence_records import as_record, from_record
from app.domain.sentences import Sentence, Value, say, say_counted

_counts = st.integers(min_value=0, max_value=3)
_leaves = st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_values = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.builds(lambda one, other: say("{one} of {other}", one=one, other=other), inner, inner)
        | st.builds(lambda n, value: say_counted(n, "{count} {value}", "{count} {value}s", value=value), _counts, inner)
    ),
    max_leaves=6,
)


def _loud(template: str) -> str:
    return template.upper().replace("{VALUE}", "{value}").replace("{ONE} OF {OTHER}", "{one} of {other}")


@given(_values)
def test_a_record_brings_the_sentence_back_for_every_language(value: Value) -> None:
    sentence = say("It is {value}.", value=value)
    read = from_record(json.loads(json.dumps(as_record(sentence))))
    assert isinstance(read, Sentence)
    assert (read, as_record(read)) == (sentence, as_record(sentence))
    assert read.translated(_loud, lambda *_: "n") == sentence.translated(_loud, lambda *_: "n")


def test_plain_text_stays_plain() -> None:
    assert as_record("It is so.") == from_record("It is so.") == "It is so."


def test_a_sentence_longer_than_any_keeps_its_text_alone() -> None:
    sentence = say("It is {value}.", value="x" * 5_000)
    assert as_record(sentence) == from_record(as_record(sentence)) == str(sentence)


_TEN_OF_THEM: dict[str, Any] = {"template": "lol", "values": {}}
for _ in range(8):
    _TEN_OF_THEM = {"template": "{x}" * 10, "values": {"x": _TEN_OF_THEM}}
_DEEP: dict[str, Any] = {"template": "x", "values": {}}
for _ in range(2_000):
    _DEEP = {"template": "{x}", "values": {"x": _DEEP}}


@pytest.mark.parametrize(
    "record",
    [
        None,
        7,
        ["It is so."],
        {},
        {"template": 7, "values": {}},
        {"template": "x", "values": []},
        {"template": "{x}", "values": {"x": None}},
        {"template": "{y}", "values": {"x": "y"}},
        {"template": "x", "values": {}, "plural": 7},
        {"template": "x", "values": {}, "plural": "xs", "number": "2"},
        {"template": "x" * 2_000, "values": {}},
        {"template": "{x}", "values": {"x": ["x"] * 1_000}},
        {"template": "{x}" * 300, "values": {"x": "x" * 3_000}},
        _TEN_OF_THEM,
        _DEEP,
    ],
)
def test_what_was_never_written_is_refused_before_it_grows(record: Any) -> None:
    with pytest.raises((LookupError, ValueError)):
        from_record(record)


def test_a_fault_keeps_how_its_message_was_made() -> None:
    fault = Fault("invalid_value", say("Choose {thing}.", thing="png"), details={"left": "0.1"})
    read = Fault.from_record(json.loads(json.dumps(fault.as_record())))
    assert (read, fault.as_record()["message"]) == (fault, "Choose png.")
    assert isinstance(read.message, Sentence)
    assert read.message.values == {"thing": "png"}


def test_a_fault_kept_by_an_earlier_release_has_its_english_text() -> None:
    record = Fault("invalid_value", "Choose png.").as_record()
    assert "sentence" not in record
    assert Fault.from_record(record) == Fault("invalid_value", "Choose png.")
