"""What can be wrong with a picture or a mask that somebody gave us."""

from __future__ import annotations

from app.domain.sentences import say


class BadPicture(ValueError):
    """A picture or mask cannot be taken. `code` is one of the contract's, `message` says what to do instead.

    `of_mask`: the message about a mask that is wrong in the same way, where it can be.
    Codes: `invalid_image` and `invalid_mask` (damaged, or not usable as it is), `picture_too_large`
    (bytes or pixels), `unsupported_media_type` (another kind of file).
    """

    def __init__(self, code: str, message: str, of_mask: str | None = None):
        super().__init__(message)
        self.code = code
        self.message = message
        self._of_mask = of_mask or message

    def as_mask(self) -> BadPicture:
        """The same, said about a mask."""
        code = "invalid_mask" if self.code == "invalid_image" else self.code
        return BadPicture(code, self._of_mask)


def damaged() -> BadPicture:
    return BadPicture(
        "invalid_image",
        say("The picture is damaged or cut short. Save or export it again, and send that."),
        say("The mask is damaged or cut short. Save or export it again, and send that."),
    )


def too_many_pixels(width: int, height: int, most: int) -> BadPicture:
    values = {"size": f"{width}x{height}", "millions": f"{most / 1_000_000:g}"}
    return BadPicture(
        "picture_too_large",
        say("The picture is {size}, which is more than {millions} million pixels. Make it smaller.", **values),
        say("The mask is {size}, which is more than {millions} million pixels. Make it smaller.", **values),
    )


def too_many_bytes(most: int) -> BadPicture:
    size = f"{most / 1_000_000:g} MB"
    return BadPicture(
        "picture_too_large",
        say("The picture is a file of more than {size}. Save it smaller, for example as JPEG.", size=size),
        say("The mask is a file of more than {size}. Save it smaller, for example as JPEG.", size=size),
    )
