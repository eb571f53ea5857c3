"""Houses with and without a door."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edge.house import PASSWORD, House, build_house

SCRIPTS = {
    "main.js": "import(`./elements/${name}.js`);",
    "elements/live-price.js": 'import { money } from "../lib/money.js";\nimport {\n  tell,\n} from "../lib/tell.js";\n',
    "elements/sea-view.js": 'const later = () => import("../lib/later.js");\n',
    "lib/money.js": 'import "./words.js";\nexport { tell } from "./tell.js";\n',
    "lib/tell.js": "",
    "lib/words.js": "",
    "lib/later.js": "",
}


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "base.css").write_text("body { color: black }", encoding="utf-8")
    for name, text in SCRIPTS.items():
        (folder / "js" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "js" / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def open_house(static: Path) -> House:
    """No password: only this machine enters."""
    return build_house(static)


@pytest.fixture
def house(static: Path) -> House:
    """With a password."""
    return build_house(static, password=PASSWORD)
