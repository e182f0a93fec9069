"""The command: measures the rows asked for, and prints one table."""

from __future__ import annotations

import argparse
import json
import sys

from tests.bench import receiver, table
from tests.bench.lines import TINY, Line, Sizes
from tests.bench.rows import ROWS


def _rows(text: str) -> list[int]:
    numbers = [int(number) for number in text.split(",")]
    unknown = set(numbers) - set(ROWS)
    if unknown:
        raise argparse.ArgumentTypeError(f"no such row: {sorted(unknown)}; there are {list(ROWS)}")
    return numbers


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", type=_rows, default=list(ROWS), metavar="1,9", help="only these rows")
    parser.add_argument(
        "--pairs", type=int, default=Sizes().pairs, help="pairs of samples of each row (default %(default)s)"
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when a bar is missed")
    parser.add_argument(
        "--tiny", action="store_true", help="sizes that show whether it works, and measure nothing"
    )
    parser.add_argument("--json", action="store_true", help="print JSON with every sample")
    return parser.parse_args()


def main() -> int:
    """Measure and print."""
    arguments = _arguments()
    sizes = TINY if arguments.tiny else Sizes(pairs=arguments.pairs)
    lines: list[Line] = []
    with receiver.running() as endpoint:
        for number in arguments.only:
            print(f"measuring row {number} …", file=sys.stderr, flush=True)
            lines += ROWS[number](endpoint, sizes)
    if arguments.json:
        print(json.dumps([table.data(line) for line in lines], indent=2))
    else:
        print(table.text(lines))
    return int(arguments.check and any(line.met == "missed" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
