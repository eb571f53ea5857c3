"""Static files, versioned by digest: `asset("css/base.css")` → `/static/css/base.css?v=1a2b3c4d`.

A request that names the file's present version may keep the answer for a year; the next version
has another address. Any other request, as when one ES module imports another by its relative name,
is answered `no-cache` with an ETag: kept too, but asked about each time (a 304 without a body).
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from flask import Flask, Response, request

_FOREVER = "public, max-age=31536000, immutable"


class Assets:
    """Versions of the files in a folder, each computed once in a process."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._versions: dict[str, str] = {}
        self._lock = threading.Lock()

    def version(self, name: str) -> str:
        """The first 8 hex digits of the file's SHA-256. Raises `FileNotFoundError`."""
        with self._lock:
            if name not in self._versions:
                self._versions[name] = hashlib.sha256((self._folder / name).read_bytes()).hexdigest()[:8]
            return self._versions[name]

    def url(self, name: str) -> str:
        """The address of the file's present version. Raises `FileNotFoundError`: a page must not refer to nothing."""
        return f"/static/{name}?v={self.version(name)}"


def serve_assets(app: Flask) -> Assets:
    """Give templates the function `asset`, and versioned answers their long life."""
    assets = Assets(Path(app.static_folder or "static"))
    app.jinja_env.globals["asset"] = assets.url

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 206, 304):
            asked = request.args.get("v")
            if asked is not None and asked == assets.version((request.view_args or {})["filename"]):
                response.headers["Cache-Control"] = _FOREVER
        return response

    return assets
