import pytest

from app.domain.options import Option

QUALITY = Option(name="quality", kinds=("generate",), values=("low", "high"))
COMPRESSION = Option(name="output_compression", kinds=("generate",), range=(0, 100), formats=("jpeg",))
ANYTHING = Option(name="style", kinds=("generate",))


@pytest.mark.parametrize(
    ("option", "value", "taken"),
    [
        (QUALITY, "low", True),
        (QUALITY, "LOW", False),
        (QUALITY, "", False),
        (COMPRESSION, 0, True),
        (COMPRESSION, 100, True),
        (COMPRESSION, -1, False),
        (COMPRESSION, 101, False),
        (ANYTHING, "whatever you like", True),
        (ANYTHING, "", False),
        (ANYTHING, "x" * 65, False),
        (ANYTHING, "a\nb", False),
        (ANYTHING, "\ud800", False),
    ],
)
def test_an_option_takes_its_values_and_no_others(option: Option, value: object, taken: bool) -> None:
    assert option.takes(value) is taken


@pytest.mark.parametrize(
    ("option", "value", "fits"),
    [(QUALITY, "x", True), (QUALITY, 1, False), (COMPRESSION, 1, True), (COMPRESSION, True, False),
     (COMPRESSION, "1", False), (COMPRESSION, 1.0, False)],
)  # fmt: skip
def test_numbers_are_not_text_and_truth_is_not_a_number(option: Option, value: object, fits: bool) -> None:
    assert option.has_type_of(value) is fits


def test_the_remedy_says_what_to_choose() -> None:
    assert QUALITY.remedy == "Choose low or high."
    assert COMPRESSION.remedy == "Choose a whole number from 0 to 100."
    assert ANYTHING.remedy == "Use at most 64 printable characters."


def test_the_record_tells_values_or_range_and_when_it_applies() -> None:
    assert QUALITY.as_record() == {"kinds": ["generate"], "default": None, "values": ["low", "high"]}
    assert COMPRESSION.as_record() == {
        "kinds": ["generate"],
        "default": None,
        "minimum": 0,
        "maximum": 100,
        "only_with_output_format": ["jpeg"],
    }
