"""A scripted upstream: a real HTTP server on loopback that answers as it is told, and keeps a ledger.

    with Upstream() as upstream:
        upstream.script(status(429, headers={"Retry-After": "1"}), picture_answer())
        ...                                  # first call gets 429, the second a picture, then `default`
        assert len(upstream.ledger) == 2
        assert upstream.ledger[0].json == {"model": "gpt-image-2", "prompt": "a cat"}

`upstream.base_url` goes where a base URL goes. An answer is a small value; all of them:

    picture_answer(n, size, …)  url_answer(url, …)  json_answer(body, …)  status(code, body, headers)
    html()  raw(body, content_type)  sse(events, …)  sse_picture(partials, …)  encoded(body, "gzip")
    hang(seconds)  drip(answer, chunk, every)  cut(answer, after)  reset_before_body()  reset_at_once()
    huge(megabytes)  gzip_bomb(megabytes)   and   answer.after(seconds)   to delay any of them

`refused_url()` is a base URL whose port refuses connections.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import gzip
import io
import json
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image
from werkzeug.wrappers import Request

USAGE = {
    "input_tokens": 14,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 14},
    "output_tokens": 196,
    "output_tokens_details": {"image_tokens": 196, "text_tokens": 0},
    "total_tokens": 210,
}


@dataclass(frozen=True)
class Pause:
    """Wait this many seconds (cut short when the upstream closes) before the next step."""

    seconds: float


class Reset:
    """Break the connection with a TCP reset."""


Step = bytes | Pause | Reset


@dataclass(frozen=True)
class Answer:
    """What to put on the wire: `steps()` gives bytes to send, pauses, resets. Ends with a close."""

    label: str
    steps: Callable[[], Iterable[Step]]

    def after(self, seconds: float) -> Answer:
        """The same answer, begun that much later."""
        return Answer(f"{self.label} after {seconds} s", lambda: [Pause(seconds), *self.steps()])


@dataclass(frozen=True)
class Part:
    """One file of a multipart request."""

    name: str
    file_name: str
    mime_type: str
    data: bytes


@dataclass(frozen=True)
class Call:
    """One request as it arrived. `headers` have lower-case names; `at` is `time.monotonic()`."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: tuple[Part, ...] = ()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Upstream:
    """The server. A context manager; also `start()` and `close()`.

    `default` answers when the script is used up. `peak` is the most calls that were open at once.
    """

    def __init__(self, default: Answer | None = None):
        self.default = default or picture_answer()
        self.ledger: list[Call] = []
        self.peak = 0
        self._open = 0
        self._script: list[Answer] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.upstream = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005})

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def script(self, *answers: Answer) -> None:
        """Queue answers: each call takes the next one."""
        with self._lock:
            self._script.extend(answers)

    def start(self) -> Upstream:
        self._thread.start()
        return self

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Upstream:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer_to(self, call: Call) -> Answer:
        """What this call gets: here, what comes next in the script. Called by one thread at a time."""
        return self._script.pop(0) if self._script else self.default

    def handle(self, call: Call, connection: socket.socket) -> None:
        """Note the call and play the next answer to it."""
        with self._lock:
            self.ledger.append(call)
            self._open += 1
            self.peak = max(self.peak, self._open)
            answer = self.answer_to(call)
        try:
            for step in answer.steps():
                if self._closing.is_set():
                    return
                match step:
                    case bytes():
                        connection.sendall(step)
                    case Pause(seconds):
                        self._closing.wait(seconds)
                    case Reset():
                        # Closing with this option set sends RST in place of FIN.
                        linger = struct.pack("ii", 1, 0)
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                        connection.close()
                        return
        except OSError:
            pass  # the client has gone, which is its right
        finally:
            with self._lock:
                self._open -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    request_queue_size = 512
    upstream: Upstream


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        if headers.get("transfer-encoding") == "chunked":
            body = b"".join(_chunks(self.rfile))
        fields, files = _form(headers.get("content-type", ""), body)
        call = Call(self.command, self.path, headers, body, time.monotonic(), fields, files)
        self.server.upstream.handle(call, self.connection)

    do_GET = do_POST

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # the connection was reset on purpose
            super().finish()

    def log_message(self, *_: object) -> None:
        pass


