"""Where attempts stand on a line of emulated time: positions in percent of its width, and round numbers below it."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.duration import SECOND, plain_seconds
from emulator.value import value

_LEFT, _WIDTH = 2.0, 95.0
"""Percent. A mark at the very edge would be cut."""

_MOST_TICKS = 7
_CHARACTER = 1.1
"""Percent of the width that a character of a label takes on a narrow screen."""


@value(frozen=True, slots=True)
class Point:
    """A place on the line, and what is written below it; nothing where there is no room."""

    percent: str
    label: str


@value(frozen=True, slots=True)
class Scale:
    """The line from 0 to `longest_us` microseconds."""

    longest_us: int

    def _percent(self, us: int) -> float:
        return _LEFT + (_WIDTH * us / self.longest_us if self.longest_us else 0)

    def ticks(self) -> list[Point]:
        """Round numbers of seconds, at most seven of them, from 0 on."""
        step = _step(self.longest_us)
        return [self._point(us) for us in range(0, self.longest_us + 1, step)]

    def points(self, offsets_us: Sequence[int]) -> list[Point]:
        """A place for each offset, which never go back; one without a label where the one before leaves no room."""
        found: list[Point] = []
        free = 0.0
        for us in offsets_us:
            point, at = self._point(us), self._percent(us)
            half = _CHARACTER * (len(point.label) + 1) / 2
            if found and at - half < free:
                point = Point(point.percent, "")
            else:
                free = at + half
            found.append(point)
        return found

    def _point(self, us: int) -> Point:
        return Point(f"{self._percent(us):.2f}%", plain_seconds(us))


def _step(longest_us: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, … seconds, or of parts of one, that makes few enough ticks."""
    step = SECOND if longest_us >= SECOND else max(longest_us, 1)
    while True:
        for factor in (1, 2, 5):
            if longest_us // (step * factor) < _MOST_TICKS:
                return step * factor
        step *= 10
