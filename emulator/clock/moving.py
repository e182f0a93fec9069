"""The clock that moves by itself: with the machine's, or a factor faster or slower."""

from __future__ import annotations

from fractions import Fraction

from emulator.clock.seam import Ticks


class MovingClock:
    """Emulated time is the machine's, times `factor`, kept exactly as a ratio of integers."""

    stepwise = False

    def __init__(
        self, ticks: Ticks, factor: Fraction = Fraction(1), *, measures: bool, at_us: int = 0
    ) -> None:
        self.measures = measures
        self._ticks = ticks
        self._us, self._ns = factor.numerator, factor.denominator * 1_000
        self._origin_ns = ticks() - at_us * self._ns // self._us

    def now_us(self) -> int:
        """Elapsed time, rounded down."""
        return (self._ticks() - self._origin_ns) * self._us // self._ns

    def until_ns(self, due_us: int) -> int | None:
        """The rest of the way to `due_us`, rounded up: never early."""
        return max(0, self.planned_ns(due_us) - self._ticks())

    def arrive(self, due_us: int) -> None:
        """Nothing: the clock moves by itself."""

    def planned_ns(self, due_us: int) -> int:
        """The origin plus the way, rounded up."""
        return self._origin_ns - (-due_us * self._ns // self._us)
