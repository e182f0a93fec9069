"""Another method than the provider ever uses."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from emulator.document import Shape, choice
from emulator.fault.seam import Expects, Fault, Sending, Signing
from emulator.fault.shape import made
from emulator.provider.profile import Profile
from emulator.value import value


@value(frozen=True, slots=True)
class Method(Fault):
    """The same request with another method."""

    word: ClassVar[str] = "method"
    doc: ClassVar[str] = (
        "An attempt before the planned one, with a method that webhooks never have: GET, PUT, …"
    )

    method: str

    @classmethod
    def shape(cls) -> Shape[Method]:
        return made(choice("GET", "PUT", "PATCH", "DELETE"), cls)

    @property
    def told(self) -> str:
        return f"method: {self.method}"

    def adds(self, profile: Profile) -> Expects:
        return Expects.REFUSED

    def sent(self, sending: Sending, signing: Signing | None) -> Sending:
        return replace(sending, method=self.method)
