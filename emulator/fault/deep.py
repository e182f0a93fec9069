"""A body nested deeper than readers like."""

from __future__ import annotations

from typing import ClassVar

from emulator.document import Shape, integer
from emulator.fault.padding import padded
from emulator.fault.seam import Fault
from emulator.fault.shape import made
from emulator.value import value

MOST_LEVELS = 1_000_000


@value(frozen=True, slots=True)
class Deep(Fault):
    """The body has a member `deep` of so many lists inside each other, and is signed with it."""

    word: ClassVar[str] = "deep"
    doc: ClassVar[str] = "So many lists inside each other in the body of the planned attempt."

    levels: int

    @classmethod
    def shape(cls) -> Shape[Deep]:
        return made(integer(1, MOST_LEVELS), cls)

    @property
    def told(self) -> str:
        return f"deep: {self.levels}"

    def encoded(self, body: bytes) -> bytes:
        return padded(body, b'"deep":' + b"[" * self.levels + b"]" * self.levels)
