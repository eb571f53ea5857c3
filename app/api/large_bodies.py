"""Large JSON bodies wait on the disk for their turn, because each takes twice its size in memory while it is read."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Request

from app.api.parsing import FORM
from app.domain.errors import Fault, StudioError
from app.domain.sentences import say
from app.edge.limits import MEBIBYTE

LARGE_BYTES = 8 * MEBIBYTE


class LargeBodies:
    """One turn for all requests of a process; bodies of usual size, and forms, need none."""

    def __init__(self, patience_seconds: float = 60.0):
        self._turn = threading.Lock()
        self._patience = patience_seconds

    @contextmanager
    def turn_for(self, request: Request) -> Iterator[None]:
        """Read the body and let go of it within. Raises `StudioError` `not_ready` or `storage_full`.

        What comes slowly is received before its turn, so that nobody waits for somebody else's connection.
        """
        length = request.content_length
        if request.mimetype == FORM or (length is not None and length <= LARGE_BYTES):
            yield
            return
        with SpooledTemporaryFile(max_size=MEBIBYTE) as file:
            if _receive(request, file) <= LARGE_BYTES:
                yield
                return
            if not self._turn.acquire(timeout=self._patience):
                sentence = say("Too many large bodies are being read. Nothing was sent; try again in a moment.")
                raise StudioError(Fault("not_ready", sentence, retryable=True, retry_after=5.0))
            try:
                yield
            finally:
                self._turn.release()


def _receive(request: Request, file: IO[bytes]) -> int:
    """Put the body into the file, and the file in the place of the body. Returns its bytes."""
    try:
        shutil.copyfileobj(request.stream, file)
    except OSError as error:  # of the disk; a client that goes away raises something else
        fault = Fault("storage_full", say("There is no room to take in the body."), retryable=True)
        raise StudioError(fault) from error
    size = file.tell()
    file.seek(0)
    request.stream = file
    return size
