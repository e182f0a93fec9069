"""The tally of a run: counts, failures, which events are through, and the verdict they come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from emulator.delivery.judge import range_json, range_text, within
from emulator.fault import Expects, Planned
from emulator.record import Counts, DeliveryState, Failure, Verdict
from emulator.scenario.model import Event, Scenario

_NOWHERE = ": it has no target, and there was no registered endpoint that wanted it"

MOST_FAILURES = 1_000
"""So many failures are kept in full; of the others only the number is told."""


@dataclass(slots=True)
class _Through:
    """How far an event is: occurrences still to come, those that requests emitted, deliveries still open, deliveries
    made, the latest end.
    """

    coming: int
    emitted: int = 0
    open: int = 0
    made: int = 0
    end_us: int = 0


class Tally:
    """Counts what happens, in bounded memory."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._events = {
            event.name: _Through(event.repeat.times if event.scheduled else 0)
            for event in (*scenario.events, *scenario.api_events)
        }
        self._failures: list[Failure] = []
        self._more_failures = 0
        self._notifications = 0
        self._incomplete = False
        self._added: set[tuple[str, Planned]] = set()
        self._occurred = self._deliveries = self._attempts = self._delivered = self._exhausted = (
            self._lost
        ) = 0

    @property
    def counts(self) -> Counts:
        """The counts so far."""
        return Counts(
            events=self._occurred,
            deliveries=self._deliveries,
            attempts=self._attempts,
            delivered=self._delivered,
            exhausted=self._exhausted,
            lost=self._lost,
        )

    def occurred(self) -> int:
        """An event occurred; its number."""
        self._occurred += 1
        return self._occurred

    def emitted(self, event: Event) -> int:
        """A request emitted the event; the index of the occurrence, which comes after all that are planned."""
        through = self._events[event.name]
        planned = event.repeat.times if event.scheduled else 0
        through.coming += 1
        through.emitted += 1
        return planned + through.emitted - 1

    def delivery(self) -> int:
        """A delivery began; its number."""
        self._deliveries += 1
        return self._deliveries

    def planned(self, event: Event, deliveries: int) -> None:
        """An occurrence has so many deliveries."""
        through = self._events[event.name]
        through.coming -= 1
        through.open += deliveries
        through.made += deliveries

    def added(self, event: Event, planned: Planned) -> None:
        """A fault of the event added an attempt."""
        self._added.add((event.name, planned))

    def attempted(self) -> None:
        """An attempt was made."""
        self._attempts += 1

    def ended(self, state: DeliveryState) -> None:
        """A delivery ended."""
        self._delivered += state is DeliveryState.DELIVERED
        self._exhausted += state is DeliveryState.EXHAUSTED

    def notified(self) -> None:
        """A notification was made."""
        self._notifications += 1

    def lost(self, attempts: int) -> None:
        """Records of attempts were evicted while the run went on."""
        self._lost += attempts

    def fail(self, failure: Failure) -> None:
        """An expectation did not hold."""
        if len(self._failures) < MOST_FAILURES:
            self._failures.append(failure)
        else:
            self._more_failures += 1

    def cut_short(self) -> None:
        """The run ends before all was played."""
        self._incomplete = True

    def finished(self, event: Event, ended_us: int, *, deliveries: int) -> int | None:
        """A delivery of the event ended, or an occurrence that has none; if it was the last, when the event ended."""
        through = self._events[event.name]
        through.end_us = max(through.end_us, ended_us)
        through.open -= deliveries
        return None if through.open > 0 or through.coming > 0 else through.end_us

    def verdict(self) -> tuple[Verdict, tuple[Failure, ...]]:
        """What the ended run came to. Failed beats incomplete."""
        failures = [*self._failures, *(self._unmet() if not self._incomplete else ())]
        if self._more_failures:
            told = f"and {self._more_failures} more failures"
            failures.append(
                Failure(event=None, check="more", expected=0, actual=self._more_failures, message=told)
            )
        if failures:
            return Verdict.FAILED, tuple(failures)
        return (Verdict.INCOMPLETE if self._incomplete or self._lost else Verdict.PASSED), ()

    def _unmade(self, event: Event) -> str:
        nowhere = self._events[event.name].emitted and event.seeks and not event.targets
        return "no delivery was made" + (_NOWHERE if nowhere else "")

    def _unsent(self, event: Event) -> Iterator[Failure]:
        """Faults whose attempts nobody got, so that nothing shows what the endpoint would have answered."""
        for planned in dict.fromkeys(event.faults):
            wanted = planned.expects(event.profile)
            if wanted in (None, Expects.ANY) or (event.name, planned) in self._added:
                continue
            told = f"{planned.fault.told}: nothing was sent, since no delivery came to {planned.on}"
            yield Failure(
                event=event.name, check=wanted.value, expected=wanted.value, actual=None, message=told
            )

    def _unmet(self) -> list[Failure]:
        unmet = [
            Failure(
                event=event.name,
                check="deliveries",
                expected={"min": 1},
                actual=0,
                message=self._unmade(event),
            )
            for event in self._scenario.events
            if not self._events[event.name].made
        ]
        unmet += chain.from_iterable(
            self._unsent(event) for event in self._scenario.events if self._events[event.name].made
        )
        bounds = self._scenario.notifications
        if bounds is not None and not within(self._notifications, bounds):
            told = f"expected {range_text(bounds, 'notification')}, made {self._notifications}"
            expected, actual = range_json(bounds), self._notifications
            unmet.append(
                Failure(event=None, check="notifications", expected=expected, actual=actual, message=told)
            )
        return unmet
