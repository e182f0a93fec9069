"""A body that is said to be something else."""

from __future__ import annotations

from typing import ClassVar

from emulator.document import Shape, text
from emulator.fault.seam import Fault
from emulator.fault.shape import made
from emulator.provider.header import header_value_fault
from emulator.provider.shape import checked
from emulator.record import Headers
from emulator.value import value


@value(frozen=True, slots=True)
class ContentType(Fault):
    """The header Content-Type says `type`, whatever the body is."""

    word: ClassVar[str] = "content_type"
    doc: ClassVar[str] = "The content type that the planned attempt has, whatever its body is."

    type: str

    @classmethod
    def shape(cls) -> Shape[ContentType]:
        return made(checked(text("a content type such as text/plain"), header_value_fault), cls)

    @property
    def told(self) -> str:
        return f"content_type: {self.type}"

    def described(self, headers: Headers) -> Headers:
        others = tuple(pair for pair in headers if pair[0].lower() != "content-type")
        return (("Content-Type", self.type), *others)
