"""What a scenario expects of the deliveries of an event, as values. They are judged in `emulator.delivery.judge`."""

from __future__ import annotations

from emulator.fault import Expects
from emulator.matcher import MessageMatcher
from emulator.record import ErrorKind
from emulator.value import value

Range = tuple[int, int | None]
"""At least, and at most (None is without bound)."""


@value(frozen=True, slots=True)
class StatusPattern:
    """A status such as 503, a class such as 5xx (`hundreds` 5), or a kind of error instead of an answer."""

    status: int | None = None
    hundreds: int | None = None
    error: ErrorKind | None = None

    def __str__(self) -> str:
        """As the scenario spells it."""
        if self.error is not None:
            return self.error.value
        return str(self.status) if self.status is not None else f"{self.hundreds}xx"

    def fits(self, status: int | None, error: ErrorKind | None) -> bool:
        """Whether an attempt that came to this is meant. A redirect has both a status and an error kind."""
        if self.error is not None:
            return error is self.error
        if status is None:
            return False
        return status == self.status if self.status is not None else status // 100 == self.hundreds


@value(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must hold for each delivery of an event. None asks for nothing. Durations are microseconds."""

    outcome: str | None = "delivered"
    answer: Expects | None = None
    attempts: Range | None = None
    statuses: tuple[StatusPattern, ...] | None = None
    offsets: tuple[int, ...] | None = None
    answered_within_us: int | None = None
    response: MessageMatcher | None = None


DELIVERED = Expectation()
"""What is expected of an event that says nothing."""
