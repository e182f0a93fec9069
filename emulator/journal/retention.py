"""Keeping within limits: which records go when there are too many, and how a run is taken away.

The oldest ended runs go first, each as a whole: its row stays, with its verdict and the mark that its records are
gone. Only when there is none left do the oldest attempts of running runs go, or the oldest requests where these take
up more, and that is told. Rows are deleted a part at a time, so that recording never stands still for long; `busy` says
that there is more to do.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from dataclasses import dataclass, field

from emulator.journal.codec import OVERHEAD, readable, storable
from emulator.journal.group import Removal
from emulator.journal.seam import Limits

_STEP = 1_024
"""Rows deleted by one statement."""

_PART = 2_048
"""Rows deleted in one transaction: more than a group brings, so that deleting keeps up with recording."""

_NEXT_TO_PURGE = "SELECT no, id, gone FROM runs INDEXED BY runs_purge WHERE purge = 1 ORDER BY no LIMIT 1"
_NEXT_TO_EVICT = (
    "SELECT no FROM runs INDEXED BY runs_settled WHERE settled = 1 AND gone = 0 "
    "AND (EXISTS (SELECT 1 FROM attempts INDEXED BY attempts_run WHERE run = runs.id) "
    "OR EXISTS (SELECT 1 FROM requests INDEXED BY requests_run WHERE run = runs.id)) ORDER BY no LIMIT 1"
)
_EVICT = (
    "UPDATE runs SET gone = 1, purge = 1, lost_requests = lost_requests + "
    "(SELECT count(*) FROM requests INDEXED BY requests_run WHERE run = runs.id) WHERE no = ?"
)
_REQUEST_SIZE = f"length(record) + {OVERHEAD}"
_OF_RUN = "FROM attempts INDEXED BY attempts_run WHERE run = ?"


@dataclass(slots=True)
class Relief:
    """What a part of the deleting came to: records lost by running runs, and who waited for what is now done."""

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
        (self._of_requests,) = connection.execute(
            f"SELECT coalesce(sum({_REQUEST_SIZE}), 0) FROM requests"  # noqa: S608 - our own names
        ).fetchone()
        self.busy = True

    def add(self, attempts: int, size: int, of_requests: int = 0) -> None:
        """Count attempts that were stored, their bytes, and those of requests."""
        self._attempts += attempts
        self._size += size
        self._of_requests += of_requests

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
            deleted = self._purge(relief) or (self._over and (self._evict() or self._lose_some(relief, left)))
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
            size is not None and self._size + self._of_requests > size
        )

    def _purge(self, relief: Relief) -> int:
        """Delete some rows of a run that is gone. Returns how many, and 0 when there is no such run."""
        found = self._connection.execute(_NEXT_TO_PURGE).fetchone()
        if found is None:
            return 0
        no, run, gone = found
        deleted = self._purge_attempts(run) or self._purge_requests(run) or self._purge_others(run)
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

    def _purge_requests(self, run: object) -> int:
        some = "FROM requests INDEXED BY requests_run WHERE run = ?"
        count, size, last = self._connection.execute(
            f"SELECT count(*), sum({_REQUEST_SIZE}), max(no) "  # noqa: S608 - our own names
            f"FROM (SELECT no, record {some} ORDER BY no LIMIT ?)",
            (run, _STEP),
        ).fetchone()
        if count:
            self._connection.execute(f"DELETE {some} AND no <= ?", (run, last))
            self.add(0, 0, -size)
        return int(count)

    def _purge_others(self, run: object) -> int:
        for table in ("deliveries", "notifications"):
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
        self._connection.execute(_EVICT, found)
        return 1

    def _lose_some(self, relief: Relief, most: int) -> int:
        """Delete the oldest of what takes up more, when all that is kept belongs to running runs."""
        attempts = self._limits.attempts
        too_many = attempts is not None and self._attempts > attempts
        if too_many or self._size >= self._of_requests:
            return self._lose(relief, most)
        return self._lose_requests(relief, most)

    def _lose_requests(self, relief: Relief, most: int) -> int:
        last = count = 0
        lost: Counter[str] = Counter()
        rows = self._connection.execute(
            f"SELECT no, run, {_REQUEST_SIZE} FROM requests ORDER BY no LIMIT ?",  # noqa: S608 - our own names
            (most,),
        )
        for no, run, size in rows.fetchall():
            if not self._over:
                break
            self.add(0, 0, -size)
            lost[run] += 1
            last, count = no, count + 1
        self._connection.execute("DELETE FROM requests WHERE no <= ?", (last,))
        for run, lacking in lost.items():
            self._connection.execute(
                "UPDATE runs SET lost_requests = lost_requests + ? WHERE id = ?", (lacking, run)
            )
            relief.lost[readable((run,))[0]] += lacking
        return count

    def _lose(self, relief: Relief, most: int) -> int:
        """Delete the oldest attempts."""
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
