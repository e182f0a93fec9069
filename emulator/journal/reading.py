"""What can be asked of the tables, over any connection to them. Nothing here changes anything.

Pages are also bounded by the bytes they hold, so that a page of huge bodies is just shorter; its cursor goes on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from emulator.endpoint import Endpoint, from_document
from emulator.journal.codec import (
    ATTEMPT_COLUMNS,
    CONTENT_COLUMNS,
    DELIVERY_COLUMNS,
    Row,
    decode_delivery,
    readable,
    storable,
)
from emulator.journal.cursor import ATTEMPTS, DELIVERIES, NOTIFICATIONS, REQUESTS, RUNS, Listing
from emulator.journal.document import decode_notification, decode_request, decode_run
from emulator.journal.query import (
    Labels,
    Query,
    among_labelled,
    attempt_query,
    labelled,
    notification_query,
    request_query,
)
from emulator.journal.seam import AttemptFilter, NotificationFilter, Page, PageOf, RequestFilter, Standing
from emulator.record import DeliveryRecord, NotificationRecord, Plan, RequestRecord, RunRecord

T = TypeVar("T")

PAGE_BYTES = 16 << 20
"""Bodies and headers on one page, about; a single attempt may be larger."""

ATTEMPT_ROW = f"{ATTEMPT_COLUMNS}, {CONTENT_COLUMNS}"
SIZE = ATTEMPT_COLUMNS.split(", ").index("size")
_TOGETHER = 500


def run(connection: sqlite3.Connection, id: str) -> RunRecord | None:
    """One run."""
    row = _one(
        connection,
        "SELECT record, lost + lost_requests, gone FROM runs WHERE id = ? AND record IS NOT NULL",
        id,
    )
    return None if row is None else decode_run(*row)


def runs(connection: sqlite3.Connection, page: PageOf, labels: Labels) -> Page[RunRecord]:
    """Runs in the order of their first putting."""
    condition, values = labelled(labels) if labels else ("1", ())
    query = Query("runs NOT INDEXED", ("record IS NOT NULL", condition), values)
    return _page(
        connection,
        query,
        "record, lost + lost_requests, gone",
        RUNS,
        page,
        lambda row: decode_run(*row),
        _length,
    )


def evicted(connection: sqlite3.Connection, run: str) -> bool:
    """Whether a run's records had to go."""
    return _one(connection, "SELECT 1 FROM runs WHERE id = ? AND gone = 1", run) is not None


def plans(connection: sqlite3.Connection) -> list[Plan]:
    """The plans of the runs that have not ended, in the order of their first putting."""
    rows = connection.execute(
        "SELECT plans.run, plans.document, plans.part FROM plans CROSS JOIN runs ON runs.id = plans.run "
        "WHERE runs.record IS NOT NULL ORDER BY runs.no, plans.part"
    )
    return [Plan(*readable(row)) for row in rows]


def endpoints(connection: sqlite3.Connection) -> list[Endpoint]:
    """The registered endpoints in the order of their first putting."""
    rows = connection.execute("SELECT document FROM endpoints ORDER BY no")
    return [from_document(json.loads(document)) for (document,) in map(readable, rows)]


def check(connection: sqlite3.Connection) -> None:
    """Read something. Raises sqlite3.Error where nothing can be read."""
    connection.execute("SELECT max(no) FROM runs").fetchone()


def delivery(connection: sqlite3.Connection, id: str) -> DeliveryRecord | None:
    """One delivery."""
    row = _one(connection, f"SELECT {DELIVERY_COLUMNS} FROM deliveries WHERE id = ?", id)  # noqa: S608
    return None if row is None else decode_delivery(row)


def deliveries(connection: sqlite3.Connection, run: str, page: PageOf) -> Page[DeliveryRecord]:
    """A run's deliveries in the order of their first putting."""
    query = Query("deliveries INDEXED BY deliveries_run", ("run = ?",), (storable(run),))
    return _page(connection, query, DELIVERY_COLUMNS, DELIVERIES, page, decode_delivery)


def explanations(connection: sqlite3.Connection, deliveries: Sequence[str]) -> dict[str, list[str]]:
    """The explanation lines of each delivery's attempts, in order."""
    found: dict[str, list[str]] = {id: [] for id in deliveries}
    ids = iter(found)
    while some := tuple(map(storable, islice(ids, _TOGETHER))):
        rows = connection.execute(
            "SELECT delivery, explanation FROM attempts INDEXED BY attempts_delivery "  # noqa: S608
            f"CROSS JOIN contents USING (no) WHERE delivery IN ({', '.join('?' * len(some))}) ORDER BY delivery, no",
            some,
        )
        for id, line in map(readable, rows):
            found[id].append(line)
    return found


def attempt(connection: sqlite3.Connection, id: str, decode: Callable[[Row], T]) -> T | None:
    """One attempt, decoded from its row; the latest, should there be several of that id."""
    row = _one(
        connection,
        f"SELECT {ATTEMPT_ROW} FROM attempts INDEXED BY attempts_id CROSS JOIN contents USING (no) "  # noqa: S608
        "WHERE id = ? ORDER BY no DESC LIMIT 1",
        id,
    )
    return None if row is None else decode(row)


