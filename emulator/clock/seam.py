"""What every clock promises. A clock only computes: waiting is the player's.

Emulated time is microseconds since the run's start; it never goes back. The machine's time is nanoseconds of a
monotonic clock, read through the `Ticks` that is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from emulator.duration import Speed

Ticks = Callable[[], int]
"""Nanoseconds of the machine's monotonic clock."""


class Clock(Protocol):
    """Emulated time of one run.

    `stepwise` clocks stand still while an attempt is in flight. With `measures`, what an attempt takes in reality
    passes in emulated time too.
    """

    @property
    def stepwise(self) -> bool:
        """The next moment begins only when all attempts of this one have ended."""
        ...

    @property
    def measures(self) -> bool:
        """Attempts take emulated time."""
        ...

    def now_us(self) -> int:
        """The emulated time."""
        ...

    def until_ns(self, due_us: int) -> int | None:
        """How long the machine must still wait for a moment: 0 when it has come, None when it never comes by itself."""
        ...

    def arrive(self, due_us: int) -> None:
        """Say that what is due at a moment whose time has come goes now."""
        ...

    def planned_ns(self, due_us: int) -> int:
        """The machine's time at which a moment that has come was, or should have been."""
        ...


def clock_for(speed: Speed, ticks: Ticks, *, at_us: int = 0) -> Clock:
    """A clock of that speed, which goes on from `at_us`."""
    from emulator.clock.jumping import InstantClock, ManualClock  # noqa: PLC0415 - these modules import this one
    from emulator.clock.moving import MovingClock  # noqa: PLC0415

    if speed.kind == "instant":
        return InstantClock(ticks, at_us=at_us)
    if speed.kind == "manual":
        return ManualClock(ticks, at_us=at_us)
    return MovingClock(ticks, speed.factor, measures=speed.kind == "real", at_us=at_us)
