"""What was asked for, kept by its id. Ids count up from a start that the seed decides."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Generic, TypeVar

T = TypeVar("T")


def digest(seed: int, *parts: object) -> str:
    """64 hex digits that follow from the seed and the parts, and from nothing else."""
    return sha256(":".join(map(str, (seed, *parts))).encode()).hexdigest()


class Shelf(Generic[T]):
    """The newest things of a kind, as many as weigh at most `most` together, and the last one in any case."""

    def __init__(
        self,
        seed: int,
        kind: str,
        *,
        least: int,
        most: int = 100_000,
        weight: Callable[[T], int] = lambda _: 1,
    ) -> None:
        """The first id lies between `least` and twice that."""
        self._next = least + int(digest(seed, kind), 16) % least
        self._most = most
        self._weight = weight
        self._weighs = 0
        self._kept: dict[int, T] = {}

    def put(self, make: Callable[[int], T]) -> T:
        """Make a thing with the next id, and keep it; the oldest go when it is too much."""
        made = self._kept[self._next] = make(self._next)
        self._next += 1
        self._weighs += self._weight(made)
        while self._weighs > self._most and len(self._kept) > 1:
            self._weighs -= self._weight(self._kept.pop(next(iter(self._kept))))
        return made

    def get(self, number: int | None) -> T | None:
        """The thing with that id."""
        return None if number is None else self._kept.get(number)
