"""A body that drips."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from emulator.document import Shape
from emulator.duration import format_duration
from emulator.fault.seam import Fault, Manner
from emulator.fault.shape import made
from emulator.provider.shape import duration
from emulator.value import value


@value(frozen=True, slots=True)
class Slow(Fault):
    """The body goes out piece by piece, over so many real microseconds; the attempt's time-out counts them."""

    word: ClassVar[str] = "slow"
    doc: ClassVar[str] = "How long the body of the planned attempt takes, in real time, piece by piece."

    over_us: int

    @classmethod
    def shape(cls) -> Shape[Slow]:
        return made(duration(zero=False), cls)

    @property
    def told(self) -> str:
        return f"slow: {format_duration(self.over_us)}"

    def manner(self, manner: Manner) -> Manner:
        return replace(manner, over_us=self.over_us)