def _chunks(source: Any) -> Iterator[bytes]:
    while size := int(source.readline().split(b";")[0], 16):
        yield source.read(size)
        source.readline()
    source.readline()


def _form(content_type: str, body: bytes) -> tuple[dict[str, list[str]], tuple[Part, ...]]:
    if not content_type.startswith("multipart/form-data"):
        return {}, ()
    request = Request(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
    )
    files = []
    for name, file in request.files.items(multi=True):
        files.append(Part(name, file.filename or "", file.mimetype, file.read()))
        file.close()
    return dict(request.form.lists()), tuple(files)


# --- answers -----------------------------------------------------------------------------------


@functools.cache
def picture(size: tuple[int, int] = (64, 64), file_format: str = "PNG", seed: int = 0) -> bytes:
    """A small picture file; different seeds give different pictures."""
    buffer = io.BytesIO()
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste(((40 * seed) % 256, 90, 160), (0, 0, max(1, size[0] // 3), max(1, size[1] // 3)))
    image.save(buffer, file_format)
    return buffer.getvalue()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def raw(
    body: bytes, content_type: str = "application/json", *, code: int = 200, headers: dict[str, str] | None = None
) -> Answer:
    """Exactly these bytes as a body."""
    return Answer(f"{code}", lambda: [_head(code, content_type, headers, len(body)), body])


def json_answer(body: Any, *, code: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return raw(json.dumps(body).encode(), code=code, headers=headers)


def picture_body(
    n: int = 1,
    size: tuple[int, int] = (64, 64),
    *,
    usage: Any = USAGE,
    file_format: str = "PNG",
    **extra: Any,
) -> dict[str, Any]:
    """A GPT Image answer as an object; `usage=None` leaves it out, `extra` adds or replaces."""
    body: dict[str, Any] = {
        "created": 1777371362,
        "background": "opaque",
        "output_format": file_format.lower(),
        "quality": "low",
        "size": f"{size[0]}x{size[1]}",
        "data": [{"b64_json": b64(picture(size, file_format, seed))} for seed in range(n)],
    }
    if usage is not None:
        body["usage"] = usage
    return body | extra


def picture_answer(n: int = 1, size: tuple[int, int] = (64, 64), **options: Any) -> Answer:
    """`picture_body` with status 200 and a request id."""
    return json_answer(picture_body(n, size, **options), headers={"x-request-id": "req_scripted"})


def url_answer(*urls: str) -> Answer:
    """Results as URLs, as DALL·E and many gateways answer."""
    return json_answer({"created": 1589478378, "data": [{"url": url} for url in urls]})


def error_body(
    message: str, *, code: str | None = None, kind: str = "invalid_request_error", **extra: Any
) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code} | extra}


def status(code: int, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
    """An HTTP status with a body: an object as JSON, text or bytes as they are, else a plain error."""
    if isinstance(body, str | bytes):
        return raw(body.encode() if isinstance(body, str) else body, "text/plain", code=code, headers=headers)
    return json_answer(error_body("Scripted error.") if body is None else body, code=code, headers=headers)


def html(code: int = 200) -> Answer:
    return raw(b"<!doctype html><html><body>Sign in to the hotel wifi</body></html>", "text/html", code=code)


def encoded(body: bytes, encoding: str) -> Answer:
    """The body compressed (gzip or deflate) although nobody asked for it."""
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    return raw(packed, headers={"Content-Encoding": encoding})


def sse(
    events: Sequence[Any], *, newline: str = "\n", names: bool = True, last_blank: bool = True, before: str = ""
) -> Answer:
    """An event stream. An event is an object (`event:` line from its type unless `names=False`) or a raw payload."""
    blocks = []
    for event in events:
        name = f"event: {event['type']}\n" if names and isinstance(event, dict) and "type" in event else ""
        blocks.append(f"{name}data: {event if isinstance(event, str) else json.dumps(event)}\n\n")
    text = before + "".join(blocks)
    text = text if last_blank else text.rstrip("\n")
    return Answer(
        "stream",
        lambda: [
            _head(200, "text/event-stream", {"x-request-id": "req_streamed"}),
            text.replace("\n", newline).encode(),
        ],
    )


def sse_events(partials: int = 2, *, kind: str = "image_generation", usage: Any = USAGE) -> list[dict[str, Any]]:
    """The events of one streamed picture."""
    facts = {
        "size": "64x64",
        "quality": "low",
        "background": "opaque",
        "output_format": "png",
        "created_at": 1620000000,
    }
    previews = [
        {
            "type": f"{kind}.partial_image",
            "b64_json": b64(picture(seed=5 + index)),
            "partial_image_index": index,
            **facts,
        }
        for index in range(partials)
    ]
    return [*previews, {"type": f"{kind}.completed", "b64_json": b64(picture()), **facts, "usage": usage}]


def sse_picture(partials: int = 2, **options: Any) -> Answer:
    """A stream that ends well."""
    return sse(sse_events(partials), **options)


def hang(seconds: float) -> Answer:
    """Takes the request and says nothing, then closes."""
    return Answer("hang", lambda: [Pause(seconds)])


def drip(answer: Answer, *, chunk: int = 1, every: float = 0.05, whole: int = 0) -> Answer:
    """Sends `whole` bytes at once, the rest in small chunks with a pause before each."""

    def steps() -> Iterator[Step]:
        data = b"".join(step for step in answer.steps() if isinstance(step, bytes))
        yield data[:whole]
        for start in range(whole, len(data), chunk):
            yield Pause(every)
            yield data[start : start + chunk]

    return Answer(f"drip of {answer.label}", steps)


def head_size(answer: Answer) -> int:
    """How many bytes the head of an answer has, for `drip` and `cut`."""
    return b"".join(step for step in answer.steps() if isinstance(step, bytes)).index(b"\r\n\r\n") + 4


def cut(answer: Answer, after: int) -> Answer:
    """Sends the head and `after` bytes of the body, then closes the connection."""

    def steps() -> Iterator[Step]:
        data = b"".join(step for step in answer.steps() if isinstance(step, bytes))
        yield data[: head_size(answer) + after]
        # Long enough for the client to read what came before it sees the end.
        yield Pause(0.02)

    return Answer(f"cut {answer.label}", steps)


def reset_before_body() -> Answer:
    """Sends a good head, then resets."""
    return Answer("reset", lambda: [_head(200, "application/json", None, 1000), Pause(0.02), Reset()])


def reset_at_once() -> Answer:
    """Takes the request and resets without a byte of answer."""
    return Answer("reset", lambda: [Reset()])


def huge(megabytes: float) -> Answer:
    """A JSON answer with that much base64 in it, made while it is sent."""

    def steps() -> Iterator[Step]:
        start, end, block = b'{"created":1,"data":[{"b64_json":"', b'"}]}', b"A" * 65536
        blocks = int(megabytes * 16)
        yield _head(200, "application/json", None, len(start) + blocks * len(block) + len(end))
        yield start
        for _ in range(blocks):
            yield block
        yield end

    return Answer("huge", steps)


@functools.cache
def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * 1024 * 1024
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def gzip_bomb(megabytes: int, *, code: int = 200) -> Answer:
    """That many megabytes of spaces in a thousandth of the bytes."""
    return raw(_bomb(megabytes), code=code, headers={"Content-Encoding": "gzip"})


def refused_url() -> str:
    """A base URL on loopback where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


def _head(code: int, content_type: str, headers: dict[str, str] | None = None, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {code} Scripted", f"Content-Type: {content_type}", "Connection: close"]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
