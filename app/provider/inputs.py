"""What goes out: the fields that were chosen, and nothing else, for each of the three endpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.domain.pictures import EXTENSIONS
from app.domain.requests import AnyRequest, Edit, Generate, InputPicture, Vary

_PATHS: dict[type[AnyRequest], str] = {
    Generate: "/images/generations",
    Edit: "/images/edits",
    Vary: "/images/variations",
}
_NOT_FIELDS = frozenset({"images", "mask", "given", "n", "partial_images"})
"""Of a request's values: files, and what depends on the call rather than on the request."""

FilePart = tuple[str, tuple[str, bytes, str]]
"""(part name, (file name, bytes, MIME type))."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One HTTP request's path under the base URL, fields and files; multipart when there are files."""

    path: str
    fields: dict[str, Any]
    files: list[FilePart] = field(default_factory=list, repr=False)


def outgoing(
    request: AnyRequest,
    *,
    n: int,
    stream: bool,
    response_format: bool,
    read_input: Callable[[str], bytes],
) -> Outgoing:
    """Build the call. `response_format`: this model takes that field, so ask for base64.

    `user` goes out under its own name: OpenAI still accepts it, gateways know no other, and its
    successor `safety_identifier` promises a hash that is not ours to make. `read_input` raises
    `OSError` when an input picture is gone.
    """
    fields = {name: value for name, value in request.chosen().items() if name not in _NOT_FIELDS}
    if request.n is not None or n != 1:
        fields["n"] = n
    if response_format:
        fields["response_format"] = "b64_json"
    if stream:
        fields["stream"] = True
        if previews := getattr(request, "partial_images", None):
            fields["partial_images"] = previews
    return Outgoing(_PATHS[type(request)], fields, _files(request, read_input))


def _files(request: AnyRequest, read_input: Callable[[str], bytes]) -> list[FilePart]:
    """One picture as `image`, several as `image[]`: gateways know only the first form for one.

    The server judges a part by its name and MIME type, so both are always given, and ours.
    """
    if isinstance(request, Generate):
        return []

    def part(name: str, label: str, picture: InputPicture) -> FilePart:
        file_name = f"{label}.{EXTENSIONS[picture.mime_type]}"
        return name, (file_name, read_input(picture.digest), picture.mime_type)

    name = "image" if len(request.images) == 1 else "image[]"
    parts = [part(name, f"image-{number}", picture) for number, picture in enumerate(request.images, 1)]
    if isinstance(request, Edit) and request.mask is not None:
        parts.append(part("mask", "mask", request.mask))
    return parts
