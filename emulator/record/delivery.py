"""One event on its way to one endpoint."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from emulator.duration import format_moment
from emulator.value import value


class DeliveryState(StrEnum):
    """Where a delivery stands: `pending` before its first attempt has ended, `waiting` between attempts."""

    PENDING = "pending"
    WAITING = "waiting"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """No further attempt is planned."""
        return self not in (DeliveryState.PENDING, DeliveryState.WAITING)


@value(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """One event on its way to one endpoint. Its explanation is the request that caused it, the lines of
    its attempts, then `ending`, as far as there are any.

    `endpoint` is the id of the registered endpoint that it goes to, None where a target says where to.
    `going` is the number of the attempt that may be on the wire; only a restarted emulator asks for it.
    """

    id: str
    run: str
    event: str
    event_name: str
    index: int
    provider: str
    type: str | None
    url: str
    state: DeliveryState
    attempts: int
    next_due_at: int | None
    cause: str | None = None
    ending: str | None = None
    going: int | None = None
    endpoint: str | None = None

    def to_json(self, explanation: list[str]) -> dict[str, Any]:
        """The form of contract section 5, with the explanation its attempts give."""
        return {
            "id": self.id,
            "run": self.run,
            "event": self.event,
            "event_name": self.event_name,
            "index": self.index,
            "provider": self.provider,
            "type": self.type,
            "url": self.url,
            "endpoint": self.endpoint,
            "state": self.state.value,
            "attempts": self.attempts,
            "next_due_at": None if self.next_due_at is None else format_moment(self.next_due_at),
            "cause": self.cause,
            "explanation": [
                *([f"follows from the request {self.cause}"] if self.cause else []),
                *explanation,
                *([self.ending] if self.ending else []),
            ],
        }
