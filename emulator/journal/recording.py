"""Storing a group of records, inside a transaction that somebody else began and will end."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from emulator.endpoint import Endpoint
from emulator.journal.codec import (
    ATTEMPT_COLUMNS,
    CONTENT_COLUMNS,
    DELIVERY_COLUMNS,
    OVERHEAD,
    Row,
    encode_attempt,
    encode_delivery,
    storable,
)
from emulator.journal.document import encode_notification, encode_request, encode_run
from emulator.journal.group import Group
from emulator.journal.plans import Plans
from emulator.journal.rows import Inserting
from emulator.record import RunRecord
from emulator.value import value

_insert_attempts = Inserting("attempts", f"no, {ATTEMPT_COLUMNS}")
_insert_contents = Inserting("contents", f"no, {CONTENT_COLUMNS}")
_insert_deliveries = Inserting(
    "deliveries",
    f"no, {DELIVERY_COLUMNS}",
    "ON CONFLICT (id) DO UPDATE SET event = excluded.event, event_name = excluded.event_name, idx = excluded.idx, "
    "provider = excluded.provider, type = excluded.type, url = excluded.url, state = excluded.state, "
    "attempts = excluded.attempts, next_due_at = excluded.next_due_at, notes = excluded.notes",
)
_insert_runs = Inserting(
    "runs",
    "id, record, settled",
    "ON CONFLICT (id) DO UPDATE SET record = excluded.record, settled = excluded.settled",
)
_insert_strangers = Inserting("runs", "id", "ON CONFLICT (id) DO UPDATE SET purge = 1 WHERE gone > 0")
_insert_notifications = Inserting(
    "notifications", "id, run, record", "ON CONFLICT (id) DO UPDATE SET record = excluded.record"
)
_insert_requests = Inserting("requests", "id, run, provider, method, path, status, record")
_insert_labels = Inserting("labels", "key, value, run")


@value(frozen=True, slots=True)
class Stored:
    """What a group takes: how many attempts there are, and the bytes of attempts and requests as they are kept."""

    attempts: int
    size: int
    of_requests: int


class Recording:
    """The writing side of the tables."""

    def __init__(self, connection: sqlite3.Connection, plans: Plans) -> None:
        self._connection = connection
        self._plans = plans
        self._attempts = self._last("attempts")
        self._deliveries = self._last("deliveries")
        self._labelled = connection.execute("SELECT 1 FROM labels LIMIT 1").fetchone() is not None

    def _last(self, table: str) -> int:
        """The highest number that a row of the table ever had."""
        found = self._connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)
        ).fetchone()
        return int(found[0]) if found else 0

    def store(self, group: Group) -> Stored:
        """Store the records of a group. Returns what they take."""
        self._runs(group)
        if group.deliveries:
            rows = [
                encode_delivery(no, record)
                for no, record in enumerate(group.deliveries.values(), self._deliveries + 1)
            ]
            _insert_deliveries(self._connection, rows)
            self._deliveries += len(rows)
        if group.notifications:
            notes = [(it.id, it.run, encode_notification(it)) for it in group.notifications.values()]
            _insert_notifications(self._connection, notes)
        of_requests = self._store_requests(group) if group.requests else 0
        for plan in group.plans.values():
            self._plans.keep(plan)
        for endpoint in group.endpoints.values():
            if isinstance(endpoint, Endpoint):
                self._plans.register(endpoint)
            else:
                self._plans.unregister(endpoint.id)
        return Stored(len(group.attempts), self._store_attempts(group), of_requests)

    def _store_requests(self, group: Group) -> int:
        calls = [
            (it.id, it.run, it.provider, it.method, it.path, it.response and it.response.status)
            for it in group.requests
        ]
        documents = [storable(encode_request(it)) for it in group.requests]
        rows = [(*call, document) for call, document in zip(calls, documents, strict=True)]
        _insert_requests(self._connection, rows)
        return sum(map(len, documents)) + OVERHEAD * len(documents)

    def _store_attempts(self, group: Group) -> int:
        narrow: list[Row] = []
        contents: list[Row] = []
        for no, record in enumerate(group.attempts, self._attempts + 1):
            row, content = encode_attempt(no, record)
            narrow.append(row)
            contents.append(content)
        _insert_attempts(self._connection, narrow)
        _insert_contents(self._connection, contents)
        self._attempts += len(narrow)
        return sum(row[-1] for row in narrow)

    def _runs(self, group: Group) -> None:
        """Store the runs that were put, and see to it that every run in the group has a row, and is purged if gone."""
        if group.runs:
            settled = [(run.id, encode_run(run), int(run.ended)) for run in group.runs.values()]
            _insert_runs(self._connection, settled)
            self._label(group.runs.values())
            for run in group.runs.values():
                if run.ended:
                    self._plans.forget(run.id)
        seen = dict.fromkeys(record.run for record in group.attempts)
        seen.update(dict.fromkeys(record.run for record in group.deliveries.values()))
        seen.update(dict.fromkeys(record.run for record in group.notifications.values()))
        seen.update(dict.fromkeys(record.run for record in group.requests))
        seen.update(dict.fromkeys(run for run, _ in group.plans))
        _insert_strangers(self._connection, [(run,) for run in seen])

    def _label(self, runs: Collection[RunRecord]) -> None:
        """Give runs the labels they have now."""
        if not self._labelled and not any(run.labels for run in runs):
            return
        self._labelled = True
        for run in runs:
            found = self._connection.execute(
                "SELECT no FROM runs WHERE id = ?", (storable(run.id),)
            ).fetchone()
            self._connection.execute("DELETE FROM labels WHERE run = ?", found)
            _insert_labels(self._connection, [(key, value, *found) for key, value in run.labels.items()])
