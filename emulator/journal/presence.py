"""Does anything on record bear what a filter names? A question about what is not there has no answer."""

from __future__ import annotations

import sqlite3
from typing import Any

from emulator.journal.query import Labels, Query, among_labelled, comparable
from emulator.journal.seam import Filter, RequestFilter

_COLUMNS = {
    "delivery": "id",
    "event": "event",
    "event_name": "event_name",
    "provider": "provider",
    "type": "type",
    "url": "url",
}


def absent(connection: sqlite3.Connection, where: Filter) -> tuple[str, ...]:
    """The filters whose value no delivery of the runs in question has; of requests, none."""
    if isinstance(where, RequestFilter):
        return ()
    given = {name: value for name in _COLUMNS if (value := getattr(where, name, None)) is not None}
    return tuple(
        name for name, value in given.items() if not _borne(connection, name, value, where.run, where.labels)
    )


def _borne(connection: sqlite3.Connection, name: str, value: Any, run: str | None, labels: Labels) -> bool:
    query = Query("deliveries", (f"{_COLUMNS[name]} = ?",), (comparable(value),))
    if run is not None:
        query = Query(query.table, (*query.conditions, "run = ?"), (*query.values, comparable(run)))
    if labels:
        query = among_labelled(query, labels)
    statement = f"SELECT EXISTS (SELECT 1 FROM {query.table} WHERE {' AND '.join(query.conditions)})"  # noqa: S608
    return bool(connection.execute(statement, query.values).fetchone()[0])
