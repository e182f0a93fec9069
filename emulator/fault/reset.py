"""A connection that the provider drops."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from emulator.document import Shape, choice
from emulator.fault.seam import Fault, Manner
from emulator.fault.shape import made
from emulator.value import value


@value(frozen=True, slots=True)
class Reset(Fault):
    """The connection is reset `before`, `in` or `after` the body, and no answer is waited for."""

    word: ClassVar[str] = "reset"
    doc: ClassVar[str] = (
        "Where the connection of the planned attempt is dropped: before, in or after the body."
    )

    where: str

    @classmethod
    def shape(cls) -> Shape[Reset]:
        return made(choice("before", "in", "after"), cls)

    @property
    def told(self) -> str:
        return f"reset: {self.where}"

    def manner(self, manner: Manner) -> Manner:
        return replace(manner, reset=self.where)
