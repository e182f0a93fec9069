"""The tables as the writer's thread handles them: one group, one commit, and the log kept short."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3

from emulator.journal.group import Group
from emulator.journal.plans import Plans
from emulator.journal.recording import Recording
from emulator.journal.retention import Relief, Retention
from emulator.journal.schema import waiting_at_most
from emulator.journal.seam import Limits

_LOG_SIZE = 64 << 20
"""Readers that never pause could keep the write-ahead log growing; after so many bytes the writer waits for them."""

_PATIENCE_MS = 200
"""How long it waits: longer than a query takes."""


class Ledger:
    """The writing connection and what is done with it. For one thread."""

    def __init__(
        self, connection: sqlite3.Connection, limits: Limits, *, shared: bool, lasting: bool = False
    ) -> None:
        self.connection = connection
        self._shared = shared
        self._logged = 0
        self.plans = Plans(connection, kept=lasting)
        self._recording = Recording(connection, self.plans)
        self._retention = Retention(connection, limits)

    @property
    def busy(self) -> bool:
        """There is more to delete; `store` goes on with that, also when given an empty group."""
        return self._retention.busy

    @property
    def removing(self) -> bool:
        """Somebody waits for a run to be forgotten."""
        return bool(self._retention.removals)

    def give_up(self) -> list[asyncio.Future[None]]:
        """Store nothing more. Returns who waits for removals that will not come."""
        return self._retention.give_up()

    def store(self, group: Group) -> Relief:
        """Store a group and keep within the limits, all or nothing. Raises sqlite3.Error."""
        if not (group.records or group.removal or self.busy):
            return Relief()
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            stored = self._recording.store(group)
            self._retention.add(stored.attempts, stored.size, stored.of_requests)
            if group.removal is not None:
                self.plans.forget(group.removal.run)
                self._retention.remove(group.removal)
            relief = self._retention.relieve()
            self.connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")
            raise
        self._shorten(stored.size + stored.of_requests)
        return relief

    def _shorten(self, size: int) -> None:
        self._logged += size
        if self._shared and self._logged > _LOG_SIZE:
            self._logged = 0
            with waiting_at_most(self.connection, _PATIENCE_MS):
                self.connection.execute("PRAGMA wal_checkpoint(RESTART)")
