"""The paid image API behind the port `ImageProvider`; the only room that knows openai and httpx2."""
