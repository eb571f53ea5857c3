"""What can be wrong with a picture or a mask that somebody gave us."""

from __future__ import annotations


class BadPicture(ValueError):
    """A picture or mask cannot be taken. `code` is one of the contract's, `message` says what to do instead.

    Codes: `invalid_image` and `invalid_mask` (damaged, or not usable as it is), `picture_too_large`
    (bytes or pixels), `unsupported_media_type` (another kind of file).
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message

    def as_mask(self) -> BadPicture:
        """The same, said about a mask."""
        code = "invalid_mask" if self.code == "invalid_image" else self.code
        return BadPicture(code, self.message.replace("The picture", "The mask", 1))


def damaged() -> BadPicture:
    return BadPicture("invalid_image", "The picture is damaged or cut short. Save or export it again, and send that.")


def too_many_pixels(width: int, height: int, most: int) -> BadPicture:
    return BadPicture(
        "picture_too_large",
        f"The picture is {width}x{height}, which is more than {most / 1_000_000:g} million pixels. Make it smaller.",
    )


def too_many_bytes(most: int) -> BadPicture:
    return BadPicture(
        "picture_too_large",
        f"The picture is a file of more than {most / 1_000_000:g} MB. Save it smaller, for example as JPEG.",
    )
