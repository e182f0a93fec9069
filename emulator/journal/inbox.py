"""Between the event loop, which puts, and the writer's thread, which takes: in order, in groups, without locks.

Every number is written by one side only, and deque and SimpleQueue are safe between threads. `put` is the hot path of
the whole engine: it appends, counts, and wakes the writer only if that sleeps.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

GATHERING_S = 0.01
"""How long a group gathers, from its first item, unless somebody waits for it.

A commit of few costs nearly as much as one of many: at some thousand attempts a second each costs a twentieth more with
3 ms, and no less with 50 ms.
"""

_COME, _HURRY = False, True
_CROWD_ITEMS = 2_000
_CROWD_BYTES = 16 << 20


class Inbox(Generic[T]):
    """A queue that knows how much went in (`taken`) and how much of that is `done`."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()
        self._bell: SimpleQueue[bool] = SimpleQueue()
        self._asleep = False
        self._bytes_taken = 0
        self._bytes_done = 0
        self.taken = 0
        self.done = 0

    @property
    def crowded(self) -> bool:
        """More is waiting than one should hold in memory."""
        return self.taken - self.done > _CROWD_ITEMS or self._bytes_taken - self._bytes_done > _CROWD_BYTES

    def put(self, item: T, count: int = 1, size: int = 0) -> None:
        """Add an item that counts for so many and holds about `size` bytes. For the event loop's thread."""
        self._items.append(item)
        self.taken += count
        self._bytes_taken += size
        if self._asleep:
            self._asleep = False
            self._bell.put(_COME)

    def hurry(self) -> None:
        """Have the writer take what is here without gathering more. For the event loop's thread."""
        self._bell.put(_HURRY)

    def wait(self, patience_s: float | None = None) -> bool:
        """Sleep until something is here, and a moment longer if nobody is in a hurry. For the writer's thread.

        Returns whether anybody rang, which is certain without a `patience_s`.
        """
        self._asleep = True
        try:
            hurried = False if self._items else self._bell.get(timeout=patience_s)
        except Empty:
            return False
        finally:
            self._asleep = False
        if not hurried:
            with contextlib.suppress(Empty):
                self._bell.get(timeout=GATHERING_S)
        return True

    def take(self) -> Iterator[T]:
        """What is here, in order. For the writer's thread, which may stop anywhere."""
        with contextlib.suppress(Empty):  # whoever rang until now has its items in this group
            while True:
                self._bell.get_nowait()
        while self._items:
            yield self._items.popleft()

    def __bool__(self) -> bool:
        """Something is here to be taken."""
        return bool(self._items)

    def finish(self, count: int, size: int) -> None:
        """Note that items of together this count and size are done. For the writer's thread."""
        self.done += count
        self._bytes_done += size
