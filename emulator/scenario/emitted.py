"""What the routes of a scenario say about its events, before either is resolved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emulator.document.place import nearest
from emulator.scenario.draft import Draft
from emulator.scenario.model import After, Event

_EXACT = ("payload_file", "body")


class Emitted:
    """Which events routes emit, and what they give them. Problems are noted where the events are named."""

    def __init__(self, routes: Sequence[Draft], names: Sequence[str], events: Sequence[Draft]) -> None:
        drafts = dict(zip(names, events, strict=True))
        self._without_targets: set[str] = set()
        self._with_data: set[str] = set()
        self.names: set[str] = set()
        for emit in (each for route in routes for each in route.get("emits", ())):
            self._take(emit, drafts)

    def _take(self, emit: Draft, events: dict[str, Draft]) -> None:
        name = emit.get("event")
        if name is None:
            return
        if name not in events:
            emit.place.child("event").problem(f"unknown event {name[:60]!r}{nearest(name, events)}")
            return
        self.names.add(name)
        if not emit.stands("targets") or emit.place.child("targets").node.value is None:
            self._without_targets.add(name)
        if emit.stands("data"):
            self._with_data.add(name)
            for key in _EXACT:
                if events[name].stands(key):
                    told = (
                        f"the event {name[:60]!r} sends exact bytes (`{key}`), on which no data can be laid"
                    )
                    emit.place.key_problem("data", told)

    def scheduled(self, name: str, draft: Draft) -> bool:
        """Whether an event plays by itself."""
        return name not in self.names or _planned(draft)

    def unaimed(self, events: Sequence[Event]) -> Iterator[str]:
        """A warning for each event that depends on endpoints which are yet to be registered."""
        for event in events:
            if event.name in self._without_targets and not (event.targets or event.endpoints):
                yield (
                    f"the event {event.name!r} has no target: where a route emits it without targets, "
                    "it goes to the endpoints that are registered by then"
                )

    def takes_data(self, name: str) -> bool:
        """Whether routes lay data on that of an event."""
        return name in self._with_data

    def forgotten(self, names: Sequence[str], events: Sequence[Draft]) -> Iterator[str]:
        """A warning for each event that is neither emitted nor planned, where others are emitted."""
        for name, draft in zip(names, events, strict=True):
            if self.names and name not in self.names and not _planned(draft):
                yield f"no route emits the event {name!r}, so it plays at the start; write at: 0s if that is meant"

    def once(self, names: Sequence[str], events: Sequence[Draft]) -> Iterator[str]:
        """A warning for each event that comes after an emitted one, and likely is meant to follow each of them."""
        for name, draft in zip(names, events, strict=True):
            after: After | None = draft.get("after")
            if after and after.event in self.names:
                yield (
                    f"the event {name!r} comes after {after.event!r}, which a route emits: "
                    "it follows once, however often that is emitted; to follow each call, let the route emit it, too"
                )


def _planned(draft: Draft) -> bool:
    return draft.broken or draft.stands("at") or draft.stands("after")
