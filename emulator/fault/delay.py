"""An attempt that comes later than planned."""

from __future__ import annotations

from typing import ClassVar

from emulator.document import Shape
from emulator.duration import format_duration
from emulator.fault.seam import Fault
from emulator.fault.shape import made
from emulator.provider.shape import duration
from emulator.value import value


@value(frozen=True, slots=True)
class Delay(Fault):
    """The attempt goes so much later than the schedule says, in emulated time."""

    word: ClassVar[str] = "delay"
    doc: ClassVar[str] = "How much later than planned the attempt goes, in emulated time."

    by_us: int

    @classmethod
    def shape(cls) -> Shape[Delay]:
        return made(duration(zero=False), cls)

    @property
    def told(self) -> str:
        return f"delay: {format_duration(self.by_us)}"

    @property
    def late_us(self) -> int:
        return self.by_us
