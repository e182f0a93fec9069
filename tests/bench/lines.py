"""A line of the table, and how much is measured for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench.measuring import Pairs
from tests.bench.receiver import Receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured: `pairs` of samples, each so big."""

    pairs: int = 5
    deliveries: int = 5_000
    processes: int = 5
    timed: int = 1_000
    burst: int = 1_000
    retried: int = 1_000
    simulated: int = 10_000
    events: int = 2_000
    first: int = 1_000
    recorded: tuple[int, int] = (10_000, 100_000)
    questions: int = 50
    asked: tuple[int, int] = (10_000, 1_000_000)
    polled: int = 5_000
    matched: tuple[int, int] = (10_000, 100_000)
    matches: int = 10


TINY = Sizes(
    pairs=1,
    deliveries=50,
    processes=1,
    timed=20,
    burst=20,
    retried=5,
    simulated=80,
    events=20,
    first=20,
    recorded=(20, 40),
    questions=1,
    asked=(2_000, 3_000),
    polled=50,
    matched=(1_000, 2_000),
    matches=1,
)
"""Shows whether all of it works, and measures nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table. `judged` is held to `bar` and `goal`: at most, or with `least` at least."""

    row: int
    what: str
    unit: str
    pairs: Pairs
    judged: float
    bar: float
    goal: float
    mark: str = "x"
    least: bool = False

    @property
    def met(self) -> str:
        """`goal`, `bar`, or `missed`."""
        for word, limit in (("goal", self.goal), ("bar", self.bar)):
            if self.judged >= limit if self.least else self.judged <= limit:
                return word
        return "missed"


Row = Callable[[Receiver, Sizes], Iterator[Line]]
