"""Filters and pages as SQL. Each query names the index that serves it, so none ever sorts or picks a poor one.

What a filter selects is read in the order of the numbers, from the narrowest range that an index gives; the other
conditions are looked at row by row in the narrow table.
"""

from __future__ import annotations

from typing import Any

from emulator.journal.codec import storable
from emulator.journal.seam import AttemptFilter, NotificationFilter, RequestFilter
from emulator.value import value

_EQUAL = ("run", "delivery", "event", "event_name", "provider", "type", "url", "status", "result", "number")
_OF_REQUEST = ("run", "provider", "method", "path", "status")
_TRIGGER = (
    "(SELECT coalesce(json_extract(nullif(CAST(rare AS TEXT), ''), '$.trigger'), 'schedule')"
    " FROM contents AS held WHERE held.no = attempts.no)"
)
_ROUTE = "json_extract(CAST(record AS TEXT), '$.route')"
_DELIVERY = "json_extract(CAST(record AS TEXT), '$.delivery') = ?"
_INDEXED = ("delivery", "event", "run")
_LABELLED = "no IN (SELECT run FROM labels WHERE key = ? AND value = ?)"
_MOST = (1 << 63) - 1

Labels = tuple[tuple[str, str], ...]


@value(frozen=True, slots=True)
class Query:
    """A table, the conditions on its rows, and their values."""

    table: str
    conditions: tuple[str, ...]
    values: tuple[Any, ...]

    def page(self, columns: str, behind: str, *, descending: bool) -> str:
        """The statement for a page of rows, the number of each first. Its last two values are a cursor and a limit."""
        where = " AND ".join((*self.conditions, behind))
        order = "DESC" if descending else "ASC"
        return f"SELECT no, {columns} FROM {self.table} WHERE {where} ORDER BY no {order} LIMIT ?"  # noqa: S608

    def count(self) -> str:
        """The statement that counts the rows."""
        return f"SELECT count(*) FROM {self.table} WHERE {' AND '.join(self.conditions) or '1'}"  # noqa: S608


def attempt_query(wanted: AttemptFilter, *, contents: bool) -> Query:
    """The attempts that a filter selects, but for its labels. With `contents`, the other table is at hand, too."""
    given = {name: value for name in _EQUAL if (value := getattr(wanted, name)) is not None}
    conditions, values = [f"{name} = ?" for name in given], list(given.values())
    if wanted.trigger is not None:
        conditions.append(f"{_TRIGGER} = ?")
        values.append(wanted.trigger)
    if wanted.since is not None:
        conditions.append("sent_wall >= ?")
        values.append(wanted.since)
    if wanted.until is not None:
        conditions.append("sent_wall <= ?")
        values.append(wanted.until)
    conditions += [f"{name} IS NULL" for name in wanted.nulls]
    index = next((f"INDEXED BY attempts_{name}" for name in _INDEXED if name in given), "NOT INDEXED")
    joined = " CROSS JOIN contents USING (no)" if contents else ""
    return Query(f"attempts {index}{joined}", tuple(conditions), tuple(map(comparable, values)))


def request_query(wanted: RequestFilter) -> Query:
    """The requests that a filter selects."""
    given = {name: value for name in _OF_REQUEST if (value := getattr(wanted, name)) is not None}
    index = "INDEXED BY requests_run" if wanted.run is not None else "NOT INDEXED"
    conditions, values = [f"{name} = ?" for name in given], list(given.values())
    if wanted.route is not None:
        conditions.append(f"{_ROUTE} = ?")
        values.append(wanted.route)
    conditions += [f"{_ROUTE if name == 'route' else name} IS NULL" for name in wanted.nulls]
    query = Query(f"requests {index}", tuple(conditions), tuple(map(comparable, values)))
    return among_labelled(query, wanted.labels) if wanted.labels else query


def notification_query(wanted: NotificationFilter) -> Query:
    """The notifications that a filter selects."""
    index = "INDEXED BY notifications_run" if wanted.run is not None else "NOT INDEXED"
    given = {"run = ?": wanted.run, _DELIVERY: wanted.delivery}
    told = {condition: value for condition, value in given.items() if value is not None}
    query = Query(f"notifications {index}", tuple(told), tuple(map(comparable, told.values())))
    return among_labelled(query, wanted.labels) if wanted.labels else query


def comparable(value: str | int) -> str | bytes | int:
    """A value to compare a column with. Integers that SQLite cannot hold are as far out as any."""
    if isinstance(value, int):
        return max(-_MOST, min(value, _MOST))
    stored: str | bytes = storable(value)
    return stored


def labelled(labels: Labels) -> tuple[str, tuple[Any, ...]]:
    """The condition on the number of a run that it has all these labels, with its values."""
    return " AND ".join([_LABELLED] * len(labels)), tuple(
        storable(text) for label in labels for text in label
    )


def among_labelled(query: Query, labels: Labels) -> Query:
    """The same, for records of runs with these labels only."""
    condition, values = labelled(labels)
    among = f"run IN (SELECT id FROM runs WHERE {condition})"  # noqa: S608 - our own names
    return Query(query.table, (*query.conditions, among), (*query.values, *values))
