"""What every sender promises: one attempt, carried to its end, told as data."""

from __future__ import annotations

from typing import Protocol

from emulator.fault import PLAIN, Manner
from emulator.record import AttemptError, Request, Response
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What one attempt met. Times are of the monotonic clock, in nanoseconds.

    There is a response, or an error, or (a redirect that is not followed) both.
    """

    response: Response | None
    error: AttemptError | None
    sent_ns: int
    ended_ns: int


class Sender(Protocol):
    """Sends requests as they are and never raises for what a target does."""

    async def send(
        self, request: Request, *, timeout_us: int, follow: bool, manner: Manner = PLAIN
    ) -> Exchange:
        """Make one attempt, of at most `timeout_us` real microseconds from connecting to the end of the answer's body.

        `request` holds every header that goes on the wire, in order. `follow` follows redirects, up to five, as the
        usual HTTP clients do. `manner` says how a fault has it written. Cancelling drops the connection.
        """
        ...

    async def close(self) -> None:
        """Drop every connection."""
        ...
