"""The playing of a scenario, without I/O, clock or chance.

    what is due?          `next_due`, `take`
    what is to be sent?   `prepare`
    what came of it?      `conclude`, which plans the successor, ends the delivery, and gives the records
    how did it end?       `verdict`, `failures`, `counts`

The player asks in this order, carries out, and hands the records to the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from emulator.delivery.agenda import Agenda
from emulator.delivery.attempt import (
    Outcome,
    attempt_record,
    made,
    notification_record,
    unrendered,
    without_accepted_redirect,
)
from emulator.delivery.explain import attempt_line, cancelled_line
from emulator.delivery.extra import extra_record, missed
from emulator.delivery.holding import held, late_us
from emulator.delivery.judge import failure, judge
from emulator.delivery.life import Echo, Life, Occurrence, Prepared
from emulator.delivery.misbehaving import copy_of, planned_extras
from emulator.delivery.preparing import prepared
from emulator.delivery.retry import emulated_wait, is_retried, result_of, successor_due
from emulator.delivery.tally import Tally
from emulator.delivery.workshop import Wire, Workshop
from emulator.endpoint import Endpoint, Source
from emulator.errors import TemplateError
from emulator.fault import Extra
from emulator.record import (
    AttemptError,
    DeliveryRecord,
    DeliveryState,
    ErrorKind,
    Record,
    Result,
)
from emulator.scenario.model import Event, Scenario
from emulator.scenario.render import RunFacts, targets_of
from emulator.value import value


@value(frozen=True, slots=True)
class Cause:
    """The request that emitted an occurrence, and what it gave it: None leaves targets and data to the event.

    `endpoints` are the registered ones that want it; where there are none, the event's own targets count.
    """

    request: str
    targets: tuple[str, ...] | None
    data: Any
    endpoints: tuple[Endpoint, ...] = ()


@value(frozen=True, slots=True)
class Coming:
    """An occurrence that becomes due. Where no request emitted it, the one after it follows `every` later."""

    event: Event
    index: int
    cause: Cause | None = None


class Pause:
    """A moment at which nothing is sent: what the provider's API tells changes then."""


