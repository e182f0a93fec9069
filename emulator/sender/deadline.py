"""Time limits for very many attempts, at the price of one timer for each length instead of one for each attempt.

Attempts of one profile have the same limit, so those that began first end first: looking at the oldest is enough.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from types import TracebackType
from typing import Self

_TICK_S = 0.001  # uvloop counts in milliseconds, and wakes up early by less than one


class Deadlines:
    """Makes limits. To be used inside one running loop."""

    def __init__(self) -> None:
        self._queues: dict[int, _Queue] = {}

    def within(self, timeout_us: int) -> Deadline:
        """A limit of so many microseconds, which begins when it is entered."""
        queue = self._queues.get(timeout_us)
        if queue is None:
            queue = self._queues[timeout_us] = _Queue(timeout_us / 1_000_000)
        return Deadline(queue)

    def close(self) -> None:
        """Drop the timers."""
        for queue in self._queues.values():
            queue.close()


class Deadline:
    """A context that raises TimeoutError when its time is over, as `asyncio.timeout` does. `expired` tells so later."""

    __slots__ = ("_cancelling", "_queue", "_task", "expired")

    def __init__(self, queue: _Queue) -> None:
        self._queue = queue
        self.expired = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline belongs to a task")
        self._task = task
        self._cancelling = task.cancelling()
        self._queue.add(self)
        return self

    def expire(self) -> None:
        """Cancel what is still going on inside."""
        self.expired = True
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self.expired:
            self._queue.remove(self)
        # As asyncio.timeout does it: a cancelling that came from elsewhere must not be mistaken for ours.
        elif self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error


class _Queue:
    """The deadlines of one length, oldest first."""

    def __init__(self, length_s: float) -> None:
        self._length_s = length_s
        self._loop = asyncio.get_running_loop()
        self._ends: dict[Deadline, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, deadline: Deadline) -> None:
        self._ends[deadline] = monotonic() + self._length_s
        if self._timer is None:
            self._timer = self._loop.call_later(self._length_s, self._look)

    def remove(self, deadline: Deadline) -> None:
        del self._ends[deadline]

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        while self._ends:
            deadline, end = next(iter(self._ends.items()))
            if (left := end - monotonic()) > 0:
                self._timer = self._loop.call_later(max(left, _TICK_S), self._look)
                return
            del self._ends[deadline]
            deadline.expire()
