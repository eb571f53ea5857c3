"""The label: always marked, always words, never empty boxes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app.emulator.painting import caption
from app.emulator.painting.fonts import Fonts
from tests.emulator.tiny_font import tiny_font


@pytest.fixture
def bare() -> Fonts:
    return Fonts([])


@pytest.fixture
def chinese(tmp_path: Path) -> Fonts:
    (tmp_path / "NotoSansCJK-Tiny.ttf").write_bytes(tiny_font("猫山湖"))
    (tmp_path / "broken.ttf").write_bytes(b"no font at all")
    return Fonts([tmp_path])


def shown(text: str, fonts: Fonts) -> str:
    return "".join(piece for _, piece in fonts.runs(caption.readable(text, fonts), 20))


def labelled(text: str, fonts: Fonts, size: tuple[int, int] = (900, 300)) -> Image.Image:
    image = Image.new("RGB", size, (90, 120, 160))
    caption.draw(image, text, fonts)
    return image


ACCENTED = "Ein Kätzchen — très élégant, größer & señor Łukasz"


def test_plain_words_are_shown_as_written(bare: Fonts) -> None:
    assert shown("A cat, “quoted”… & (more) 100%!", bare) == "A cat, “quoted”… & (more) 100%!"


def test_without_a_font_accents_are_dropped_but_no_letter_is(bare: Fonts) -> None:
    assert shown(ACCENTED, bare) == "Ein Katzchen - tres elegant, grosser & senor Lukasz"


def test_with_a_font_for_accents_the_words_are_of_one_face(tmp_path: Path) -> None:
    (tmp_path / "latin.ttf").write_bytes(tiny_font(ACCENTED))
    ((face, piece),) = Fonts([tmp_path]).runs(ACCENTED, 20)
    assert piece == ACCENTED
    assert face.path.endswith("latin.ttf")


@pytest.mark.parametrize(
    ("prompt", "note"),
    [
        ("白猫", "[2 characters in Chinese, for which there is no font here]"),
        ("a 猫 indoors", "a indoors [1 character in Chinese, for which there is no font here]"),
        ("ねこと山", "[4 characters in Japanese, for which there is no font here]"),
        ("고양이", "[3 characters in Korean, for which there is no font here]"),
        ("a cat 🐈 \x00\x1b", "a cat"),
    ],
)
def test_without_a_font_the_script_is_named_instead_of_boxes(bare: Fonts, prompt: str, note: str) -> None:
    assert shown(prompt, bare) == note


def test_no_face_is_ever_asked_for_a_character_that_it_lacks(bare: Fonts) -> None:
    assert list(bare.runs("猫é\x07", 20)) == []
    assert [piece for _, piece in bare.runs("a猫b", 20)] == ["ab"]


def test_with_a_font_chinese_is_drawn_in_it(chinese: Fonts, bare: Fonts) -> None:
    assert shown("山 and 猫", chinese) == "山 and 猫"
    (face, piece), *_ = chinese.runs("猫", 20)
    assert piece == "猫"
    assert face.path.endswith("NotoSansCJK-Tiny.ttf")
    assert labelled("猫", chinese).tobytes() != labelled("猫", bare).tobytes()


def test_what_even_that_font_lacks_is_named(chinese: Fonts) -> None:
    assert shown("猫狗", chinese) == "猫 [1 character in Chinese, for which there is no font here]"


def test_a_missing_font_directory_is_no_failure() -> None:
    assert "Chinese" in shown("猫", Fonts([Path("/nowhere/at/all")]))


def test_different_words_make_different_labels(bare: Fonts) -> None:
    assert labelled("a cat", bare).tobytes() != labelled("a dog", bare).tobytes()


@pytest.mark.parametrize("size", [(256, 256), (1776, 592), (592, 1776), (48, 48), (3840, 2160)])
@pytest.mark.parametrize("text", ["word " * 80, "x" * 400, "", "a cat"])
def test_the_label_stays_in_the_lower_part_of_any_picture(bare: Fonts, size: tuple[int, int], text: str) -> None:
    blank = Image.new("RGB", size, (90, 120, 160))
    image = labelled(text, bare, size)
    assert image.size == size
    changed = Image.new("RGB", size)
    changed.paste(image)
    upper = (0, 0, size[0], size[1] // 2)
    assert changed.crop(upper).tobytes() == blank.crop(upper).tobytes() or min(size) < 60
    assert image.tobytes() != blank.tobytes()


def test_long_prompts_end_in_an_ellipsis(bare: Fonts) -> None:
    lines = caption._wrapped("word " * 80, bare, 20, 300)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


def test_a_label_on_a_transparent_picture_is_solid(bare: Fonts) -> None:
    image = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    caption.draw(image, "a cat", bare)
    assert image.getchannel("A").getextrema() == (0, 255)


def test_a_covering_label_leaves_nothing_of_a_longer_one(bare: Fonts) -> None:
    image = labelled("A very long prompt that fills the label from one end to the other and goes on", bare)
    once = Image.new("RGB", image.size, (90, 120, 160))
    for canvas in (image, once):
        caption.draw(canvas, "now make it evening", bare, covering=True)
    assert image.tobytes() == once.tobytes()
