"""What became of each thing that a run was to show: it passed, it failed, or nobody can tell.

Pure, over the run's record and what its deliveries came to. Nothing passes that is not decided: where the run itself
did not pass, an expectation holds only if every delivery that it is about was made and has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from emulator.record import (
    DeliveryRecord,
    DeliveryState,
    Expected,
    Failure,
    RunRecord,
    RunState,
    Verdict,
)
from emulator.value import value

MOST_KEPT = 5
"""So many deliveries of an event that did not fail are remembered, to be explained."""

_NEVER_MADE = ("deliveries", "template")
"""The checks of failures that leave nothing for the others to be about."""


class State(StrEnum):
    """What became of it."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"


@value(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing that was expected, and what became of it. `reason` says why it is undecided.

    `incomplete` marks the one that stands for the run as a whole, where it has not come to its end.
    """

    event: str | None
    check: str
    text: str
    state: State
    failures: tuple[Failure, ...] = ()
    reason: str = ""
    incomplete: bool = False

    @property
    def name(self) -> str:
        """In words: `created: delivered`."""
        return f"{'run' if self.event is None else self.event}: {self.text}"


@dataclass(slots=True)
class Seen:
    """The deliveries of one event: how many were made, how many came to an end of their own, how often it occurred."""

    made: int = 0
    ended: int = 0
    occurred: int = 0
    kept: list[str] = field(default_factory=list)

    def add(self, delivery: DeliveryRecord) -> None:
        """Count a delivery."""
        self.made += 1
        self.ended += delivery.state in (DeliveryState.DELIVERED, DeliveryState.EXHAUSTED)
        self.occurred = max(self.occurred, delivery.index + 1)
        if len(self.kept) < MOST_KEPT:
            self.kept.append(delivery.id)


def cases(run: RunRecord, seen: Mapping[str, Seen]) -> Iterator[Case]:
    """Every case of a run, in the order of the scenario. `seen` are the deliveries, by the name of their event."""
    by_event: dict[str | None, list[Failure]] = {}
    for failure in run.failures:
        by_event.setdefault(failure.event, []).append(failure)
    listed: set[int] = set()
    barred = {each.event: each.message for each in run.failures if each.check in _NEVER_MADE}
    for expected in run.expects:
        if not expected.needed and expected.event not in seen:
            continue
        failures = tuple(each for each in by_event.get(expected.event, ()) if _is_of(each, expected))
        if failures:
            listed.update(map(id, failures))
            yield _case(expected, State.FAILED, failures=failures)
            continue
        doubt = _doubt(run, expected, seen, barred)
        yield _case(expected, State.UNDECIDED if doubt else State.PASSED, reason=doubt)
    yield from _unlisted(each for each in run.failures if id(each) not in listed)
    if run.verdict is not Verdict.PASSED and (cut := why_incomplete(run)):
        yield Case(
            event=None, check="complete", text="complete", state=State.UNDECIDED, reason=cut, incomplete=True
        )


def _case(expected: Expected, state: State, *, failures: tuple[Failure, ...] = (), reason: str = "") -> Case:
    return Case(
        event=expected.event,
        check=expected.check,
        text=expected.text,
        state=state,
        failures=failures,
        reason=reason,
    )


def _is_of(failure: Failure, expected: Expected) -> bool:
    """Whether a failure of its event is one of this expectation. No answer, or no JSON, fails all that is about it."""
    match failure.check:
        case "response":
            return expected.check.startswith("response ")
        case "response json":
            return expected.check.startswith("response $")
        case check if check in _NEVER_MADE:
            return expected.check == "outcome"
        case check:
            return check == expected.check


def _doubt(
    run: RunRecord, expected: Expected, seen: Mapping[str, Seen], barred: Mapping[str | None, str]
) -> str:
    """Why nobody can tell whether an expectation without failures holds; empty where it does."""
    if run.verdict is Verdict.PASSED:
        return ""
    if run.verdict is None or run.counts.lost or run.error is not None:
        return why_incomplete(run)
    if any(failure.check == "more" for failure in run.failures):
        return "the run has more failures than are kept"
    if expected.event in barred:
        return barred[expected.event]
    cut = why_incomplete(run)
    if expected.event is None:
        return cut
    of = seen.get(expected.event, Seen())
    if not of.made:
        return cut or "no delivery was made"
    if of.ended < of.made:
        return f"{of.made - of.ended:,} of {of.made:,} deliveries did not come to their end"
    return cut if of.occurred < expected.times or not expected.times else ""


def why_incomplete(run: RunRecord) -> str:
    """Why a run has not come to its end with all its records; empty where it has."""
    if run.error is not None:
        return run.error
    if run.counts.lost:
        return f"{run.counts.lost:,} records lost"
    if run.state is RunState.CANCELLED:
        return "the run was cut short"
    if run.verdict is not None:
        return ""
    return "the run is open, and judged when it is finished" if run.open else "the run is still running"


def _unlisted(failures: Iterable[Failure]) -> Iterator[Case]:
    """The failures of what is not listed, such as those beyond the first thousand."""
    groups: dict[tuple[str | None, str], list[Failure]] = {}
    for failure in failures:
        groups.setdefault((failure.event, failure.check), []).append(failure)
    for (event, check), found in groups.items():
        text = "more failures" if check == "more" else check
        yield Case(event=event, check=check, text=text, state=State.FAILED, failures=tuple(found))
