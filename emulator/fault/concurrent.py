"""The same webhook several times at once."""

from __future__ import annotations

from typing import ClassVar

from emulator.document import Shape, integer
from emulator.fault.duplicate import MOST_COPIES
from emulator.fault.seam import Again, Expects, Fault
from emulator.fault.shape import made
from emulator.provider.profile import Profile
from emulator.value import value


@value(frozen=True, slots=True)
class Concurrent(Fault):
    """So many copies go together with the attempt, each on a connection of its own."""

    word: ClassVar[str] = "concurrent"
    doc: ClassVar[str] = "How many copies go out together with the attempt, at the same time."

    copies: int

    @classmethod
    def shape(cls) -> Shape[Concurrent]:
        return made(integer(1, MOST_COPIES), cls)

    @property
    def told(self) -> str:
        return f"concurrent: {self.copies}"

    def adds(self, profile: Profile) -> Expects:
        return Expects.ACCEPTED

    def again(self) -> tuple[Again, ...]:
        return (Again(None),) * self.copies
