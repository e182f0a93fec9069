"""Redelivery: one more attempt of an ended delivery, sent and recorded when somebody asks for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from emulator.delivery.attempt import Outcome
from emulator.delivery.extra import TRIGGER
from emulator.delivery.redelivery import Redelivery, redelivery
from emulator.endpoint import Endpoint
from emulator.errors import RedeliveryError
from emulator.journal.pages import all_attempts
from emulator.journal.seam import AttemptFilter
from emulator.machine import Machine
from emulator.record import AttemptRecord, DeliveryRecord, RunRecord
from emulator.run import Run, on_wire
from emulator.scenario.model import Event
from emulator.scenario.render import RunFacts

_RUNS_KEPT = 500
_EVENTS_KEPT = 20_000
_FORGOTTEN = (
    "the secrets of this delivery's run are no longer known: they go with the run, once {} more have ended "
    "or the emulator was started again; play the scenario again"
)


@dataclass(slots=True)
class _Kept:
    """What an ended run was made of, secrets and all, and its record."""

    facts: RunFacts
    events: dict[str, Event]
    endpoints: dict[str, Endpoint]
    record: RunRecord


class Redelivering:
    """Redelivers, and keeps in memory what that takes of the runs that ended last."""

    def __init__(self, machine: Machine, find: Callable[[str], Run | None]) -> None:
        self._machine = machine
        self._find = find
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._events = 0
        self._going: dict[str, RunRecord] = {}

    def keep(self, run: Run) -> None:
        """Remember what a run that has ended was made of."""
        kept = _kept(run)
        self._kept[run.id] = kept
        self._events += len(kept.events)
        while len(self._kept) > _RUNS_KEPT or (self._events > _EVENTS_KEPT and len(self._kept) > 1):
            _, oldest = self._kept.popitem(last=False)
            self._events -= len(oldest.events)

    def plays(self, name: str, asks_for: Callable[[str, Mapping[str, str]], bool]) -> bool:
        """Whether a run that is remembered, and asked for by its id and labels, had an event of this name."""
        return any(
            name in kept.events and asks_for(kept.record.id, kept.record.labels)
            for kept in self._kept.values()
        )

    def going(self, asks_for: Callable[[str, Mapping[str, str]], bool]) -> list[str]:
        """The runs, of those asked for by their ids and labels, of which a delivery is being redelivered."""
        found = (run.id for run in self._going.values() if asks_for(run.id, run.labels))
        return list(dict.fromkeys(found))

    def forget(self, run: str) -> None:
        """Let go of a run that is removed."""
        kept = self._kept.pop(run, None)
        self._events -= len(kept.events) if kept else 0

    async def again(self, delivery: DeliveryRecord) -> AttemptRecord:
        """Redeliver. Raises RedeliveryError where that cannot be."""
        if not delivery.state.ended:
            raise RedeliveryError(
                f"this delivery is {delivery.state.value}; it has attempts of its own to come"
            )
        run = self._find(delivery.run)
        kept = self._kept.get(delivery.run) if run is None else _kept(run)
        if kept is None:
            raise RedeliveryError(_FORGOTTEN.format(_RUNS_KEPT))
        if delivery.id in self._going:
            raise RedeliveryError("this delivery is being redelivered right now")
        self._going[delivery.id] = kept.record
        try:
            return await self._again(delivery, kept)
        finally:
            del self._going[delivery.id]

    async def _again(self, delivery: DeliveryRecord, kept: _Kept) -> AttemptRecord:
        made = await self._last(delivery)
        if made is None:
            raise RedeliveryError("nothing of this delivery was ever sent")
        event, endpoint = kept.events[delivery.event_name], kept.endpoints.get(delivery.endpoint or "")
        again = redelivery(
            delivery, made, event, kept.facts, on_wire, wall=self._machine.now(), endpoint=endpoint
        )
        return await self._record(delivery, again, await self._send(again))

    async def _last(self, delivery: DeliveryRecord) -> AttemptRecord | None:
        """Its last attempt that no fault had added."""
        async for attempt in all_attempts(
            self._machine.journal, AttemptFilter(delivery=delivery.id), descending=True
        ):
            if attempt.trigger != TRIGGER:
                return attempt
        return None

    async def _send(self, again: Redelivery) -> Outcome:
        profile, wall = again.event.profile, self._machine.wall
        exchange = await self._machine.sender.send(
            again.request, timeout_us=profile.timeout_us, follow=profile.follow_redirects
        )
        sent_wall = wall(exchange.sent_ns)
        return Outcome(
            response=exchange.response,
            error=exchange.error,
            planned_wall=sent_wall,
            sent_wall=sent_wall,
            lateness_us=0,
            duration_us=(exchange.ended_ns - exchange.sent_ns) // 1_000,
        )

    async def _record(self, delivery: DeliveryRecord, again: Redelivery, outcome: Outcome) -> AttemptRecord:
        record = self._counted(delivery.run)
        attempt = again.record(outcome, due_at=record.now)
        self._machine.put(attempt, replace(delivery, attempts=attempt.number), record)
        await self._machine.journal.flush()
        return attempt

    def _counted(self, id: str) -> RunRecord:
        """The run as it stands now, with one attempt more."""
        kept, run = self._kept.get(id), self._find(id)
        if kept is not None:
            counts = replace(kept.record.counts, attempts=kept.record.counts.attempts + 1)
            kept.record = replace(kept.record, counts=counts)
            return kept.record
        if run is None:
            raise RedeliveryError("the run was removed meanwhile")
        run.playing.tally.attempted()
        return run.record()


def _kept(run: Run) -> _Kept:
    events = {event.name: event for event in (*run.scenario.events, *run.scenario.api_events)}
    return _Kept(run.playing.facts, events, run.playing.endpoints, run.record())
