"""A playing that goes on where another one was cut off: the same deliveries, ids, attempts, failures and plans.

Everything a playing knows follows from its scenario, seed and start, and from what came back of its attempts; so it is
built again from the records of those. What comes back of an attempt is on record before its successor is sent, and what
is on the wire is on record as going before it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.delivery.agenda import Order
from emulator.delivery.attempt import unrendered
from emulator.delivery.holding import late_us
from emulator.delivery.life import Echo, Life
from emulator.delivery.misbehaving import planned_extras
from emulator.delivery.past import Last, Past, PastDelivery
from emulator.delivery.playing import Coming, Pause, Playing
from emulator.delivery.preparing import prepared
from emulator.errors import TemplateError
from emulator.provider.profile import SignatureScheme
from emulator.provider.signing import Signed
from emulator.record import DeliveryState, Headers, Record, SignatureRecord
from emulator.scenario.render import content_of

_UNSENT = "not sent: "


class Resumed(Playing):
    """A playing with a past. `recall` is to be called once, before anything else."""

    def recall(self, past: Past) -> Iterator[Record]:
        """Take up all that is on record; the records of deliveries that should have been and are not."""
        reached = past.reached_at
        until_us = -1 if reached is None else reached - self.start
        coming: list[tuple[int, Order, Life | Echo | Coming | Pause]] = []
        while (item := self._agenda.pop()) is not None:
            due_us, _, entry = item
            if isinstance(entry, Life | Echo | Pause):
                coming.append(item)
            elif due_us <= until_us or past.of(entry.event.name, entry.index):
                yield from self._recalled(due_us, entry, past.of(entry.event.name, entry.index))
            else:
                coming.append(item)
        for item in coming:
            self._agenda.add(*item)
        if past.cut:
            yield from self.cancel()

    def _recalled(self, due_us: int, coming: Coming, pasts: list[PastDelivery]) -> Iterator[Record]:
        begun_at = pasts[0].begun_at if pasts else None
        if begun_at is not None:
            due_us = self._due_before_faults(coming, due_us, begun_at - self.start)
        for life in self._occur(due_us, coming, [past.record for past in pasts]):
            if life.target < len(pasts):
                self._take_up(life, pasts[life.target])
            else:
                yield life.record(self.start)
                self.put_back(life)

    def _due_before_faults(self, coming: Coming, due_us: int, begun_us: int) -> int:
        """When an occurrence was due whose first attempt was due at `begun_us`; `due_us` is what is planned."""
        event = coming.event
        if (event.name, coming.index) in self._held:
            return due_us
        return begun_us - late_us(event.faults, 1, event.profile)

    def _take_up(self, life: Life, past: PastDelivery) -> None:
        record = past.record
        life.made, life.state, life.ending = past.made, record.state, record.ending
        life.extra_made = frozenset(past.extra)
        for _ in range(record.attempts):
            self.tally.attempted()
        if life.occurrence.event.faults:
            self._judge_extras(life, past)
            if past.last is not None:
                self._plan_missing(life, past, past.last)
        if not life.state.ended:
            self._go_on(life, past)
        elif past.last is not None and past.whole:
            life.number = len(past.made)
            life.due_us = past.last.due_at - self.start
            _, ended_us = self._span(life, past.last.outcome)
            for _ in self._end(life, ended_us, past.last.outcome):
                pass  # a notification stands on record together with the end of its delivery
        else:
            self._end_unjudged(life)

    def _judge_extras(self, life: Life, past: PastDelivery) -> None:
        """Judge again the attempts that faults added, also to an attempt that was itself not on record yet."""
        for number in range(1, len(past.made) + 2):
            for extra in planned_extras(life, number):
                outcome = past.extra.get((number, extra.copy))
                if outcome is not None:
                    self._judge_extra(life, extra, outcome, number=number)

    def _plan_missing(self, life: Life, past: PastDelivery, last: Last) -> None:
        """Plan those copies that are not on record."""
        self._keep_signature(life, last)
        life.due_us, life.number = last.due_at - self.start, len(past.made)
        _, ended_us = self._span(life, last.outcome)
        for number, made in enumerate(past.made, 1):
            sent = prepared(self._workshop, life, number, last.outcome.sent_wall)
            due_us = life.first_due_us + made.offset_us
            self._plan_echoes(life, number, due_us, ended_us, sent, last.outcome.sent_wall, late=True)

    def _go_on(self, life: Life, past: PastDelivery) -> None:
        record = past.record
        life.number = record.attempts + 1
        if record.next_due_at is not None:
            life.due_us = record.next_due_at - self.start
        life.remade = record.going == life.number
        if past.last is not None:
            self._keep_signature(life, past.last)
        self.put_back(life)

    def _keep_signature(self, life: Life, last: Last) -> None:
        """A signature that is made once may carry the moment of its making, which is known from the wire alone."""
        event, occurrence = life.occurrence.event, life.occurrence
        scheme = event.profile.signature
        if scheme is None or last.signature is None or event.profile.rebuild or scheme.sign != "once":
            return
        occurrence.content = content_of(
            event,
            self.facts,
            index=occurrence.index,
            due_at=self.start + occurrence.due_us,
            data=occurrence.data,
        )
        life.signing.signed = signed_before(scheme, last.headers, last.signature)

    def _end_unjudged(self, life: Life) -> None:
        """End a delivery without its last answer: nothing was sent, or the records had to make room."""
        self.tally.ended(life.state)
        if life.state is DeliveryState.CANCELLED:
            told = (life.ending or "").removeprefix(_UNSENT)
            self.tally.fail(unrendered(life.occurrence.event, life.occurrence.index, TemplateError(told)))
        self._follow(life.occurrence.event, life.due_us, deliveries=1)


def signed_before(scheme: SignatureScheme, headers: Headers, signature: SignatureRecord) -> Signed:
    """What a signature added to a request, out of the request's recorded headers."""
    further = {name.lower() for name in scheme.headers}
    return Signed(
        headers=(
            (scheme.header, signature.value),
            *(pair for pair in headers if pair[0].lower() in further),
        ),
        record=signature,
    )
