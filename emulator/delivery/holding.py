"""Webhooks that go later than planned, because a fault holds them: some by a time, some until others have gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emulator.duration import SECOND
from emulator.fault import Planned, on_attempt
from emulator.fault.reorder import Reorder
from emulator.provider.profile import Profile
from emulator.scenario.model import Event
from emulator.scenario.render import RunFacts, drawn

SPACING_US = SECOND
"""So long after each other the webhooks of a reordered group go, in emulated time."""


def late_us(faults: Sequence[Planned], number: int, profile: Profile) -> int:
    """How much later than planned attempt `number` goes, in microseconds."""
    return sum(each.fault.late_us for each in on_attempt(faults, number, profile.attempts)) if faults else 0


def held(events: Sequence[Event], facts: RunFacts) -> Mapping[tuple[str, int], int]:
    """When the first attempts of reordered occurrences go, by event and index, in microseconds since the start.

    A group waits for its last occurrence; then all go, in an order that is drawn, and is not that of their events.
    """
    groups: dict[str, list[tuple[int, Event, int]]] = {}
    for event in events:
        group = reordered(event)
        if group is not None and event.scheduled and event.after is None:
            planned = (
                (event.at_us + index * event.repeat.every_us, index) for index in range(event.repeat.times)
            )
            groups.setdefault(group, []).extend((due_us, event, index) for due_us, index in planned)
    moments: dict[tuple[str, int], int] = {}
    for occurrences in groups.values():
        occurrences.sort(key=lambda each: (each[0], each[1].position, each[2]))
        places = sorted(
            range(len(occurrences)),
            key=lambda place: drawn(occurrences[place][1], facts, occurrences[place][2], "order"),
        )
        if places == sorted(places):
            places = places[1:] + places[:1]
        last_us = occurrences[-1][0]
        for turn, place in enumerate(places):
            _, event, index = occurrences[place]
            moments[event.name, index] = last_us + turn * SPACING_US
    return moments


def reordered(event: Event) -> str | None:
    """The group that an event is reordered in."""
    return next((each.fault.group for each in event.faults if isinstance(each.fault, Reorder)), None)
