"""A body that is no JSON, with a good signature."""

from __future__ import annotations

from typing import ClassVar

from emulator.document import Shape, choice
from emulator.fault.seam import Expects, Fault
from emulator.fault.shape import made
from emulator.provider.profile import Profile
from emulator.value import value


@value(frozen=True, slots=True)
class Malformed(Fault):
    """An empty body, or JSON that breaks off at its end, signed as it is sent."""

    word: ClassVar[str] = "malformed"
    doc: ClassVar[str] = (
        "An attempt before the planned one, well signed, whose body is empty or invalid-json."
    )

    kind: str

    @classmethod
    def shape(cls) -> Shape[Malformed]:
        return made(choice("empty", "invalid-json"), cls)

    @property
    def told(self) -> str:
        return f"malformed: {self.kind}"

    def adds(self, profile: Profile) -> Expects:
        return Expects.HANDLED

    def encoded(self, body: bytes) -> bytes:
        return b"" if self.kind == "empty" else body.rstrip()[:-1] + b","
