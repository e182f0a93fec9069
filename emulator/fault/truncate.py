"""A body that ends too soon."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from emulator.document import Shape, choice
from emulator.fault.seam import Expects, Fault, Manner, Sending, Signing
from emulator.fault.shape import made
from emulator.fault.tamper import no_longer_valid
from emulator.provider.profile import Profile
from emulator.value import value


@value(frozen=True, slots=True)
class Truncate(Fault):
    """Only the first half of the body is sent. With the `right-length`, that is what its header says, and the
    signature is that of the whole; with the `wrong-length` the header promises all of it, and the connection's our
    side ends.
    """

    word: ClassVar[str] = "truncate"
    doc: ClassVar[str] = (
        "Half of the body: with the right-length an attempt before the planned one, as if it were all; with the "
        "wrong-length the planned attempt, which breaks off."
    )

    kind: str

    @classmethod
    def shape(cls) -> Shape[Truncate]:
        return made(choice("right-length", "wrong-length"), cls)

    @property
    def told(self) -> str:
        return f"truncate: {self.kind}"

    def adds(self, profile: Profile) -> Expects | None:
        return Expects.REFUSED if self.kind == "right-length" else None

    def sent(self, sending: Sending, signing: Signing | None) -> Sending:
        half, whole = sending.body[: len(sending.body) // 2], len(sending.body)
        length = whole if self.kind == "wrong-length" else None
        return replace(sending, body=half, signed=no_longer_valid(sending.signed), length=length)

    def manner(self, manner: Manner) -> Manner:
        return replace(manner, closes=True) if self.kind == "wrong-length" else manner
