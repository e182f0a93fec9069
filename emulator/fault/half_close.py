"""A connection whose one side ends while the answer is still to come."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from emulator.document import Shape
from emulator.fault.seam import Fault, Manner
from emulator.fault.shape import only_true
from emulator.value import value


@value(frozen=True, slots=True)
class HalfClose(Fault):
    """Our side of the connection ends behind the body; the answer is waited for all the same."""

    word: ClassVar[str] = "half_close"
    doc: ClassVar[str] = (
        "The planned attempt ends its side of the connection behind the body, and waits for the answer."
    )

    @classmethod
    def shape(cls) -> Shape[HalfClose]:
        return only_true(cls())

    @property
    def told(self) -> str:
        return "half_close"

    def manner(self, manner: Manner) -> Manner:
        return replace(manner, closes=True, answered=True)
