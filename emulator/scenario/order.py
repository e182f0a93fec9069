"""How events follow each other: their names, what comes after what, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emulator.document.place import nearest
from emulator.duration import LONGEST
from emulator.scenario.draft import Draft
from emulator.scenario.model import MOST_EVENTS, After, Repeat


def check_order(drafts: Sequence[Draft]) -> list[str]:
    """The name of each event. Problems are noted where they stand."""
    names = _names(drafts)
    positions = {name: number for number, name in reversed(list(enumerate(names)))}
    for draft in drafts:
        if draft.place.report.full:
            break
        _check_time(draft)
        _check_after(draft, positions)
    _check_cycles(drafts, names, positions)
    _check_count(drafts)
    return names


def _names(drafts: Sequence[Draft]) -> list[str]:
    names = [draft.get("name") or f"event-{number}" for number, draft in enumerate(drafts, 1)]
    if len(set(names)) == len(names):
        return names
    first: dict[str, int] = {}
    for number, name in enumerate(names):
        if drafts[number].place.report.full:
            break
        if name not in first:
            first[name] = number
            continue
        other = first[name]
        draft, nameless = (
            (drafts[number], other) if drafts[number].stands("name") else (drafts[other], number)
        )
        told = (
            f"event {other + 1} has it already"
            if drafts[nameless].stands("name")
            else f"it is what event {nameless + 1}, which has no name, is called"
        )
        draft.place.down(("name",)).problem(f"the name {name[:60]!r} must be unique; {told}")
    return names


def _check_time(draft: Draft) -> None:
    if draft.stands("at") and draft.stands("after"):
        draft.place.key_problem(
            "after", "expected either at or after, found both; after has a delay of its own"
        )
    repeat: Repeat | None = draft.get("repeat")
    if repeat and (repeat.times - 1) * repeat.every_us + draft.get("at", 0) > LONGEST:
        draft.place.child("repeat").problem("expected the last occurrence within 3650 days of the start")


def _check_after(draft: Draft, positions: Mapping[str, int]) -> None:
    after: After | None = draft.get("after")
    if after and after.event not in positions:
        draft.place.down(("after", "event")).problem(
            f"unknown event {after.event[:60]!r}{nearest(after.event, positions)}"
        )


def _check_cycles(drafts: Sequence[Draft], names: Sequence[str], positions: Mapping[str, int]) -> None:
    """Follow `after` from each event; what leads back to where it came from is a cycle, and told once."""
    done: set[int] = set()
    for start, draft in enumerate(drafts):
        if draft.place.report.full:
            break
        trail: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in done and at not in trail:
            trail[at] = None
            after: After | None = drafts[at].get("after")
            at = positions.get(after.event) if after else None
        if at is not None and at in trail:
            cycle = list(trail)[list(trail).index(at) :]
            _tell_cycle(drafts, names, cycle)
        done.update(trail)


def _tell_cycle(drafts: Sequence[Draft], names: Sequence[str], cycle: list[int]) -> None:
    shown = [names[each][:60] for each in cycle]
    chain = [*shown[:5], "…"] if len(shown) > 6 else shown
    told = " after ".join([*chain, shown[0]])
    drafts[cycle[0]].place.down(("after", "event")).problem(
        f"the events wait for each other in a cycle: {told}"
    )


def _check_count(drafts: Sequence[Draft]) -> None:
    total = sum(draft.get("repeat", Repeat()).times for draft in drafts)
    if total > MOST_EVENTS and drafts:
        draft = max(drafts, key=lambda each: each.get("repeat", Repeat()).times)
        draft.place.down(("repeat", "times")).problem(
            f"expected at most {MOST_EVENTS} events, repeats counted, found {total}"
        )
