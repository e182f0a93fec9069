"""One process at a time: a file beside the journal's, locked by the process that uses it.

It is not the journal's own file that is locked: closing any descriptor of that would drop SQLite's locks on it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from emulator.errors import JournalError


class Lock:
    """The lock file at `path`, held until `release` or the end of the process, however that comes.

    Raises JournalError, naming the holder, where another one has it; and OSError where it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        while (descriptor := _locked(path)) is None:
            pass
        self._descriptor = descriptor

    def release(self) -> None:
        """Take the lock file away, and let go of it."""
        with contextlib.suppress(OSError):  # where a file that is open cannot be taken away, it stays
            self._path.unlink()
        os.close(self._descriptor)


def _locked(path: Path) -> int | None:
    """A descriptor that holds the lock; None when the file was taken away while it was being locked."""
    with contextlib.ExitStack() as undo:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        undo.callback(os.close, descriptor)
        try:
            hold(descriptor)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
            raise JournalError(f"it is in use by process {holder}" if holder else "it is in use") from None
        if not _is_at(path, descriptor):
            return None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        undo.pop_all()
        return descriptor


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def hold(descriptor: int) -> None:
        """Lock a file for this process, or raise BlockingIOError."""
        try:
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # away from what others are to read
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def hold(descriptor: int) -> None:
        """Lock a file for this process, or raise BlockingIOError."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
