"""An old webhook again, days later."""

from __future__ import annotations

from typing import ClassVar

from emulator.document import Shape
from emulator.duration import format_duration
from emulator.fault.seam import Again, Expects, Fault
from emulator.fault.shape import made
from emulator.provider.profile import Profile
from emulator.provider.shape import duration
from emulator.value import value


@value(frozen=True, slots=True)
class Replay(Fault):
    """The same bytes, with the same signature and its moment, so long after the delivery has ended."""

    word: ClassVar[str] = "replay"
    doc: ClassVar[str] = "How long after the delivery has ended its last attempt is sent again, as it was."

    after_us: int

    @classmethod
    def shape(cls) -> Shape[Replay]:
        return made(duration(), cls)

    @property
    def told(self) -> str:
        return f"replay: {format_duration(self.after_us)}"

    def adds(self, profile: Profile) -> Expects:
        """A signature that carries its moment is there for old ones to be refused; else nothing tells them apart."""
        stamped = profile.signature is not None and "{timestamp}" in profile.signature.message
        return Expects.REFUSED if stamped else Expects.ACCEPTED

    def again(self) -> tuple[Again, ...]:
        return (Again(self.after_us, ended=True),)
