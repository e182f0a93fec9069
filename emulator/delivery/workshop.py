"""What the attempts of a run are made with."""

from __future__ import annotations

from collections.abc import Callable

from emulator.record import Request
from emulator.scenario.render import RunFacts
from emulator.value import value

Wire = Callable[[Request], tuple[Request, Request]]
"""A request as it goes on the wire, and as it may be recorded."""


@value(frozen=True, slots=True, kw_only=True)
class Workshop:
    """The facts of a run, its emulated start in microseconds since 1970, and what completes a request."""

    facts: RunFacts
    start: int
    wire: Wire
