"""The tables of a journal, and how a connection to them is prepared. What the columns hold is the codec's business.

A file is known as ours by its application id, and its layout by its schema version. Nothing is written to a file
before both are known to be ours.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from emulator.errors import JournalError

APPLICATION_ID = 0x57484A4C
"""`WHJL` in the header of the file."""

VERSION = 3
"""The layout written below."""

_WAITS_FOR_OTHERS_MS = 5_000
"""How long a statement waits for somebody else's lock, such as that of a person's own sqlite3 shell."""

# Attempts are kept in two tables: what the filters ask for, narrow and quick to scan, and all the rest. Numbers are
# never used twice (AUTOINCREMENT), since cursors are made of them. Columns have no declared type: a text that is no
# valid Unicode is stored as a BLOB beside its TEXT neighbours.
_TABLES = """
CREATE TABLE runs (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id NOT NULL UNIQUE,
  record,                      -- JSON; NULL until the run itself has been put
  settled NOT NULL DEFAULT 0,  -- 1: nothing more comes, the run may go as a whole
  gone NOT NULL DEFAULT 0,     -- 1: evicted, 2: being removed
  purge NOT NULL DEFAULT 0,    -- 1: gone, and some of its rows are still here
  lost NOT NULL DEFAULT 0      -- attempts evicted while it ran
);
CREATE INDEX runs_settled ON runs (no) WHERE settled = 1 AND gone = 0;
CREATE INDEX runs_purge ON runs (no) WHERE purge = 1;

CREATE TABLE labels (
  key NOT NULL, value NOT NULL, run NOT NULL,  -- the number of the run
  PRIMARY KEY (key, value, run)
) WITHOUT ROWID;
CREATE INDEX labels_run ON labels (run);

CREATE TABLE deliveries (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id NOT NULL UNIQUE, run NOT NULL, event, event_name, idx, provider, type, url, state, attempts, next_due_at, notes
);
CREATE INDEX deliveries_run ON deliveries (run);

CREATE TABLE attempts (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id NOT NULL, run NOT NULL, delivery NOT NULL, event NOT NULL, event_name, provider, type, url, number, status,
  result, sent_wall, size NOT NULL
);
CREATE INDEX attempts_id ON attempts (id);
CREATE INDEX attempts_run ON attempts (run);
CREATE INDEX attempts_delivery ON attempts (delivery);
CREATE INDEX attempts_event ON attempts (event);

CREATE TABLE contents (
  no INTEGER PRIMARY KEY,      -- that of the attempt
  explanation, due_at, offset_us, planned_wall, lateness_us, duration_us, next_due_at, idx, final, signature,
  request_headers, response_headers, rare, request_body, response_body
);

CREATE TABLE notifications (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id NOT NULL UNIQUE, run NOT NULL, record NOT NULL
);
CREATE INDEX notifications_run ON notifications (run);
"""

_SINCE_2 = """
CREATE TABLE plans (  -- what runs that have not ended play; secrets stand in it
  run NOT NULL, part NOT NULL, document NOT NULL,
  PRIMARY KEY (run, part)
) WITHOUT ROWID;

CREATE TABLE requests (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id NOT NULL UNIQUE, run NOT NULL, provider, method, path, status, record NOT NULL
);
CREATE INDEX requests_run ON requests (run);

CREATE TABLE endpoints (  -- those that were registered by API; secrets stand in it
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id NOT NULL UNIQUE, document NOT NULL
);
"""


_SINCE_3 = """
ALTER TABLE runs ADD COLUMN lost_requests NOT NULL DEFAULT 0;  -- requests evicted while it ran, or with it
UPDATE runs SET lost_requests = 1 WHERE gone = 1;  -- how many is not known any more
"""


def connect(place: str) -> sqlite3.Connection:
    """A connection for the thread that will use it. Transactions are begun and ended by hand."""
    return sqlite3.connect(
        place,
        timeout=_WAITS_FOR_OTHERS_MS / 1_000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=128,
    )


@contextlib.contextmanager
def waiting_at_most(connection: sqlite3.Connection, patience_ms: int) -> Iterator[None]:
    """Inside, statements wait for somebody else's lock only so long."""
    connection.execute(f"PRAGMA busy_timeout = {patience_ms}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_WAITS_FOR_OTHERS_MS}")


def is_new(connection: sqlite3.Connection) -> bool:
    """Whether nothing was ever written here. Raises JournalError where something else than a journal was."""
    application, version = _pragma(connection, "application_id"), _pragma(connection, "user_version")
    if (
        application == version == 0
        and not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    ):
        return True
    if application != APPLICATION_ID:
        raise JournalError("it is a database of another program")
    if version > VERSION:
        raise JournalError(f"it was written by a newer version (layout {version}; this one knows {VERSION})")
    if version < 1:
        raise JournalError("it is damaged: its layout has no version")
    return False


def prepare(connection: sqlite3.Connection, *, durable: bool, shared: bool) -> None:
    """Set a writing connection up, and make the tables where there are none, or those that an older layout lacks.

    Every commit is in the hands of the operating system before it is told, so killing the process loses nothing. A
    `durable` database is also synced at checkpoints: loss of power may cost the last commits, but not the file. A
    `shared` one is read by another connection meanwhile. Raises JournalError where the file system does not allow that.
    """
    new = is_new(connection)
    found = 0 if new else _pragma(connection, "user_version")
    if new:
        connection.execute("PRAGMA page_size = 8192")
        connection.execute("PRAGMA synchronous = OFF")  # there is nothing to lose yet
    if shared and _pragma(connection, "journal_mode = WAL") != "wal":
        raise JournalError("its file system does not allow write-ahead logs")
    for setting in (
        "wal_autocheckpoint = 1000",
        "journal_size_limit = 33554432",
        f"secure_delete = {'ON' if durable else 'FAST'}",  # the secrets of ended runs leave no trace
        "temp_store = MEMORY",
        "cache_size = -4096",
    ):
        connection.execute(f"PRAGMA {setting}")
    if found < VERSION:
        _write(connection, "".join((_TABLES, _SINCE_2, _SINCE_3)[found:]))
    connection.execute(f"PRAGMA synchronous = {'NORMAL' if durable else 'OFF'}")


def _write(connection: sqlite3.Connection, tables: str) -> None:
    connection.executescript(
        f"BEGIN IMMEDIATE; {tables} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT;"
    )


def _pragma(connection: sqlite3.Connection, text: str) -> Any:
    return connection.execute(f"PRAGMA {text}").fetchone()[0]
