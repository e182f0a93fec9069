"""The life of a delivery, and of the occurrence of an event that it carries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emulator.delivery.agenda import Order
from emulator.delivery.judge import Made
from emulator.endpoint import Endpoint
from emulator.fault import PLAIN, Extra, Manner
from emulator.provider.signing import Signed
from emulator.record import DeliveryRecord, DeliveryState, Request, SignatureRecord
from emulator.scenario.model import Event
from emulator.scenario.render import Content
from emulator.scenario.target import without_credentials
from emulator.value import value

MOST_ATTEMPTS = 10_000
"""More than a schedule has, and more than faults add to one attempt."""


@dataclass(slots=True, eq=False)
class Occurrence:
    """One occurrence of an event. Content and signature are made at the first attempt and kept for all of them; for
    registered endpoints, whose secrets differ, signatures are kept with the deliveries.

    `data` is laid on the event's own, and `cause` is the request that emitted it, where one did.
    """

    id: str
    event: Event
    index: int
    due_us: int
    data: Any = None
    cause: str | None = None
    content: Content | None = None
    signed: Signed | None = None


@value(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What an attempt sends, what of that is recorded, and the signature among its headers.

    `faults` are those that it is sent with, and `manner` how it is written. One that a fault adds has its `extra`; the
    planned one may have such `before` it, which go out one by one, and `beside` it, at the same time.
    """

    request: Request
    shown: Request
    signature: SignatureRecord | None
    manner: Manner = PLAIN
    faults: tuple[str, ...] = ()
    extra: Extra | None = None
    before: tuple[Prepared, ...] = ()
    beside: tuple[Prepared, ...] = ()


@dataclass(slots=True, eq=False)
class Echo:
    """A copy of attempt `number` of a delivery that is due later, at `due_us` of the run."""

    life: Life
    number: int
    due_us: int
    prepared: Prepared

    @property
    def url(self) -> str:
        """Where it goes."""
        return self.life.url

    @property
    def order(self) -> Order:
        """Its place among what is due at the same moment: behind the attempts of its delivery."""
        copy = self.prepared.extra.copy if self.prepared.extra else 0
        return (*self.life.order[:3], MOST_ATTEMPTS + self.number * MOST_ATTEMPTS + copy)


@dataclass(slots=True, eq=False)
class Life:
    """A delivery while it lives. `number` is that of its next attempt, due at `due_us` of the run.

    `endpoint` is the registered one that it goes to, if any. `prepared` is what its last attempt sent; the next one
    sends the same unless the profile makes it anew, or there are faults. `going` says that the next attempt may be on
    the wire, and `remade` that it may have been before a restart. `extra_made` are the attempts that faults had added
    before a restart, by number and copy.
    """

    id: str
    run: str
    occurrence: Occurrence
    url: str
    target: int
    due_us: int
    first_due_us: int
    endpoint: Endpoint | None = None
    number: int = 1
    state: DeliveryState = DeliveryState.PENDING
    made: list[Made] = field(default_factory=list)
    ending: str | None = None
    prepared: Prepared | None = None
    signed: Signed | None = None
    going: bool = False
    remade: bool = False
    extra_made: frozenset[tuple[int, int]] = frozenset()

    @property
    def signing(self) -> Occurrence | Life:
        """What keeps its signature."""
        return self.occurrence if self.endpoint is None else self

    def accepted(self, number: int) -> bool:
        """Whether that attempt of its schedule was accepted."""
        return self.state is DeliveryState.DELIVERED and number == len(self.made)

    @property
    def order(self) -> Order:
        """Its place among what is due at the same moment."""
        return (self.occurrence.event.position, self.occurrence.index, self.target, self.number)

    @property
    def offset_us(self) -> int:
        """How long after the delivery's first attempt this one is due."""
        return self.due_us - self.first_due_us

    def record(self, start: int) -> DeliveryRecord:
        """Its record; `start` is the run's emulated start."""
        event = self.occurrence.event
        return DeliveryRecord(
            id=self.id,
            run=self.run,
            event=self.occurrence.id,
            event_name=event.name,
            index=self.occurrence.index,
            provider=event.profile.provider,
            type=event.type,
            url=without_credentials(self.url),
            state=self.state,
            attempts=len(self.made),
            next_due_at=None if self.state.ended else start + self.due_us,
            cause=self.occurrence.cause,
            ending=self.ending,
            going=self.number if self.going else None,
            endpoint=None if self.endpoint is None else self.endpoint.id,
        )
