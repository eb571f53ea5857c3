"""Static files under the address of their present version, which may be kept for a year.

A stylesheet or an icon bears its own digest: `asset("css/base.css")` → `/static/css/base.css?v=1a2b3c4d`.
Scripts import each other by relative names, so they bear one digest of all scripts as a folder, which
the names they import inherit: `asset("js/main.js")` → `/static/@1a2b3c4d/js/main.js`.
Any other address, an older version's too, is answered `no-cache` with an ETag: kept, but asked about each time.
"""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath

from flask import Flask, Response, g, request

_FOREVER = "public, max-age=31536000, immutable"
_IMPORT = re.compile(r"""^(?:import|export)\b[^"';(]*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
_ELEMENT = re.compile(r"<([a-z]+-[a-z-]+)(?: (?!later)|[\n>])")


@dataclass(frozen=True, slots=True)
class Scripts:
    """Addresses of the scripts of a page's custom elements (`<live-price>` → `js/elements/live-price.js`).

    `imported` are what those import: named beside them, all are fetched at once and not one after the other.
    """

    elements: tuple[str, ...]
    imported: tuple[str, ...]


class Assets:
    """Versions of the files in a folder, and what its scripts import, each found out once in a process."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._versions: dict[str, str] = {}
        self._imports: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def version(self, name: str) -> str:
        """The first 8 hex digits of a SHA-256: of the file, or of all scripts together. Raises `FileNotFoundError`."""
        is_script = name.startswith("js/")
        if is_script and not (self._folder / name).is_file():
            raise FileNotFoundError(name)
        key = "js/" if is_script else name
        with self._lock:
            if key not in self._versions:
                files = sorted((self._folder / "js").rglob("*.js")) if is_script else [self._folder / name]
                self._versions[key] = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]
            return self._versions[key]

    def url(self, name: str) -> str:
        """The address of the file's present version. Raises `FileNotFoundError`: a page must not refer to nothing."""
        version = self.version(name)
        return f"/static/@{version}/{name}" if name.startswith("js/") else f"/static/{name}?v={version}"

    def scripts(self, content: str, *elements: str) -> Scripts:
        """What a page with this content loads; `elements` names some that are elsewhere on the page.

        Raises `FileNotFoundError` when it has an element without a script.
        """
        names = sorted({*_ELEMENT.findall(content), *elements})
        wanted = [f"js/elements/{name}.js" for name in names]
        for name in wanted:
            wanted += [imported for imported in self._imported_by(name) if imported not in wanted]
        urls = [self.url(name) for name in wanted]
        return Scripts(tuple(urls[: len(names)]), tuple(urls[len(names) :]))

    def _imported_by(self, name: str) -> tuple[str, ...]:
        if name not in self._imports:
            text = (self._folder / name).read_text(encoding="utf-8")
            self._imports[name] = tuple(normpath(join(dirname(name), found)) for found in _IMPORT.findall(text))
        return self._imports[name]


def serve_assets(app: Flask) -> Assets:
    """Give templates the functions `asset` and `scripts`, and versioned answers their long life."""
    assets = Assets(Path(app.static_folder or "static"))
    app.jinja_env.globals["asset"] = assets.url
    app.jinja_env.globals["scripts"] = assets.scripts
    app.add_url_rule("/static/@<version>/<path:filename>", "static")

    @app.url_value_preprocessor
    def take_version(endpoint: str | None, values: dict[str, str] | None) -> None:
        if endpoint == "static" and values is not None:
            g.path_version = values.pop("version", None)

    @app.after_request
    def keep(response: Response) -> Response:
        is_asked_for = request.endpoint == "static" and request.method in ("GET", "HEAD")
        is_file = is_asked_for and response.status_code in (200, 206, 304)
        if is_file:
            asked = g.path_version or request.args.get("v")  # read only now, after queries of raw bytes were refused
            if asked and asked == assets.version((request.view_args or {})["filename"]):
                response.headers["Cache-Control"] = _FOREVER
        return response

    return assets