def attempts(
    connection: sqlite3.Connection, wanted: AttemptFilter, page: PageOf, decode: Callable[[Row], T]
) -> Page[T]:
    """Attempts, decoded from their rows, in the order of their putting."""
    query = selected(connection, wanted, contents=True)
    if query is None:
        ATTEMPTS.behind(connection, page)
        return Page([], None)
    return _page(connection, query, ATTEMPT_ROW, ATTEMPTS, page, decode, lambda row: row[SIZE])


def count(connection: sqlite3.Connection, wanted: AttemptFilter) -> int:
    """How many attempts there are."""
    query = selected(connection, wanted, contents=False)
    return 0 if query is None else int(connection.execute(query.count(), query.values).fetchone()[0])


def notifications(
    connection: sqlite3.Connection, wanted: NotificationFilter, page: PageOf
) -> Page[NotificationRecord]:
    """Notifications in the order of their first putting."""
    query = notification_query(wanted)
    return _page(
        connection, query, "record", NOTIFICATIONS, page, lambda row: decode_notification(*row), _length
    )


def request(connection: sqlite3.Connection, id: str) -> RequestRecord | None:
    """One request."""
    row = _one(connection, "SELECT record FROM requests WHERE id = ?", id)
    return None if row is None else decode_request(*row)


def requests(connection: sqlite3.Connection, wanted: RequestFilter, page: PageOf) -> Page[RequestRecord]:
    """Requests in the order of their coming."""
    return _page(
        connection, request_query(wanted), "record", REQUESTS, page, lambda row: decode_request(*row), _length
    )


def selected(connection: sqlite3.Connection, wanted: AttemptFilter, *, contents: bool) -> Query | None:
    """The query of a filter; None when no run has its labels. A single run is looked for by its index."""
    if not wanted.labels:
        return attempt_query(wanted, contents=contents)
    condition, values = labelled(wanted.labels)
    found = connection.execute(f"SELECT id FROM runs WHERE {condition} LIMIT 2", values).fetchall()  # noqa: S608
    if len(found) == 1 and wanted.run in (None, *readable(found[0])):
        return attempt_query(replace(wanted, run=readable(found[0])[0]), contents=contents)
    if len(found) < 2:
        return None
    return among_labelled(attempt_query(wanted, contents=contents), wanted.labels)


def standing(connection: sqlite3.Connection, run: str | None, labels: Labels) -> Standing:
    """How the runs stand that are this one, have these labels, or are known at all."""
    conditions: list[str] = ["record IS NOT NULL"]
    values: list[Any] = []
    if run is not None:
        conditions.append("id = ?")
        values.append(storable(run))
    if labels:
        condition, of_labels = labelled(labels)
        conditions.append(condition)
        values += of_labels
    among = f"FROM runs WHERE {' AND '.join(conditions)}"
    row = connection.execute(f"SELECT {_STANDING} {among}", values).fetchone()
    *numbers, one = readable(row)
    known, running, cut, lost, gone, lost_requests = (number or 0 for number in numbers)
    return Standing(
        known=known,
        running=running,
        cut=cut,
        lost=lost,
        gone=gone,
        lost_requests=lost_requests,
        one=one,
    )


_IN_RECORD = "json_extract(CAST(record AS TEXT), '$.{}')"
_GONE = f"max(lost, coalesce({_IN_RECORD.format('counts.attempts')}, 1))"
_STANDING = (
    "count(*), sum(settled = 0), "
    f"sum(settled = 1 AND {_IN_RECORD.format('state')} <> 'settled'), "
    f"sum(CASE gone WHEN 1 THEN {_GONE} ELSE lost END), sum(CASE gone WHEN 1 THEN {_GONE} END), sum(lost_requests), "
    "min(CASE settled WHEN 0 THEN id END)"
)


def _length(row: Row) -> int:
    return len(row[0])


def _one(connection: sqlite3.Connection, sql: str, id: str) -> Row | None:
    row: Row | None = connection.execute(sql, (storable(id),)).fetchone()
    return row


def _page(
    connection: sqlite3.Connection,
    query: Query,
    columns: str,
    listing: Listing,
    page: PageOf,
    decode: Callable[[Row], T],
    size: Callable[[Row], int] = lambda _: 0,
) -> Page[T]:
    behind, no = listing.behind(connection, page)
    statement = query.page(columns, behind, descending=page.descending)
    with closing(connection.execute(statement, (*query.values, no, page.limit + 1))) as rows:
        items, last = _some(rows, page.limit, decode, size)
        return Page(items, None if last is None or next(rows, None) is None else listing.cursor(last))


def _some(
    rows: Iterator[Row], limit: int, decode: Callable[[Row], T], size: Callable[[Row], int]
) -> tuple[list[T], int | None]:
    """Up to `limit` rows decoded, as long as they are not too large together, and the number of the last."""
    items: list[T] = []
    last, held = None, 0
    for numbered in islice(rows, limit):
        row = numbered[1:]
        items.append(decode(row))
        last, held = numbered[0], held + size(row)
        if held >= PAGE_BYTES:
            break
    return items, last
