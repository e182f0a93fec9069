"""A body far larger than usual."""

from __future__ import annotations

from typing import ClassVar

from emulator.document import Shape, integer
from emulator.fault.padding import padded
from emulator.fault.seam import Fault
from emulator.fault.shape import made
from emulator.value import value

MOST_MB = 16
"""So many megabytes at most: beyond it every body is refused by the usual servers."""


@value(frozen=True, slots=True)
class Oversize(Fault):
    """The body has a member `padding` of so many megabytes (1 MB is 1,000,000 bytes), and is signed with it."""

    word: ClassVar[str] = "oversize"
    doc: ClassVar[str] = "So many megabytes of padding in the body of the planned attempt, a whole number."

    megabytes: int

    @classmethod
    def shape(cls) -> Shape[Oversize]:
        return made(integer(1, MOST_MB), cls)

    @property
    def told(self) -> str:
        return f"oversize: {self.megabytes}"

    def encoded(self, body: bytes) -> bytes:
        return padded(body, b'"padding":"' + b"x" * (self.megabytes * 1_000_000) + b'"')
