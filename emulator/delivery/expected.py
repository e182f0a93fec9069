"""What a scenario expects, item by item and in words: each is one thing that a report says yes or no to.

The names of the checks are those of the failures that `judge` and the tally find.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from emulator.delivery.judge import expected_text, range_text
from emulator.duration import format_duration, plain_seconds
from emulator.fault import Expects
from emulator.matcher import MessageMatcher
from emulator.record import Expected
from emulator.scenario.expectation import Expectation
from emulator.scenario.model import Event, Scenario

MOST_EXPECTED = 1_000
"""So many are listed; of the others it is only said that there are more."""

MORE = "more"
"""The check that stands for those beyond them, and for the failures beyond those that are kept."""

_LONGEST = 300


def expected_of(scenario: Scenario) -> Iterator[Expected]:
    """All that a run of the scenario is to show; occurrences of one event are one. Their number is bounded."""
    found = chain(
        chain.from_iterable(_of_event(event, needed=True) for event in scenario.events),
        chain.from_iterable(_of_event(event, needed=False) for event in scenario.api_events),
        _of_run(scenario),
    )
    yield from islice(found, MOST_EXPECTED)
    if next(found, None) is not None:
        yield Expected(event=None, check=MORE, text=f"what is expected beyond the first {MOST_EXPECTED:,}")


def _of_event(event: Event, *, needed: bool) -> Iterator[Expected]:
    times = event.repeat.times if event.scheduled and needed else 0
    for check, text in chain(_checks(event.expectation), _added(event)):
        yield Expected(event=event.name, check=check, text=_cut(text), times=times, needed=needed)


def _checks(expectation: Expectation) -> Iterator[tuple[str, str]]:
    if expectation.outcome is not None:
        yield "outcome", expectation.outcome
    if expectation.answer is not None:
        yield "answer", f"each attempt answered with {expected_text(expectation.answer)}"
    if expectation.attempts is not None:
        yield "attempts", range_text(expectation.attempts, "attempt")
    if expectation.statuses is not None:
        yield "statuses", f"statuses {', '.join(map(str, expectation.statuses))}"
    if expectation.offsets is not None:
        yield "offsets", f"offsets {', '.join(map(plain_seconds, expectation.offsets))} s"
    if expectation.answered_within_us is not None:
        yield "answered_within", f"answered within {format_duration(expectation.answered_within_us)}"
    if expectation.response is not None:
        yield from _parts(expectation.response)


def _added(event: Event) -> Iterator[tuple[str, str]]:
    """What the attempts that faults add are to be answered, by what is wanted of them."""
    told: dict[Expects, list[str]] = {}
    for planned in event.faults:
        wanted = planned.expects(event.profile)
        if wanted is not None and wanted is not Expects.ANY:
            told.setdefault(wanted, []).append(planned.fault.told)
    for wanted, faults in told.items():
        yield wanted.value, f"{expected_text(wanted)} of {', '.join(faults)}"


def _parts(wanted: MessageMatcher) -> Iterator[tuple[str, str]]:
    parts = {f"header {name}": matcher for name, matcher in wanted.headers.items()}
    if wanted.body is not None:
        parts["body"] = wanted.body
    for part, matcher in (parts | dict(wanted.json)).items():
        yield f"response {part}", f"response {part}: {matcher}"


def _of_run(scenario: Scenario) -> Iterator[Expected]:
    if scenario.notifications is not None:
        text = range_text(scenario.notifications, "notification")
        yield Expected(event=None, check="notifications", text=text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
