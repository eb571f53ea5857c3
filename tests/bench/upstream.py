"""The paid API's stand-in for the benchmark: answers at once, or after a delay, with bytes made beforehand.

The base URL says how: `http://127.0.0.1:PORT/wait/2.5/v1` answers after 2.5 seconds. A request with
`"stream": true` gets two previews and the result, each 2.4 MB, `GAP` seconds apart. Every picture is
another one, and its label is the time (`time.monotonic()`, which all processes of a machine share)
when its first byte was written.

`python -m tests.bench.upstream` prints its port and serves until it is killed. A thread for each
connection: they only sleep and hand over bytes.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable

from tests.bench.pictures import Album

GAP = 0.4
"""Seconds before the first event of a stream and between its events."""

USAGE = {
    "input_tokens": 14,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 14},
    "output_tokens": 196,
    "output_tokens_details": {"image_tokens": 196, "text_tokens": 0},
    "total_tokens": 210,
}
_WAIT = re.compile(rb"/wait/([0-9.]+)/")
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_MARK = "@"


class Answers:
    """What is written: heads and tails are made once, only the label differs."""

    def __init__(self) -> None:
        self._album = Album()
        self._plain = _around(
            {
                "created": 1_700_000_000,
                "data": [{"b64_json": _MARK}],
                "size": "1024x1024",
                "quality": "low",
                "output_format": "png",
                "background": "opaque",
                "usage": USAGE,
            }
        )

    def plain(self) -> list[bytes]:
        head, tail = self._plain
        picture = self._album.base64(_now())
        length = len(head) + len(tail) + sum(map(len, picture))
        return [_status(b"application/json", length), head, *picture, tail]

    def event(self, kind: str, **fields: object) -> list[bytes]:
        name = f"image_generation.{kind}"
        head, tail = _around(
            {
                "type": name,
                "b64_json": _MARK,
                "created_at": 1_700_000_000,
                "size": "1024x1024",
                "quality": "low",
                "background": "opaque",
                "output_format": "png",
                **fields,
            }
        )
        return [f"event: {name}\ndata: ".encode(), head, *self._album.base64(_now()), tail, b"\n\n"]


def serve(listener: socket.socket, answers: Answers) -> None:
    """Answer until the listener is closed."""
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_talk, args=(connection, answers), daemon=True).start()


def _talk(connection: socket.socket, answers: Answers) -> None:
    with connection:
        try:
            while (request := _read(connection)) is not None:
                head, body = request
                wait = _WAIT.search(head.partition(b"\r\n")[0])
                if wait:
                    time.sleep(float(wait[1]))
                if body.startswith(b"{") and json.loads(body).get("stream"):
                    _stream(lambda pieces: _write(connection, pieces), answers)
                    return
                _write(connection, answers.plain())
        except OSError:
            return  # whoever asked is gone


def _stream(write: Callable[[list[bytes]], None], answers: Answers) -> None:
    write([_status(b"text/event-stream", None)])
    for index in range(2):
        time.sleep(GAP)
        write(answers.event("partial_image", partial_image_index=index))
    time.sleep(GAP)
    write(answers.event("completed", usage=USAGE))


def _read(connection: socket.socket) -> tuple[bytes, bytes] | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return head, body


def _write(connection: socket.socket, pieces: list[bytes]) -> None:
    large = max(pieces, key=len)
    if len(pieces) == 1:
        connection.sendall(large)
        return
    at = pieces.index(large)
    connection.sendall(b"".join(pieces[:at]))
    connection.sendall(large)
    connection.sendall(b"".join(pieces[at + 1 :]))


def _status(content_type: bytes, length: int | None) -> bytes:
    framing = b"connection: close" if length is None else b"content-length: %d" % length
    return b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\nx-request-id: req_bench\r\n%s\r\n\r\n" % (content_type, framing)


def _around(body: dict[str, object]) -> tuple[bytes, bytes]:
    head, _, tail = json.dumps(body).partition(_MARK)
    return head.encode("ascii"), tail.encode("ascii")


def _now() -> str:
    return repr(time.monotonic())


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as server:
        made = Answers()
        print(server.getsockname()[1], flush=True)
        serve(server, made)
