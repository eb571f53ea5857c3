"""What was made lately from which picture: what a quote needed made need not be made again to be submitted."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from app.domain.requests import InputPicture
from app.imaging.fit import Fitting
from app.services.ports import BlobStore


@dataclass(frozen=True, slots=True)
class Made:
    """A picture in the blob store, and the plan as it was carried out to make it, if there was one."""

    picture: InputPicture
    fitting: Fitting | None = None


class Recent:
    """In memory, of this process: losing it costs time only. Two threads that make the same make the same bytes."""

    def __init__(self, blobs: BlobStore, most: int = 1000):
        self._blobs = blobs
        self._most = most
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes, or made before under that key if its bytes are still there. `key` must say it all."""
        with self._lock:
            made = self._made.get(key)
        if made is None or not self._blobs.renew(made.picture.digest):
            made = make()
        with self._lock:
            self._made[key] = made
            self._made.move_to_end(key)
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made
