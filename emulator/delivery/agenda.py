"""The agenda: what is due when, in the order in which it goes out.

A hundred thousand pending retries are entries of one heap, not timers. Equal moments go in the order of the file:
event, occurrence, target, attempt.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
Order = tuple[int, int, int, int]
"""Position of the event in the file, index of the occurrence, position of the target (-1: none yet), attempt number."""


@dataclass(slots=True)
class Agenda(Generic[T]):
    """Entries by due moment (microseconds since the run's start), then by order. Orders are unique."""

    _heap: list[tuple[int, Order, T]]

    def __init__(self) -> None:
        self._heap = []

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, due_us: int, order: Order, entry: T) -> None:
        """Put an entry in."""
        heapq.heappush(self._heap, (due_us, order, entry))

    def next_due(self) -> int | None:
        """The earliest moment."""
        return self._heap[0][0] if self._heap else None

    def take(self, until_us: int) -> tuple[int, T] | None:
        """The first entry, with its moment, if it is due by then."""
        if not self._heap or self._heap[0][0] > until_us:
            return None
        due_us, _, entry = heapq.heappop(self._heap)
        return due_us, entry

    def pop(self) -> tuple[int, Order, T] | None:
        """The first entry, with its moment and order, whenever it is due."""
        return heapq.heappop(self._heap) if self._heap else None

    def clear(self) -> list[T]:
        """Empty it, in order."""
        left = [entry for _, _, entry in sorted(self._heap, key=lambda item: item[:2])]
        self._heap.clear()
        return left
