"""What the unfinished runs play, with their secrets; and that no trace of these stays behind."""

from __future__ import annotations

import contextlib
import sqlite3

from emulator.journal.codec import storable
from emulator.journal.schema import waiting_at_most
from emulator.record import Plan

_INSERT = (
    "INSERT INTO plans (run, part, document) SELECT id, ?, ? FROM runs WHERE id = ? AND settled = 0 AND gone = 0 "
    "ON CONFLICT (run, part) DO UPDATE SET document = excluded.document"
)


class Plans:
    """The table of plans, for one thread. They are `kept` only where they outlive the process."""

    def __init__(self, connection: sqlite3.Connection, *, kept: bool) -> None:
        self._connection = connection
        self._kept = kept
        self.revealing = kept and self._none()
        """No plan is left, and the write-ahead log may still show those that were: see `conceal`."""

    def _none(self) -> bool:
        return self._connection.execute("SELECT 1 FROM plans LIMIT 1").fetchone() is None

    def keep(self, plan: Plan) -> None:
        """Store the plan of a run that is on record and has not ended. To be called in a transaction."""
        if self._kept:
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

    def conceal(self) -> None:
        """Empty the log. When somebody is reading from it, that does not wait: it is to be tried again."""
        with contextlib.suppress(sqlite3.Error), waiting_at_most(self._connection, 0):
            busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            self.revealing = bool(busy)
