"""Clocks that stand still and jump: by themselves (`instant`), or as far as they are told (`manual`)."""

from __future__ import annotations

from emulator.clock.seam import Ticks
from emulator.errors import ClockError


class InstantClock:
    """Jumps to the next due moment as soon as nothing is in flight."""

    stepwise = True
    measures = False

    def __init__(self, ticks: Ticks, *, at_us: int = 0) -> None:
        self._ticks = ticks
        self._now_us = at_us
        self._arrived_ns = ticks()

    def now_us(self) -> int:
        """The moment that was arrived at last."""
        return self._now_us

    def until_ns(self, due_us: int) -> int | None:
        """Always 0."""
        return 0

    def arrive(self, due_us: int) -> None:
        """Jump; a moment of the past moves nothing."""
        self._now_us = max(self._now_us, due_us)
        self._arrived_ns = self._ticks()

    def planned_ns(self, due_us: int) -> int:
        """When the present moment was arrived at."""
        return self._arrived_ns


class ManualClock(InstantClock):
    """Jumps no further than its horizon, which only `allow` moves."""

    def __init__(self, ticks: Ticks, *, at_us: int = 0) -> None:
        super().__init__(ticks, at_us=at_us)
        self._horizon_us: float = at_us

    @property
    def horizon_us(self) -> float:
        """How far time may go; infinity when to the end."""
        return self._horizon_us

    def until_ns(self, due_us: int) -> int | None:
        """0 up to the horizon, None beyond."""
        return 0 if due_us <= self._horizon_us else None

    def allow(self, horizon_us: float) -> None:
        """Let time go up to and including a moment. Raises ClockError for a moment before the present one."""
        if horizon_us < self._now_us:
            raise ClockError("the clock of a run never goes back")
        self._horizon_us = max(self._horizon_us, horizon_us)
