"""Where a journal lives: a file of the user's, a temporary one, or memory; and that nobody else lives there too."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from pathlib import Path
from typing import Literal, Protocol

from emulator.errors import JournalError
from emulator.journal.lock import Lock
from emulator.journal.schema import connect, is_new, prepare

Kind = Literal["file", "temporary", "memory"]
"""`file` outlives the process; `temporary` is a file that goes with it; `memory` needs no folder at all."""


class Place(Protocol):
    """One journal's place. `shared`: a second connection may read while the first one writes."""

    kind: Kind
    shared: bool

    def open(self) -> sqlite3.Connection:
        """The writing connection, its tables ready. Raises JournalError, saying why there is none."""
        ...

    def second(self) -> sqlite3.Connection:
        """A reading connection, once the first is open."""
        ...

    def check(self) -> None:
        """Raise JournalError, saying why, if the place is no more what it was when it was opened."""
        ...

    def release(self) -> None:
        """Let go of the place, when every connection is closed."""
        ...

    def __str__(self) -> str:
        """The journal's name in messages."""
        ...


def _reading(path: Path) -> sqlite3.Connection:
    connection = connect(os.fspath(path))
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -4096")
    return connection


class FilePlace:
    """A file named by the user, readable by its owner only, held by one process at a time."""

    kind: Kind = "file"
    shared = True

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.realpath(path))
        self._lock: Lock | None = None
        self._opened: os.stat_result | None = None

    def __str__(self) -> str:
        """The journal's name in messages."""
        return f"the journal {self.path}"

    def open(self) -> sqlite3.Connection:
        try:
            return self._open()
        except (JournalError, sqlite3.Error, OSError) as error:
            self.release()
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise JournalError(f"cannot open {self}: {reason}") from error

    def _open(self) -> sqlite3.Connection:
        if self.path.exists() and not stat.S_ISREG(self.path.stat().st_mode):
            raise JournalError("it is no regular file")
        self._lock = Lock(self.path.with_name(self.path.name + "-lock"))
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        with contextlib.ExitStack() as undo:
            connection = connect(os.fspath(self.path))
            undo.callback(connection.close)
            is_new(connection)  # raises before anything of another program's file is touched
            with contextlib.suppress(PermissionError):  # some mounted file systems have no modes
                self.path.chmod(0o600)
            prepare(connection, durable=True, shared=True)
            self._opened = self.path.stat()
            undo.pop_all()
        return connection

    def second(self) -> sqlite3.Connection:
        return _reading(self.path)

    def check(self) -> None:
        try:
            found = self.path.stat()
        except OSError as error:
            raise JournalError(f"{self} is gone: {error.strerror}") from error
        if self._opened is None or not os.path.samestat(found, self._opened):
            raise JournalError(f"{self} is gone: another file has taken its place")

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


class TemporaryPlace:
    """A file in a folder of its own, which is taken away at once where the system allows that, else at the end."""

    kind: Kind = "temporary"
    shared = True

    def __init__(self, parent: Path | None) -> None:
        self._parent = parent
        self._folder: Path | None = None

    def __str__(self) -> str:
        """The journal's name in messages."""
        return "the temporary journal"

    def open(self) -> sqlite3.Connection:
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="webhook-emulator-", dir=self._parent))
            with contextlib.ExitStack() as undo:
                connection = connect(os.fspath(self._folder / "journal"))
                undo.callback(connection.close)
                prepare(connection, durable=False, shared=True)
                undo.pop_all()
        except (JournalError, sqlite3.Error, OSError) as error:
            self.release()
            raise JournalError(f"cannot open {self}: {error}") from error
        return connection

    def second(self) -> sqlite3.Connection:
        assert self._folder is not None  # noqa: S101 - opened before
        connection = _reading(self._folder / "journal")
        connection.execute("SELECT 1 FROM runs LIMIT 1").fetchone()  # opens the log beside the file, too
        if sys.platform != "win32":  # open files live on without a name there, and end with the process
            self.release()
        return connection

    def check(self) -> None:
        pass  # what has no name cannot be taken away

    def release(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


class MemoryPlace:
    """No file at all. There is a single connection, so reading and writing take turns."""

    kind: Kind = "memory"
    shared = False

    def __str__(self) -> str:
        """The journal's name in messages."""
        return "the journal in memory"

    def open(self) -> sqlite3.Connection:
        connection = connect(":memory:")
        prepare(connection, durable=False, shared=False)
        return connection

    def second(self) -> sqlite3.Connection:
        raise AssertionError("the journal in memory has one connection")

    def check(self) -> None:
        pass

    def release(self) -> None:
        pass
