"""What goes where: results on stdout, messages on stderr, both readable whatever the locale.

Files and pipes get UTF-8; a terminal gets its own encoding, with what it cannot show escaped.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, TextIO

import click


def put(text: str = "") -> None:
    """A line, or lines, of the result."""
    click.echo(text)


def put_json(value: Any, *, line: bool = False) -> None:
    """A JSON value as the result: indented for reading, or with `line` on one line."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=None if line else 2))


def note(text: str) -> None:
    """A message."""
    click.echo(text, err=True)


def table(rows: Sequence[tuple[str, ...]], *, width: int = 10_000) -> str:
    """Columns two spaces apart. The last goes on below where it is too long for the width, but for single words."""
    import textwrap

    first = [max(map(len, column)) for column in zip(*(row[:-1] for row in rows), strict=True)]
    lead = sum(first) + 2 * len(first)
    lines = []
    for *cells, last in rows:
        start = "".join(f"{cell:<{room}}  " for cell, room in zip(cells, first, strict=True))
        wrapped = textwrap.wrap(last, max(width - lead, 30), break_long_words=False) or [""]
        lines += [f"{start}{wrapped[0]}".rstrip(), *(" " * lead + more for more in wrapped[1:])]
    return "\n".join(lines)


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
    import shutil

    return min(shutil.get_terminal_size((100, 24)).columns, 100)
