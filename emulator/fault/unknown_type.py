"""An event type that the receiver has never heard of."""

from __future__ import annotations

from typing import ClassVar

from emulator.document import Shape
from emulator.fault.seam import Fault
from emulator.fault.shape import only_true
from emulator.provider.profile import Profile
from emulator.value import value


@value(frozen=True, slots=True)
class UnknownType(Fault):
    """The envelope names a type that is not in the catalog, as a provider does that has learnt a new one."""

    word: ClassVar[str] = "unknown_type"
    doc: ClassVar[str] = "The planned attempt names an event type that the provider's catalog does not have."

    @classmethod
    def shape(cls) -> Shape[UnknownType]:
        return only_true(cls())

    @property
    def told(self) -> str:
        return "unknown_type"

    def unfit(self, profile: Profile, *, signed: bool) -> str | None:
        if profile.envelope is None or "type" not in profile.envelope.uses:
            return f"no type is on the wire: {profile.provider} sends bodies without one"
        return None

    def typed(self, type: str | None) -> str | None:
        return f"{type}.unheard_of" if type else "unheard.of"
