"""What holds secrets, plans of unfinished runs and registered endpoints; and that no trace of these stays behind."""

from __future__ import annotations

import contextlib
import json
import sqlite3

from emulator.endpoint import Endpoint
from emulator.journal.codec import storable
from emulator.journal.schema import waiting_at_most
from emulator.record import Plan

_INSERT = (
    "INSERT INTO plans (run, part, document) SELECT id, ?, ? FROM runs WHERE id = ? AND settled = 0 AND gone = 0 "
    "ON CONFLICT (run, part) DO UPDATE SET document = excluded.document"
)
_REGISTER = (
    "INSERT INTO endpoints (id, document) VALUES (?, ?) "
    "ON CONFLICT (id) DO UPDATE SET document = excluded.document"
)


class Plans:
    """The tables of plans and endpoints, for one thread. They are `kept` only where they outlive the process."""

    def __init__(self, connection: sqlite3.Connection, *, kept: bool) -> None:
        self._connection = connection
        self._kept = kept
        self.revealing = kept and self._none()
        """The write-ahead log may still show secrets that nothing needs any more: see `conceal`."""

    def _none(self) -> bool:
        return self._connection.execute("SELECT 1 FROM plans LIMIT 1").fetchone() is None

    def keep(self, plan: Plan) -> None:
        """Store the plan of a run that is on record and has not ended. To be called in a transaction."""
        if self._kept:
            if not plan.document:
                self._connection.execute("DELETE FROM plans WHERE run = ?", (storable(plan.run),))
            values = plan.part, storable(plan.document), storable(plan.run)
            if self._connection.execute(_INSERT, values).rowcount:
                self.revealing = False

    def forget(self, run: str) -> None:
        """Delete the plan of a run, if there is one. To be called in a transaction."""
        if not self._kept:
            return
        done = self._connection.execute("DELETE FROM plans WHERE run = ?", (storable(run),))
        if done.rowcount and self._none():
            self.revealing = True

    def register(self, endpoint: Endpoint) -> None:
        """Store an endpoint in the place of its older form, if any. To be called in a transaction."""
        if self._kept:
            document = json.dumps(endpoint.to_document())
            self._connection.execute(_REGISTER, (storable(endpoint.id), document))
            self.revealing = True

    def unregister(self, id: str) -> None:
        """Delete an endpoint, if there is one. To be called in a transaction."""
        if self._kept:
            self._connection.execute("DELETE FROM endpoints WHERE id = ?", (storable(id),))
            self.revealing = True

    def conceal(self) -> None:
        """Empty the log. When somebody is reading from it, that does not wait: it is to be tried again."""
        with contextlib.suppress(sqlite3.Error), waiting_at_most(self._connection, 0):
            busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            self.revealing = bool(busy)
