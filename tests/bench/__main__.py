"""`make bench`: Atelier beside what its users would run instead, in one run, on this machine."""

from __future__ import annotations

import argparse
import sys
import time

from tests.bench import peers
from tests.bench.library import SIZES, library
from tests.bench.rows import FULL, QUICK, ROWS
from tests.bench.steps import steps, steps_as_markdown
from tests.bench.table import Line, as_markdown


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no crowds, no long calls: half a minute")
    parser.add_argument("--without-litellm", action="store_true", help="leave its column empty")
    parser.add_argument("rows", nargs="*", metavar="row", help=f"only these: {', '.join(_NAMES)}")
    chosen = parser.parse_args()
    if unknown := set(chosen.rows) - set(_NAMES):
        parser.error(f"there is no row {unknown.pop()!r}")
    alone = chosen.rows == [_LIBRARY]  # nobody to be compared with
    missing = "LiteLLM was left out." if chosen.without_litellm or alone else peers.install_litellm()
    if missing and not alone:
        print(missing, file=sys.stderr)
    scale = QUICK if chosen.quick else FULL
    began = time.monotonic()
    lines: list[Line] = []
    tables: list[str] = []
    with peers.upstream() as upstream:
        for name in chosen.rows or _NAMES:
            print(f"{time.monotonic() - began:4.0f} s  measuring: {name}", file=sys.stderr)
            if name == _STEPS:
                tables.append(steps_as_markdown(steps(upstream, calls=scale.rounds * scale.calls // 3)))
            elif name == _LIBRARY:
                pages, plans = library((SIZES[0], SIZES[1] // 10) if chosen.quick else SIZES)
                lines += pages
                tables.append(plans)
            else:
                lines += ROWS[name](upstream, scale, missing is None)
    print("\n\n".join([*([as_markdown(lines)] if lines else []), *tables]))
    return 0


_STEPS = "steps"
_LIBRARY = "library"
_NAMES = (*ROWS, _STEPS, _LIBRARY)

if __name__ == "__main__":
    sys.exit(main())
