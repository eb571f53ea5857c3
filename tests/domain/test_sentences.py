import pytest

from app.domain.sentences import choose, one_of, shortened


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
