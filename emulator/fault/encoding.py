"""A body in other bytes than its content type promises."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from typing import ClassVar

from emulator.document import Shape, choice
from emulator.fault.seam import Fault
from emulator.fault.shape import made
from emulator.value import value


@value(frozen=True, slots=True)
class Encoding(Fault):
    """The body is encoded as `kind` says, and then signed. Nothing in the headers tells."""

    word: ClassVar[str] = "encoding"
    doc: ClassVar[str] = (
        "The body of the planned attempt begins with a byte order mark (bom), is UTF-16, or is compressed (gzip), "
        "without saying so; it is signed as it is sent."
    )

    kind: str

    @classmethod
    def shape(cls) -> Shape[Encoding]:
        return made(choice(*_KINDS), cls)

    @property
    def told(self) -> str:
        return f"encoding: {self.kind}"

    def encoded(self, body: bytes) -> bytes:
        return _KINDS[self.kind](body)


def _utf_16(body: bytes) -> bytes:
    return b"\xff\xfe" + body.decode(errors="replace").encode("utf-16-le")


_KINDS: Mapping[str, Callable[[bytes], bytes]] = {
    "bom": lambda body: b"\xef\xbb\xbf" + body,
    "utf-16": _utf_16,
    "gzip": lambda body: gzip.compress(body, mtime=0),
}
