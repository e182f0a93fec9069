"""The printed table, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from tests.bench.lines import Line

_HEAD = ("row", "what", "ours", "yardstick", "ratio", "of pairs", "judged", "bar", "goal", "met")


def text(lines: Sequence[Line]) -> str:
    """Columns two spaces apart; figures are medians."""
    rows = [_HEAD, *map(_cells, lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_joined(row, widths) for row in rows)


def _cells(line: Line) -> tuple[str, ...]:
    ratios = line.pairs.ratios
    return (
        str(line.row),
        line.what,
        f"{median(line.pairs.ours):.3g} {line.unit}",
        f"{median(line.pairs.yardstick):.3g} {line.unit}",
        f"{line.pairs.ratio:.2f}x",
        f"{min(ratios):.2f}-{max(ratios):.2f}",
        f"{line.judged:.2f}{line.mark}",
        f"{line.bar:g}{line.mark}",
        f"{line.goal:g}{line.mark}",
        line.met,
    )


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(_aligned(cells, widths)).rstrip()


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        yield cell.ljust(width) if place in (1, 9) else cell.rjust(width)


def data(line: Line) -> dict[str, Any]:
    """A line with every sample."""
    return {
        "row": line.row,
        "what": line.what,
        "unit": line.unit,
        "ours": list(line.pairs.ours),
        "yardstick": list(line.pairs.yardstick),
        "ratio": line.pairs.ratio,
        "judged": line.judged,
        "bar": line.bar,
        "goal": line.goal,
        "met": line.met,
    }
