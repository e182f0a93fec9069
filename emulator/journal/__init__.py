"""The journal: the store of all records of one process, over SQLite.

    journal = await open_journal(Path("journal.db"))
    journal.put(record)
    await journal.flush()
    page = await journal.attempts(AttemptFilter(run=run.id), PageOf(limit=10))

Records are put without waiting and stored in groups by a thread of the journal's own; every read sees all that was
put before it. What a journal promises stands in `seam`.
"""

from emulator.journal.seam import (
    AttemptFilter,
    Found,
    Journal,
    Limits,
    Match,
    Near,
    NotificationFilter,
    Page,
    PageOf,
    RequestFilter,
    Standing,
)
from emulator.journal.store import SqliteJournal, open_journal

__all__ = [
    "AttemptFilter",
    "Found",
    "Journal",
    "Limits",
    "Match",
    "Near",
    "NotificationFilter",
    "Page",
    "PageOf",
    "RequestFilter",
    "SqliteJournal",
    "Standing",
    "open_journal",
]
