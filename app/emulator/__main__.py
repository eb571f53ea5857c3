"""``python -m app.emulator``: the emulator as a server of its own, for anybody's tests."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date

from werkzeug.serving import make_server

from app.emulator.app import create_emulator
from app.emulator.faults import described


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app.emulator",
        description="A stand-in for OpenAI's Image API. Point OPENAI_BASE_URL at the address it prints.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=(
            "Faults on request: put [[fault:NAME]] or [[fault:NAME=VALUE]] into a prompt, or NAME=VALUE into "
            "an\nX-Emulator-Fault header. The marks are cut out of the prompt.\n\n" + described()
        ),
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=9000, help="0 picks a free one (default: %(default)s)")
    parser.add_argument("--legacy", action="store_true", help="retired models work: DALL·E, variations, url results")
    parser.add_argument("--preview", action="store_true", help="gated options work: gif, svg")
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="the date that decides which models are retired (default: the real one, UTC)",
    )
    parser.add_argument("--key", help="the only bearer key to accept (default: any)")
    parser.add_argument("--public-url", metavar="URL", help="base of served result URLs (default: as called)")
    parser.add_argument("--pace", type=float, default=0.0, metavar="SECONDS", help="time between two streamed pictures")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves until interrupted; prints one line with the base URL when ready."""
    options = _parser().parse_args(arguments)
    emulator = create_emulator(
        legacy=options.legacy,
        preview=options.preview,
        today=options.today,
        public_url=options.public_url,
        key=options.key,
        pace=options.pace,
    )
    server = make_server(options.host, options.port, emulator, threaded=True)
    print(f"Emulator ready at http://{options.host}:{server.server_port}/v1", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
