"""HTTP as it is rarely spoken, though it may be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from emulator.document import Shape, parsed
from emulator.fault.seam import Fault, Manner
from emulator.fault.shape import made
from emulator.value import value

_KINDS = ("1.0", "absolute-form", "lower-case headers")
_WANTED = "1.0, absolute-form or lower-case headers"


@value(frozen=True, slots=True)
class Http(Fault):
    """The request is of HTTP/1.0, names its whole URL in the first line, or has header names in lower case."""

    word: ClassVar[str] = "http"
    doc: ClassVar[str] = f"How the planned attempt speaks HTTP: {_WANTED}."

    kind: str

    @classmethod
    def shape(cls) -> Shape[Http]:
        return made(parsed(_kind, {"enum": [1.0, *_KINDS]}, _WANTED), cls)

    @property
    def told(self) -> str:
        return f"http: {self.kind}"

    def manner(self, manner: Manner) -> Manner:
        match self.kind:
            case "1.0":
                return replace(manner, version="1.0")
            case "absolute-form":
                return replace(manner, absolute=True)
            case _:
                return replace(manner, lower=True)


def _kind(value: Any) -> str:
    if str(value) not in _KINDS:
        raise ValueError(f"expected {_WANTED}")
    return str(value)
