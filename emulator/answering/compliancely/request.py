"""What an endpoint gets, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emulator.answering.compliancely.fields import Form
from emulator.answering.compliancely.reading import read
from emulator.answering.seam import Call, Emission, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A call that reached its endpoint: who calls (empty where nobody need log in), and the parts of the path."""

    call: Call
    user: str
    parts: tuple[str, ...]

    @property
    def id(self) -> int | None:
        """The id at the end of the path; None if that is no number."""
        return as_id(self.parts[-1])

    def form(self) -> Form:
        """The fields of the body. Raises Refused."""
        return read(self.call)


def as_id(part: str) -> int | None:
    """The id that a part of the path is; None if it is no number."""
    return int(part) if part.isascii() and part.isdigit() and len(part) <= 18 else None


@dataclass(frozen=True, slots=True)
class Handled:
    """The answer of an endpoint, the events that follow, and when what it tells will change (see `Answered`)."""

    reply: Reply
    emissions: tuple[Emission, ...] = ()
    changes: tuple[int, ...] = ()


Endpoint = Callable[[Request], Handled]
"""Raises Refused where the call ends early."""
