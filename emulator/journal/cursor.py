"""Where a reader stands in a list: behind a record, whose number a list never uses twice.

So a cursor stays good while records are added and others go. The id of a record stands for the place behind it, too:
a reader who has come to the end, where `next` is None, goes on later from the last record it has seen.
"""

from __future__ import annotations

import re
import sqlite3

from emulator.errors import InvalidInput
from emulator.journal.codec import storable
from emulator.journal.seam import PageOf
from emulator.value import value

_CURSOR = re.compile(r"([a-z]+)-([0-9a-f]{1,15})", re.ASCII)
_BEYOND = 1 << 62


@value(frozen=True, slots=True)
class Listing:
    """A list that can be read by pages: its name, and the table whose numbers order it."""

    name: str
    table: str

    def cursor(self, no: int) -> str:
        """The cursor behind the record of this number."""
        return f"{self.name}-{no:x}"

    def behind(self, connection: sqlite3.Connection, page: PageOf) -> tuple[str, int]:
        """A condition on `no` for what stands behind the page's cursor, with its value.

        Raises InvalidInput for what is neither a cursor of this list nor the id of a record in it.
        """
        if page.limit < 1:
            raise InvalidInput.of(f"expected at least 1, found {page.limit}", key="limit")
        start = _BEYOND if page.descending else 0
        no = start if page.after is None else self._number(connection, page.after)
        return ("no < ?" if page.descending else "no > ?"), no

    def _number(self, connection: sqlite3.Connection, after: str) -> int:
        match = _CURSOR.fullmatch(after)
        if match is not None and match[1] == self.name:
            return int(match[2], 16)
        found = connection.execute(
            f"SELECT max(no) FROM {self.table} WHERE id = ?",  # noqa: S608 - our own names
            (storable(after),),
        ).fetchone()
        if found[0] is None:
            raise InvalidInput.of(
                "expected a cursor as `next` gives it, or the id of a record in this list", key="after"
            )
        return int(found[0])


RUNS = Listing("runs", "runs")
DELIVERIES = Listing("deliveries", "deliveries")
ATTEMPTS = Listing("attempts", "attempts")
NOTIFICATIONS = Listing("notifications", "notifications")
REQUESTS = Listing("requests", "requests")
