"""A stand-in for OpenAI's Image API: same addresses, same refusals, same bill, pictures of its own.

The Responses API is played as far as its image tool goes. It is what practice mode talks to, and a server for
anybody's tests (``python -m app.emulator --help``). It imports nothing else of this project: it and the catalogue
are written apart from the same published facts, so that each checks the other.
"""

from app.emulator.app import create_emulator

__all__ = ["create_emulator"]
