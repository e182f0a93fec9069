"""Webhooks in another order than that of their events."""

from __future__ import annotations

from typing import ClassVar

from emulator.document import Shape, text
from emulator.fault.seam import Fault
from emulator.fault.shape import made
from emulator.value import value


@value(frozen=True, slots=True)
class Reorder(Fault):
    """The first attempts of all events of a `group` are held until the last of them is due, and then go one emulated
    second after the other, in another order, drawn from the seed.
    """

    word: ClassVar[str] = "reorder"
    doc: ClassVar[str] = (
        "The name of a group: its events are held until the last is due, then go in another order, 1 s apart."
    )

    group: str

    @classmethod
    def shape(cls) -> Shape[Reorder]:
        return made(text("the name of a group", longest=200), cls)

    @property
    def told(self) -> str:
        return f"reorder: {self.group}"
