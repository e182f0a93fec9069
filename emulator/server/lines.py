"""Lines to a descriptor, by a thread of their own: whoever reads the log slowly, or not at all, holds up no webhook."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue

MOST_LINES = 10_000
_LEAVE_S = 1.0
_GATHERING_S = 0.02


class Lines:
    """Writes lines in order. When too many wait, further ones are dropped and counted."""

    def __init__(self, descriptor: int, *, most: int = MOST_LINES) -> None:
        self._descriptor = descriptor
        self._most = most
        self._dropped = 0
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Take a line, without its end."""
        if self._queue.qsize() >= self._most:
            self._dropped += 1
        else:
            self._queue.put(line)

    def dropped(self) -> int:
        """How many lines were dropped since this was asked last, when there is room again; else 0."""
        if not self._dropped or self._queue.qsize() >= self._most:
            return 0
        dropped, self._dropped = self._dropped, 0
        return dropped

    def close(self) -> None:
        """Write what is left, as far as that is possible within a second."""
        self._leaving.set()
        self._queue.put(None)
        self._thread.join(_LEAVE_S)

    def _write(self) -> None:
        lines: list[str | None] = []
        while None not in lines:
            lines = [self._queue.get()]
            self._leaving.wait(_GATHERING_S)  # many are written as fast as one
            with suppress(Empty):
                while lines[-1] is not None:
                    lines.append(self._queue.get_nowait())
            text = "".join(f"{line}\n" for line in lines if line is not None)
            with suppress(OSError):  # nobody reads the log any more, which is no reason to stop
                self._put_out(text.encode(errors="backslashreplace"))

    def _put_out(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._descriptor, data) :]
