"""The rule of imports: the arrow points inward, and libraries stay in their rooms.

The rule is the table in the README, under "How the code is laid out". `breaches` is tried on
planted files too, so that a test which could not fail would be noticed.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

ADAPTERS = {"imaging", "provider", "storage", "work", "observability"}
ALL_ROOMS = {
    "domain", "settings", "emulator", "imaging", "provider", "storage", "work", "observability",
    "services", "edge", "web", "api", "studio", "wiring", "factory", "cli",
}  # fmt: skip

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "settings": set(),
    "emulator": set(),
    **{room: {"domain"} for room in ADAPTERS},
    "services": {"domain", "imaging"},
    "edge": {"domain"},
    "web": {"domain", "services", "edge"},
    "api": {"domain", "services", "edge"},
    "studio": {"settings", "domain", "services", "work"},
    "wiring": ALL_ROOMS - {"web", "api", "edge", "factory", "cli"},
    "factory": ALL_ROOMS - {"cli", "emulator"} | {"cli"},
    "cli": {"wiring", "settings", "services", "domain", "emulator"},
}

ONLY_IN: dict[str, set[str]] = {
    "openai": {"provider"},
    "httpx2": {"provider"},
    "httpcore2": {"provider"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "PIL": {"imaging", "emulator"},
    "wtforms": {"web"},
    "flask_babel": {"edge", "web", "api"},
    "babel": {"edge", "web", "api"},
    "structlog": {"observability"},
}

NO_FLASK = {
    "domain",
    "services",
    "provider",
    "storage",
    "imaging",
    "work",
    "observability",
    "settings",
    "studio",
    "wiring",
}


_IMPORTERS = {"import_module", "__import__"}


def imported_modules(source: str) -> set[str]:
    """Every absolute module name a source file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that the rule can be read off them"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in _IMPORTERS:
            match node.args:
                case [ast.Constant(value=str(name)), *_] if not name.startswith("."):
                    names.add(name)
                case _:
                    raise AssertionError(f"line {node.lineno} imports what no reader can tell")
    return names


def breaches(app: Path) -> list[str]:
    """What breaks the rule in the package at `app`, one sentence each."""
    found = []
    for path in sorted(app.rglob("*.py")):
        parts = path.relative_to(app).with_suffix("").parts
        room = parts[0]
        if room == "__init__":
            continue
        assert room in MAY_IMPORT, f"the room '{room}' has no rule"
        allowed = MAY_IMPORT[room] | {room}
        for module in imported_modules(path.read_text(encoding="utf-8")):
            head, _, rest = module.partition(".")
            target = rest.partition(".")[0]
            if head == "app" and target and target not in allowed:
                found.append(f"{'/'.join(parts)} imports app.{target}")
            if head in ONLY_IN and room not in ONLY_IN[head]:
                found.append(f"{'/'.join(parts)} imports {head}")
            if head.startswith("flask") and room in NO_FLASK:
                found.append(f"{'/'.join(parts)} imports {head}")
            if room == "domain" and head not in sys.stdlib_module_names | {"app"}:
                found.append(f"{'/'.join(parts)} imports {head}")
    return sorted(set(found))


def test_every_import_follows_the_rule() -> None:
    assert breaches(ROOT / "app") == []


@pytest.mark.parametrize(
    ("room", "line", "breach"),
    [
        ("domain", "import flask", "domain/planted imports flask"),
        ("domain", "from app.services import jobs", "domain/planted imports app.services"),
        ("emulator", "from app.domain.catalogue import Catalogue", "emulator/planted imports app.domain"),
        ("provider", "from app.storage.blobs import Blobs", "provider/planted imports app.storage"),
        ("web", "import importlib\nimportlib.import_module('app.storage.jobs')", "web/planted imports app.storage"),
        ("services", "__import__('flask')", "services/planted imports flask"),
        ("services", "def later():\n    import sqlalchemy", "services/planted imports sqlalchemy"),
        ("web", "from app.api import errors", "web/planted imports app.api"),
        ("api", "import openai", "api/planted imports openai"),
        ("edge", "from PIL import Image", "edge/planted imports PIL"),
        ("services", "import babel", "services/planted imports babel"),
        ("factory", "from flask_babel import gettext", "factory/planted imports flask_babel"),
        ("storage", "from flask import g", "storage/planted imports flask"),
    ],
)
def test_a_planted_breach_is_found(tmp_path: Path, room: str, line: str, breach: str) -> None:
    (tmp_path / room).mkdir()
    (tmp_path / room / "planted.py").write_text(line, encoding="utf-8")
    assert breaches(tmp_path) == [breach]


def test_the_domain_loads_without_flask_openai_or_pillow() -> None:
    code = (
        "import sys, app.domain.requests, app.domain.catalogue, app.domain.jobs;"
        "print(sorted({'flask', 'openai', 'PIL', 'sqlalchemy', 'httpx2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_file_holds_more_than_one_idea_can_fill() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "app").rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 320
    }
    assert long == {}
