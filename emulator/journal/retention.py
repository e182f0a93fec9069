"""Keeping within limits: which records go when there are too many, and how a run is taken away.

The oldest ended runs go first, each as a whole: its row stays, with its verdict and the mark that its records are
gone. Only when there is none left do the oldest attempts of running runs go, and that is told. Rows are deleted a
part at a time, so that recording never stands still for long; `busy` says that there is more to do.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from dataclasses import dataclass, field

from emulator.journal.codec import readable, storable
from emulator.journal.group import Removal
from emulator.journal.seam import Limits

_STEP = 1_024
"""Rows deleted by one statement."""

_PART = 2_048
"""Rows deleted in one transaction: more than a group brings, so that deleting keeps up with recording."""

_NEXT_TO_PURGE = "SELECT no, id, gone FROM runs INDEXED BY runs_purge WHERE purge = 1 ORDER BY no LIMIT 1"
_NEXT_TO_EVICT = (
    "SELECT no FROM runs INDEXED BY runs_settled WHERE settled = 1 AND gone = 0 "
    "AND EXISTS (SELECT 1 FROM attempts INDEXED BY attempts_run WHERE run = runs.id) ORDER BY no LIMIT 1"
)
_OF_RUN = "FROM attempts INDEXED BY attempts_run WHERE run = ?"


@dataclass(slots=True)
class Relief:
    """What a part of the deleting came to: attempts lost by running runs, and who waited for what is now done."""

    lost: Counter[str] = field(default_factory=Counter)
    removed: list[asyncio.Future[None]] = field(default_factory=list)


class Retention:
    """How much is kept, and what goes. Its methods are to be called inside a transaction."""

    def __init__(self, connection: sqlite3.Connection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self.removals: dict[str, list[asyncio.Future[None]]] = {}
        self._attempts, self._size = connection.execute(
            "SELECT count(*), coalesce(sum(size), 0) FROM attempts"
        ).fetchone()
        self.busy = True

    def add(self, attempts: int, size: int) -> None:
        """Count attempts that were stored, and their bytes."""
        self._attempts += attempts
        self._size += size

    def remove(self, removal: Removal) -> None:
        """Begin to forget a run; `relieve` carries it out."""
        run = storable(removal.run)
        self._connection.execute("DELETE FROM labels WHERE run = (SELECT no FROM runs WHERE id = ?)", (run,))
        self._connection.execute("UPDATE runs SET record = NULL, gone = 2, purge = 1 WHERE id = ?", (run,))
        self.removals.setdefault(removal.run, []).append(removal.waiting)

    def relieve(self) -> Relief:
        """Delete what has to go, or a good part of it."""
        relief, left = Relief(), _PART
        while left > 0:
            deleted = self._purge(relief) or (self._over and (self._evict() or self._lose(relief, left)))
            if not deleted:
                break
            left -= deleted
        self.busy = left <= 0
        if not self.busy:
            relief.removed += self.give_up()  # runs that were unknown
        return relief

    def give_up(self) -> list[asyncio.Future[None]]:
        """Delete nothing more. Returns who waits for removals."""
        waiting = [one for several in self.removals.values() for one in several]
        self.removals.clear()
        self.busy = False
        return waiting

    @property
    def _over(self) -> bool:
        attempts, size = self._limits.attempts, self._limits.size
        return (attempts is not None and self._attempts > attempts) or (
            size is not None and self._size > size
        )

    def _purge(self, relief: Relief) -> int:
        """Delete some rows of a run that is gone. Returns how many, and 0 when there is no such run."""
        found = self._connection.execute(_NEXT_TO_PURGE).fetchone()
        if found is None:
            return 0
        no, run, gone = found
        deleted = self._purge_attempts(run) or self._purge_others(run)
        if deleted:
            return deleted
        if gone == 1:
            self._connection.execute("UPDATE runs SET purge = 0 WHERE no = ?", (no,))
        else:
            self._connection.execute("DELETE FROM runs WHERE no = ?", (no,))
            relief.removed += self.removals.pop(readable((run,))[0], [])
        return 1

    def _purge_attempts(self, run: object) -> int:
        count, size, last = self._connection.execute(
            f"SELECT count(*), sum(size), max(no) FROM (SELECT no, size {_OF_RUN} ORDER BY no LIMIT ?)",  # noqa: S608
            (run, _STEP),
        ).fetchone()
        if count:
            self._connection.execute(
                f"DELETE FROM contents WHERE no IN (SELECT no {_OF_RUN} AND no <= ?)",  # noqa: S608
                (run, last),
            )
            self._connection.execute(f"DELETE {_OF_RUN} AND no <= ?", (run, last))
            self.add(-count, -size)
        return int(count)

    def _purge_others(self, run: object) -> int:
        for table in ("deliveries", "notifications", "requests"):
            rows = f"SELECT no FROM {table} WHERE run = ? LIMIT ?"  # noqa: S608 - our own names
            done = self._connection.execute(f"DELETE FROM {table} WHERE no IN ({rows})", (run, _STEP))  # noqa: S608
            if done.rowcount:
                return done.rowcount
        return 0

    def _evict(self) -> int:
        """Mark the oldest ended run as gone, for `_purge`."""
        found = self._connection.execute(_NEXT_TO_EVICT).fetchone()
        if found is None:
            return 0
        self._connection.execute("UPDATE runs SET gone = 1, purge = 1 WHERE no = ?", found)
        return 1

    def _lose(self, relief: Relief, most: int) -> int:
        """Delete the oldest attempts, when all that is kept belongs to running runs."""
        last = count = 0
        lost: Counter[str] = Counter()
        rows = self._connection.execute(
            "SELECT no, run, size FROM attempts ORDER BY no LIMIT ?", (most,)
        ).fetchall()
        for no, run, size in rows:
            if not self._over:
                break
            self.add(-1, -size)
            lost[run] += 1
            last, count = no, count + 1
        self._connection.execute("DELETE FROM attempts WHERE no <= ?", (last,))
        self._connection.execute("DELETE FROM contents WHERE no <= ?", (last,))
        for run, lacking in lost.items():
            self._connection.execute("UPDATE runs SET lost = lost + ? WHERE id = ?", (lacking, run))
            relief.lost[readable((run,))[0]] += lacking
        return count
