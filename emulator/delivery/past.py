"""What the journal tells of a run that was cut off, as far as its deliveries need it to go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from emulator.delivery.attempt import Outcome
from emulator.delivery.extra import TRIGGER
from emulator.delivery.judge import Made
from emulator.record import (
    AttemptRecord,
    DeliveryRecord,
    ErrorKind,
    Headers,
    NotificationRecord,
    SignatureRecord,
)
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Last:
    """The last attempt of a delivery. `due_at` is emulated, in microseconds since 1970."""

    due_at: int
    outcome: Outcome
    headers: Headers
    signature: SignatureRecord | None


@dataclass(slots=True, eq=False)
class PastDelivery:
    """A delivery as it was recorded: the attempts of its schedule, and how many were asked for on top.

    `extra` holds what came of those that faults added, by number and copy.
    """

    record: DeliveryRecord
    made: list[Made] = field(default_factory=list)
    redelivered: int = 0
    extra: dict[tuple[int, int], Outcome] = field(default_factory=dict)
    last: Last | None = None
    first_due_at: int | None = None

    def add(self, attempt: AttemptRecord) -> None:
        """Take an attempt, in the order of recording."""
        if attempt.trigger == TRIGGER:
            self.extra[attempt.number, attempt.copy] = _outcome(attempt)
            return
        if attempt.trigger != "schedule":
            self.redelivered += 1
            return
        if self.first_due_at is None:
            self.first_due_at = attempt.due_at - attempt.offset_us
        kind = None if attempt.error is None else attempt.error.kind
        self.made.append(
            Made(attempt.status, kind, attempt.offset_us, attempt.duration_us, attempt.lateness_us)
        )
        self.last = Last(
            due_at=attempt.due_at,
            outcome=_outcome(attempt),
            headers=attempt.request.headers,
            signature=attempt.signature,
        )

    @property
    def whole(self) -> bool:
        """None of its attempts were evicted."""
        return len(self.made) + self.redelivered == self.record.attempts

    @property
    def begun_at(self) -> int | None:
        """When its first attempt was due, as far as that is known."""
        if self.first_due_at is None and self.record.attempts == 0:
            return self.record.next_due_at
        return self.first_due_at

    @property
    def cut(self) -> bool:
        """An attempt was cancelled: the run was being ended."""
        return any(made.error is ErrorKind.CANCELLED for made in self.made)


def _outcome(attempt: AttemptRecord) -> Outcome:
    return Outcome(
        response=attempt.response,
        error=attempt.error,
        planned_wall=attempt.planned_wall,
        sent_wall=attempt.sent_wall,
        lateness_us=attempt.lateness_us,
        duration_us=attempt.duration_us,
    )


class Past:
    """The deliveries of a run by occurrence, each in the order of its targets; `unsent` are its open e-mails."""

    def __init__(
        self, deliveries: Iterable[DeliveryRecord], unsent: Iterable[NotificationRecord] = ()
    ) -> None:
        self.unsent = tuple(unsent)
        self._by_id = {record.id: PastDelivery(record) for record in deliveries}
        self._by_place: dict[tuple[str, int], list[PastDelivery]] = {}
        for past in self._by_id.values():
            place = past.record.event_name, past.record.index
            self._by_place.setdefault(place, []).append(past)

    def add(self, attempt: AttemptRecord) -> None:
        """Take an attempt, in the order of recording."""
        past = self._by_id.get(attempt.delivery)
        if past is not None:
            past.add(attempt)

    def of(self, event: str, index: int) -> list[PastDelivery]:
        """The deliveries of an occurrence that are on record."""
        return self._by_place.get((event, index), [])

    def __iter__(self) -> Iterator[PastDelivery]:
        """All of them, in the order of their making."""
        return iter(self._by_id.values())

    @property
    def reached_at(self) -> int | None:
        """The last emulated moment that is known to have come, in microseconds since 1970."""
        moments = [
            moment
            for past in self
            for moment in (
                past.begun_at,
                past.last.due_at if past.last else None,
                past.record.next_due_at if past.record.going is not None else None,
            )
            if moment is not None
        ]
        return max(moments, default=None)

    @property
    def cut(self) -> bool:
        """The run was being cancelled when it was cut off."""
        return any(past.cut for past in self)
