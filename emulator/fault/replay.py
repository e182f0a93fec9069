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
    """The same webhook, so long after the delivery has ended, with the signature of then.

    A real moment that the signature carries lies so long before.
    """

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
        """A signature that carries its moment is there for old ones to be refused; else nothing tells them apart.

        How old an emulated moment is to the endpoint depends on when the run starts.
        """
        if not _signs_moment(profile):
            return Expects.ACCEPTED
        return Expects.REFUSED if signs_real_moment(profile) else Expects.ANY

    def again(self) -> tuple[Again, ...]:
        return (Again(self.after_us, ended=True),)


def signs_real_moment(profile: Profile) -> bool:
    """Whether signatures carry the moment of the real clock."""
    return _signs_moment(profile) and profile.signature is not None and profile.signature.stamp == "wall"


def _signs_moment(profile: Profile) -> bool:
    return profile.signature is not None and "{timestamp}" in profile.signature.message