class Playing:
    """One run's agenda, deliveries and tally. `measures`: attempts take emulated time (speed `real`).

    `endpoints` are the registered ones that it has delivered to, by id.

    `wire` completes each request; without it they are sent and recorded as they are made.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        run: str,
        seed: int,
        start: int,
        labels: Mapping[str, str],
        measures: bool,
        wire: Wire = lambda request: (request, request),
    ) -> None:
        self.scenario = scenario
        self.run = run
        self.start = start
        self.measures = measures
        self.tally = Tally(scenario)
        self.cancelled = False
        self.endpoints: dict[str, Endpoint] = {}
        self.facts = RunFacts(name=scenario.name, labels=labels, seed=seed, variables=scenario.variables)
        self._workshop = Workshop(facts=self.facts, start=start, wire=wire)
        self._agenda: Agenda[Life | Echo | Coming | Pause] = Agenda()
        self._held = held(scenario.events, self.facts)
        self._pauses = 0
        self._closed = False
        self._followers: dict[str, list[Event]] = {}
        self._suffix = run.partition("_")[2]
        for event in scenario.events:
            if not event.scheduled:
                continue
            if event.after is None:
                self._agenda.add(event.at_us, (event.position, 0, -1, 0), Coming(event, 0))
            else:
                self._followers.setdefault(event.after.event, []).append(event)

    def emitted(self, event: Event, cause: Cause) -> Coming:
        """The next occurrence of an event of this scenario because of a request. It is yet to be planned."""
        return Coming(event, self.tally.emitted(event), cause)

    def plan(self, due_us: int, coming: Coming) -> None:
        """Let an emitted occurrence become due."""
        self._agenda.add(due_us, (coming.event.position, coming.index, -1, 0), coming)

    def pause(self, due_us: int) -> None:
        """Plan a moment at which nothing is sent, unless nobody asks any longer."""
        if self._closed:
            return
        self._pauses += 1
        self._agenda.add(due_us, (-1, self._pauses, -1, 0), Pause())

    def close(self) -> None:
        """Plan no moments any more at which nothing is sent: nobody asks the provider's API any longer."""
        self._closed = True
        planned = list(iter(self._agenda.pop, None))
        for due_us, order, entry in planned:
            if not isinstance(entry, Pause):
                self._agenda.add(due_us, order, entry)

    def next_due(self) -> int | None:
        """The next due moment, in microseconds since the start; None when nothing is planned."""
        return self._agenda.next_due()

    def take(self, until_us: int) -> Iterator[Life | Echo | Record]:
        """All that is due by then, in order: deliveries whose attempt goes now, copies, and records of new ones."""
        while (item := self._agenda.take(until_us)) is not None:
            due_us, entry = item
            if isinstance(entry, Pause):
                continue
            if isinstance(entry, Life | Echo):
                yield entry
                continue
            for life in self._occur(due_us, entry):
                yield life.record(self.start)
                if life.due_us > due_us:
                    self.put_back(life)
                else:
                    yield life

    def _occur(self, due_us: int, coming: Coming, known: Sequence[DeliveryRecord] = ()) -> Iterator[Life]:
        """The deliveries of an occurrence, whose ids are new but for those that are `known`."""
        event, index, cause = coming.event, coming.index, coming.cause
        if cause is None and index + 1 < event.repeat.times:
            following = Coming(event, index + 1)
            self._agenda.add(due_us + event.repeat.every_us, (event.position, index + 1, -1, 0), following)
        number = self.tally.occurred()
        id = known[0].event if known else f"evt_{self._suffix}_{number}"
        occurrence = Occurrence(id, event, index, due_us)
        if cause is not None:
            occurrence.data, occurrence.cause = cause.data, cause.request
        endpoints = self._endpoints(event, cause)
        urls = tuple(each.url for each in endpoints)
        try:
            if not endpoints:
                urls = self._targets(event, index, due_us, cause)
        except TemplateError as error:
            self.tally.fail(unrendered(event, index, error))
        self.tally.planned(event, len(urls))
        for target, url in enumerate(urls):
            number = self.tally.delivery()
            id = known[target].id if target < len(known) else f"dlv_{self._suffix}_{number}"
            endpoint = endpoints[target] if endpoints else None
            first_us = self._first_due(event, index, due_us)
            yield Life(id, self.run, occurrence, url, target, first_us, first_us, endpoint)
        if not urls:
            self._follow(event, due_us, deliveries=0)

    def _endpoints(self, event: Event, cause: Cause | None) -> Sequence[Endpoint]:
        """The registered endpoints of an occurrence. Ids of those of the scenario are told apart by the run's."""
        found = event.endpoints if cause is None else cause.endpoints
        if not found:
            return ()
        told = [replace(it, id=self._own_id(it)) if it.source is Source.SCENARIO else it for it in found]
        self.endpoints.update((each.id, each) for each in told)
        return told

    def _own_id(self, endpoint: Endpoint) -> str:
        return f"end_{self._suffix}_{endpoint.id.rpartition('_')[2]}"

    def _targets(self, event: Event, index: int, due_us: int, cause: Cause | None) -> tuple[str, ...]:
        if cause is not None and cause.targets is not None:
            return cause.targets
        return targets_of(event, self.facts, index=index, due_at=self.start + due_us)

    def prepare(self, life: Life, *, wall: int) -> Prepared:
        """The request of a delivery's next attempt. `wall` is the real time in microseconds since 1970.

        Raises TemplateError when the body cannot be rendered; the delivery is then to be given up.
        """
        profile = life.occurrence.event.profile
        anew = profile.rebuild or (profile.signature and profile.signature.sign == "each-attempt")
        if life.prepared is None or anew or life.occurrence.event.faults:
            life.prepared = prepared(self._workshop, life, life.number, wall)
        return life.prepared

    def depart(self, life: Life) -> Record:
        """Say that a delivery's next attempt goes on the wire; the record that a restarted emulator would go by."""
        life.going = True
        return life.record(self.start)

    def conclude(self, life: Life, prepared: Prepared, outcome: Outcome) -> list[Record]:
        """Take what came of an attempt: the records of the attempt, the delivery, and the notification, if any."""
        profile, number = life.occurrence.event.profile, life.number
        outcome = without_accepted_redirect(outcome, profile)
        error = outcome.error
        result = result_of(profile.accept, outcome.response, error)
        started_us, ended_us = self._span(life, outcome)
        life.state, next_us = _after(life, result, error, started_us, ended_us)
        life.made.append(made(outcome, life.offset_us))
        life.going = False
        self.tally.attempted()
        line = attempt_line(
            life,
            outcome,
            signed=prepared.signature is not None,
            next_offset_us=None if next_us is None else next_us - life.first_due_us,
            faults=prepared.faults,
        )
        records: list[Record] = [
            attempt_record(
                life, self.start, prepared, outcome, result=result, next_us=next_us, explanation=line
            )
        ]
        faults = life.occurrence.event.faults
        if faults:
            self._plan_echoes(life, number, life.due_us, ended_us, prepared)
        if next_us is not None:
            next_us += late_us(faults, number + 1, profile)
            life.number, life.due_us, life.remade = number + 1, next_us, False
            self._agenda.add(next_us, life.order, life)
        records.append(life.record(self.start))
        if next_us is None:
            records += self._end(life, ended_us, outcome)
        return records

    def conclude_extra(
        self, life: Life, prepared: Prepared, outcome: Outcome, *, number: int, due_us: int
    ) -> Record:
        """Take what came of an attempt that a fault added to attempt `number`: its record, and nothing else follows."""
        if prepared.extra is not None:
            self._judge_extra(life, prepared.extra, outcome, number=number)
        return extra_record(life, self.start, prepared, outcome, number=number, due_us=due_us)

    def _judge_extra(self, life: Life, extra: Extra, outcome: Outcome, *, number: int) -> None:
        self.tally.added(life.occurrence.event, extra.planned)
        miss = missed(life, extra, outcome, number=number)
        if miss is not None:
            occurrence = life.occurrence
            told = failure(miss, event=occurrence.event.name, index=occurrence.index, delivery=life.id)
            self.tally.fail(told)

    def _plan_echoes(
        self, life: Life, number: int, due_us: int, ended_us: int, prepared: Prepared, *, late: bool = False
    ) -> None:
        """Plan the copies of an attempt that has been made; if `late`, also those that should have gone with it."""
        if life.state is DeliveryState.CANCELLED:
            return
        ended = life.state.ended and number == len(life.made)
        for extra in planned_extras(life, number):
            again = extra.again
            if again is None or (again.ended and not ended) or (number, extra.copy) in life.extra_made:
                continue
            if again.after_us is None and not late:
                continue
            since_us = ended_us if again.ended else due_us
            echo = Echo(life, number, since_us + (again.after_us or 0), copy_of(prepared, extra))
            self._agenda.add(echo.due_us, echo.order, echo)

    def _first_due(self, event: Event, index: int, due_us: int) -> int:
        """When the first attempt of an occurrence goes that is due then: later, where a fault holds it."""
        if not event.faults:
            return due_us
        held_us = self._held.get((event.name, index), due_us)
        return held_us + late_us(event.faults, 1, event.profile)

    def _span(self, life: Life, outcome: Outcome) -> tuple[int, int]:
        """When the attempt started and ended in emulated time."""
        if self.measures:
            started_us = life.due_us + outcome.lateness_us
            return started_us, started_us + outcome.duration_us
        waited_us = emulated_wait(life.occurrence.event.profile, outcome.error)
        return life.due_us, life.due_us + waited_us

    def _end(self, life: Life, ended_us: int, outcome: Outcome) -> Iterator[Record]:
        event, occurrence = life.occurrence.event, life.occurrence
        self.tally.ended(life.state)
        if life.state is not DeliveryState.CANCELLED:
            for miss in judge(
                event.expectation, life.state, life.made, outcome.response, measured=self.measures
            ):
                self.tally.fail(failure(miss, event=event.name, index=occurrence.index, delivery=life.id))
            email = event.profile.email
            if email and life.state is DeliveryState.EXHAUSTED and not _is(outcome.error, ErrorKind.BLOCKED):
                self.tally.notified()
                yield notification_record(life, email, outcome, at=self.start + ended_us)
            self._follow(event, ended_us, deliveries=1)

    def _follow(self, event: Event, ended_us: int, *, deliveries: int) -> None:
        finished_us = self.tally.finished(event, ended_us, deliveries=deliveries)
        if finished_us is None:
            return
        for follower in self._followers.pop(event.name, ()):
            due_us = finished_us + (follower.after.delay_us if follower.after else 0)
            self._agenda.add(due_us, (follower.position, 0, -1, 0), Coming(follower, 0))

    def give_up(self, life: Life, error: TemplateError) -> list[Record]:
        """End a delivery whose content cannot be rendered. Nothing is sent."""
        self.tally.fail(unrendered(life.occurrence.event, life.occurrence.index, error))
        life.state, life.ending = DeliveryState.CANCELLED, f"not sent: {error}"
        self.tally.ended(life.state)
        self._follow(life.occurrence.event, life.due_us, deliveries=1)
        return [life.record(self.start)]

    def skip(self, life: Life) -> None:
        """End a delivery without an attempt, as if it had been accepted: for plans."""
        self._follow(life.occurrence.event, life.due_us, deliveries=1)

    def put_back(self, entry: Life | Echo) -> None:
        """Plan again what was taken and not sent."""
        if isinstance(entry, Life):
            entry.going = False
        self._agenda.add(entry.due_us, entry.order, entry)

    def cancel(self) -> Iterator[Record]:
        """Plan nothing more; the records of the deliveries that were waiting. Those in flight are to be concluded."""
        for entry in self._agenda.clear():
            if isinstance(entry, Life):
                entry.state = DeliveryState.CANCELLED
                entry.ending = cancelled_line(entry.number, entry.due_us - entry.first_due_us)
                self.tally.ended(entry.state)
                yield entry.record(self.start)
        self._followers.clear()
        self.cancelled = True
        self.tally.cut_short()


def _after(
    life: Life, result: Result, error: AttemptError | None, started_us: int, ended_us: int
) -> tuple[DeliveryState, int | None]:
    """The state that an attempt leaves its delivery in, and when the successor is due."""
    retry = life.occurrence.event.profile.retry
    if result is Result.ACCEPTED:
        return DeliveryState.DELIVERED, None
    if _is(error, ErrorKind.CANCELLED):
        return DeliveryState.CANCELLED, None
    next_us = None
    if is_retried(retry, error):
        first_us = life.first_due_us
        next_us = successor_due(
            retry, life.number, first_due_us=first_us, started_us=started_us, ended_us=ended_us
        )
    return (DeliveryState.EXHAUSTED, None) if next_us is None else (DeliveryState.WAITING, next_us)


def _is(error: AttemptError | None, kind: ErrorKind) -> bool:
    return error is not None and error.kind is kind
