"""What goes where: results on stdout, messages on stderr, both readable whatever the locale.

Files and pipes get UTF-8; a terminal gets its own encoding, with what it cannot show escaped.
"""

from __future__ import annotations

import json
import shutil
import sys
from typing import Any, TextIO

import click


def put(text: str = "") -> None:
    """A line, or lines, of the result."""
    click.echo(text)


def put_json(value: Any, *, line: bool = False) -> None:
    """A JSON value as the result: indented for reading, or with `line` on one line."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=None if line else 2))


def note(text: str) -> None:
    """A message."""
    click.echo(text, err=True)


def table(rows: list[tuple[str, ...]], *, indent: str = "") -> str:
    """Columns two spaces apart; the last may be as long as it likes."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def prepare_streams() -> None:
    """Make stdout and stderr take any text. To be called once, before anything is written."""
    for stream in (sys.stdout, sys.stderr):
        _prepare(stream)


def _prepare(stream: TextIO | Any) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is None:
        return
    if stream.isatty():
        reconfigure(errors="backslashreplace")
    else:
        reconfigure(encoding="utf-8", errors="backslashreplace")


def page_width() -> int:
    """How wide running text is to be: the terminal's width, at most 100."""
    return min(shutil.get_terminal_size((100, 24)).columns, 100)
