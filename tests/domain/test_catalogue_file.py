import tomllib
from pathlib import Path

import pytest

import app.domain
from app.domain.catalogue import Catalogue
from app.domain.catalogue_file import read_catalogue_file

SHIPPED = Path(app.domain.__file__).with_name("catalogue.toml")

EVERY_MODEL = {
    "dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest", "gpt-image-2",
    "gpt-image-2.5-sunburst", "gpt-image-2.5-flare", "gpt-image-2.6-sunburst", "gpt-image-2.6-flare",
}  # fmt: skip


def test_the_file_lists_every_published_model(catalogue: Catalogue) -> None:
    assert {model.id for model in catalogue.models} == EVERY_MODEL


def test_the_file_uses_every_kit_it_defines() -> None:
    kits = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    entries = [*kits["models"], kits["generic"]]
    used = {kind: {entry.get(kind) for entry in entries} for kind in ("sizes", "inputs", "prices", "counting")}
    used |= {"masks": {entry.get("mask") for entry in entries}}
    used |= {"options": {name for entry in entries for name in entry["options"]}}
    for kind, names in used.items():
        assert set(kits[kind]) == names - {None}, kind


def test_names_and_aliases_are_unambiguous(catalogue: Catalogue) -> None:
    names = [name for model in catalogue.models for name in (model.id, *model.aliases)]
    assert len(names) == len(set(names))


def test_every_retiring_model_has_a_replacement_that_stays(catalogue: Catalogue) -> None:
    for model in catalogue.models:
        assert (model.retires_on is None) == (model.replacement is None)
        if model.replacement:
            replacement = catalogue.model(model.replacement)
            assert replacement is not None
            assert replacement.retires_on is None


def test_every_offered_size_and_default_is_one_that_the_model_takes(catalogue: Catalogue) -> None:
    for model in catalogue.models:
        for text in model.sizes.offered:
            assert model.sizes.problem(text, model.id) is None
        for option in model.options.values():
            assert option.default is None or option.takes(option.default)


def test_a_reference_to_nothing_is_noticed(tmp_path: Path) -> None:
    broken = tmp_path / "catalogue.toml"
    broken.write_text(
        SHIPPED.read_text(encoding="utf-8").replace('sizes = "three"', 'sizes = "four"'), encoding="utf-8"
    )
    with pytest.raises(KeyError, match="four"):
        read_catalogue_file(broken)


def test_a_size_that_is_none_is_noticed(tmp_path: Path) -> None:
    broken = tmp_path / "catalogue.toml"
    broken.write_text(SHIPPED.read_text(encoding="utf-8").replace('"1920x1920"', '"big"'), encoding="utf-8")
    with pytest.raises(KeyError, match="big"):
        read_catalogue_file(broken)
