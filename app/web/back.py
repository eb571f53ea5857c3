"""Pages that the browser's Back button has to find again as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class FoundAgain(Response):
    """Kept by the visitor's own browser for Back alone: every other visit asks anew.

    A form's submission id makes sending it again the same job, so Back must show that very form and
    not a fresh one. Flask's `Vary: Cookie` would have the browser ask anew after the visit that set
    the cookie; it protects shared caches, which `private` keeps away already.
    """

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        headers = super().get_wsgi_headers(environ)
        headers.remove("Vary")
        headers["Cache-Control"] = "private, no-cache"
        return headers


def found_again(response: Response) -> Response:
    """The same answer, as one that Back finds again."""
    found = FoundAgain.force_type(response)
    assert isinstance(found, FoundAgain)
    return found
