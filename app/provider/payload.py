"""The values inside an answer: base64, token counts, resolved options. Nothing is trusted to have its type."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pybase64

from app.domain.costs import Usage
from app.domain.jobs import Resolved
from app.domain.pictures import Drawn, Undecodable
from app.domain.sentences import say
from app.provider.outline import Strings

_MOST_TOKENS = 1_000_000_000
_LONGEST_OPTION = 64


def bytes_of(text: object) -> bytes | None:
    """Decoded base64, bare or as a `data:` URI; `None` when it is neither or empty.

    Line breaks inside and missing padding are forgiven, foreign characters are not.
    """
    if not isinstance(text, str) or not text:
        return None
    if text.startswith("data:"):
        head, _, text = text.partition(",")
        if not head.endswith(";base64"):
            return None
    try:
        return pybase64.b64decode(text, validate=True) or None
    except ValueError:
        pass
    text = "".join(text.split())
    try:
        return pybase64.b64decode(text + "=" * (-len(text) % 4), validate=True) or None
    except ValueError:
        return None


def sniff(data: bytes) -> str | None:
    """The MIME type of a picture by its first bytes, for previews; `None` when it is none of ours."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return "image/gif" if data.startswith((b"GIF87a", b"GIF89a")) else None


def base64_in(text: object, strings: Strings) -> bytes | None:
    """The same for a value of a parsed text, whose long strings lie elsewhere."""
    long = strings.get(text) if isinstance(text, str) else None
    if long is None:
        return bytes_of(text)
    try:
        return long.decoded() or None
    except ValueError:
        pass
    try:
        return bytes_of(long.as_str())
    except ValueError:
        return None


def picture_of(item: object, strings: Strings) -> Drawn | None:
    """One result: base64 first, then a URL. Unused fields may be null or empty strings."""
    if not isinstance(item, dict):
        return None
    revised = _text(item.get("revised_prompt"), strings)
    url = item.get("url")
    read = _reader(item.get("b64_json"), strings)
    if read is None and isinstance(url, str) and (url in strings or url.startswith("data:")):
        read, url = _reader(url, strings), None
    url = _text(url, strings)
    if read is not None and (url is None or _is_fine(read)):
        return Drawn(read=read, revised_prompt=revised)
    return Drawn(url=url, revised_prompt=revised) if url else None


def _text(value: object, strings: Strings) -> str | None:
    return value if isinstance(value, str) and value and value not in strings else None


def _reader(value: object, strings: Strings) -> Callable[[], bytes] | None:
    """What decodes a value when it is wanted; `None` when it is known already to hold nothing."""
    if isinstance(value, str) and value in strings:
        return partial(_decode, value, strings)
    data = bytes_of(value)
    return None if data is None else lambda: data


def _is_fine(read: Callable[[], bytes]) -> bool:
    try:
        read()
    except Undecodable:
        return False
    return True


def _decode(value: str, strings: Strings) -> bytes:
    data = base64_in(value, strings)
    if data is None:
        raise Undecodable(say("it is not base64"))
    return data


def resolved_of(answer: dict[str, Any]) -> Resolved:
    """What was really used, where the answer says so."""

    def text(name: str) -> str | None:
        value = answer.get(name)
        return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_OPTION and value.isprintable() else None

    return Resolved(
        model=text("model"),
        size=text("size"),
        quality=text("quality"),
        background=text("background"),
        output_format=text("output_format"),
    )


def usage_of(usage: object, *, pictures_in: bool) -> Usage | None:
    """Token counts, or `None` when they are missing, all zero, or not counts at all.

    Without a breakdown, output tokens are image tokens, and input tokens are text tokens unless
    pictures went in (`pictures_in`): then the dearer kind, so that the sum is never too low.
    """
    if not isinstance(usage, dict):
        return None
    try:
        total_in, total_out = _count(usage, "input_tokens"), _count(usage, "output_tokens")
        text_in, image_in = _split(usage.get("input_tokens_details"))
        text_out, image_out = _split(usage.get("output_tokens_details"))
    except ValueError:
        return None
    rest_in = max(0, total_in - text_in - image_in)
    result = Usage(
        input_text_tokens=text_in + (0 if pictures_in else rest_in),
        input_image_tokens=image_in + (rest_in if pictures_in else 0),
        output_image_tokens=image_out + max(0, total_out - text_out - image_out),
        output_text_tokens=text_out,
    )
    return result if result.output_tokens else None


def text_usage_of(usage: object) -> Usage | None:
    """Token counts of a text model, or `None` when they are missing, all zero, or not counts at all."""
    if not isinstance(usage, dict):
        return None
    details = usage.get("input_tokens_details")
    details = details if isinstance(details, dict) else {}
    try:
        result = Usage(
            text_model_input_tokens=_count(usage, "input_tokens"),
            text_model_cached_tokens=_count(details, "cached_tokens"),
            text_model_written_tokens=_count(details, "cache_write_tokens"),
            text_model_output_tokens=_count(usage, "output_tokens"),
        )
    except ValueError:
        return None
    return result if result.output_tokens else None


def _split(details: object) -> tuple[int, int]:
    if details is None:
        return 0, 0
    if not isinstance(details, dict):
        raise ValueError("a breakdown that is none")
    return _count(details, "text_tokens"), _count(details, "image_tokens")


def _count(counts: dict[str, Any], name: str) -> int:
    value = counts.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_TOKENS:
        raise ValueError("a count that is none")
    return value
