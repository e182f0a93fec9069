"""Putting rows into tables, many with one statement.

A statement is stepped outside the interpreter's lock, and a thread that let go of the lock may wait milliseconds to
get it back from a busy event loop. Inserting row by row would pay that twice for each row; so a group's rows go in
with a few long statements, which sqlite3 keeps prepared. They are also the cheaper ones.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any

from emulator.journal.codec import Row, storable

_SIZES = (60, 15, 4, 1)
"""Rows of up to 16 columns stay below 1,000 values, which every SQLite takes."""


class Inserting:
    """An INSERT of rows of the given columns into a table. `conflict` is its ON CONFLICT clause, if any."""

    def __init__(self, table: str, columns: str, conflict: str = "") -> None:
        row = f"({', '.join('?' * len(columns.split(',')))})"
        head = f"INSERT INTO {table} ({columns}) VALUES "  # noqa: S608 - our own names
        self._statements = [(size, f"{head}{', '.join([row] * size)} {conflict}") for size in _SIZES]

    def __call__(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        """Insert the rows, in order."""
        start, rest = 0, len(rows)
        for size, statement in self._statements:
            while rest >= size:
                _execute(connection, statement, list(chain.from_iterable(rows[start : start + size])))
                start, rest = start + size, rest - size


def _execute(connection: sqlite3.Connection, statement: str, values: list[Any]) -> None:
    try:
        connection.execute(statement, values)
    except UnicodeEncodeError:
        connection.execute(statement, [storable(value) for value in values])
