"""Headers that nobody asked for."""

from __future__ import annotations

from typing import ClassVar

from emulator.document import Shape, map_of, text
from emulator.fault.seam import Fault
from emulator.fault.shape import made
from emulator.provider.header import header_name_fault, header_value_fault
from emulator.provider.shape import checked
from emulator.record import Headers
from emulator.value import value


@value(frozen=True, slots=True)
class ExtraHeaders(Fault):
    """Headers that come behind the provider's own, also where those have the same names."""

    word: ClassVar[str] = "extra_headers"
    doc: ClassVar[str] = "Headers that the planned attempt has behind its own, also such as it has already."

    headers: Headers

    @classmethod
    def shape(cls) -> Shape[ExtraHeaders]:
        given = map_of(
            checked(text(empty=True), header_value_fault),
            key=header_name_fault,
            wanted="a mapping of header names and values",
        )
        return made(given, lambda found: cls(tuple(found.items())))

    @property
    def told(self) -> str:
        return f"extra_headers: {', '.join(name for name, _ in self.headers)}"

    def described(self, headers: Headers) -> Headers:
        return (*headers, *self.headers)
