"""A run as a suite of JUnit XML: one test case for each thing that the scenario expects.

What failed is a failure. What is not decided is skipped, and a run that did not come to its end is an error of its
own, so that no reader takes it for a pass.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.duration import SECOND, format_moment
from emulator.journal.pages import all_attempts, all_deliveries
from emulator.journal.seam import AttemptFilter, Journal
from emulator.record import DeliveryRecord, Failure, RunRecord
from emulator.report.cases import MOST_KEPT, Case, Seen, State, cases
from emulator.report.cause import cause_line
from emulator.report.text import readable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_TOLD = 20
"""So many failures of one case are told."""

CLOSING = "</testsuites>\n"


_OPENING = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="webhook-emulator">\n'
_NOTHING_PLAYED = """\
<testsuite name="webhook-emulator" tests="1" failures="0" errors="1" skipped="0" time="0.000000">
  <testcase classname="webhook-emulator" name="play" time="0.000000">
    <error message="nothing was played" type="incomplete" />
  </testcase>
</testsuite>
"""


def opening(runs: Sequence[RunRecord]) -> str:
    """All that stands before the suites. Where there are none, an error, since some take an empty report for a pass."""
    return _OPENING if runs else _OPENING + _NOTHING_PLAYED


@dataclass(slots=True)
class _Records:
    """What the suite tells of a run's records. Durations are microseconds of real time, by the name of the event."""

    seen: dict[str, Seen] = field(default_factory=dict)
    took: dict[str, int] = field(default_factory=dict)
    caused: dict[str, DeliveryRecord] = field(default_factory=dict)


async def suites(journal: Journal, run: RunRecord) -> AsyncIterator[str]:
    """The suite of a run. Raises JournalError where its records cannot be read."""
    records = _Records()
    async for delivery in all_deliveries(journal, run.id):
        records.seen.setdefault(delivery.event_name, Seen()).add(delivery)
        if delivery.cause is not None:
            records.caused[delivery.id] = delivery
    async for attempt in all_attempts(journal, AttemptFilter(run=run.id)):
        name = attempt.event_name
        records.took[name] = records.took.get(name, 0) + attempt.duration_us
    found = list(cases(run, records.seen))
    yield _written(_suite(run, found, records, await _explanations(journal, found, records)))


async def _explanations(journal: Journal, found: Sequence[Case], records: _Records) -> dict[str, list[str]]:
    wanted = dict.fromkeys(id for case in found for id in _deliveries(case, records.seen))
    told = await journal.explanations(list(wanted)) if wanted else {}
    for id in wanted:
        if id in records.caused:
            told[id] = [await cause_line(journal, records.caused[id]), *told.get(id, [])]
    return told


def _deliveries(case: Case, seen: Mapping[str, Seen]) -> list[str]:
    """The deliveries that a case is explained by: those that failed, else the first ones of its event."""
    failed = dict.fromkeys(each.delivery for each in case.failures if each.delivery is not None)
    if failed:
        return list(failed)[:MOST_KEPT]
    of = None if case.event is None else seen.get(case.event)
    return [] if of is None else of.kept


def _suite(
    run: RunRecord, found: Sequence[Case], records: _Records, explanations: Mapping[str, list[str]]
) -> Element:
    from xml.etree.ElementTree import Element, SubElement  # noqa: PLC0415 - a server starts without it

    states = [case.state for case in found]
    incomplete = sum(case.incomplete for case in found)
    suite = Element(
        "testsuite",
        name=readable(run.scenario),
        tests=str(len(found)),
        failures=str(states.count(State.FAILED)),
        errors=str(incomplete),
        skipped=str(states.count(State.UNDECIDED) - incomplete),
        time=_seconds((run.settled_wall or run.started_wall) - run.started_wall),
        timestamp=format_moment(run.started_wall // SECOND * SECOND).removesuffix("Z"),
    )
    properties = SubElement(suite, "properties")
    for name, text in _facts(run):
        SubElement(properties, "property", name=readable(name), value=readable(text))
    told: set[str | None] = set()
    explained: dict[str, str] = {}
    for case in found:
        first = case.event not in told
        told.add(case.event)
        took = records.took.get(case.event, 0) if first and case.event is not None else 0
        element = SubElement(
            suite,
            "testcase",
            classname=readable(run.scenario),
            name=readable(case.name),
            time=_seconds(took),
        )
        story = {id: explanations[id] for id in _deliveries(case, records.seen) if explanations.get(id)}
        if case.state is State.FAILED:
            _fail(element, case, _once(case, story, explained))
            continue
        _doubt(element, case)
        if story and (first or case.state is State.UNDECIDED):
            SubElement(element, "system-out").text = readable(_told(story.values()))
    return suite


def _facts(run: RunRecord) -> list[tuple[str, str]]:
    counts = run.counts
    return [
        ("run", run.id),
        ("verdict", "none" if run.verdict is None else run.verdict.value),
        ("speed", run.speed),
        ("seed", str(run.seed)),
        ("start", format_moment(run.start)),
        ("deliveries", str(counts.deliveries)),
        ("attempts", str(counts.attempts)),
        *((f"label.{key}", text) for key, text in run.labels.items()),
        *(("warning", warning) for warning in run.warnings),
    ]


def _fail(element: Element, case: Case, story: str) -> None:
    """What failed, and why, in the failure itself: many readers show nothing else."""
    from xml.etree.ElementTree import SubElement  # noqa: PLC0415 - as above

    first, *more = case.failures
    told = f"{first.message} (and {len(more):,} more)" if more else first.message
    failure = SubElement(element, "failure", message=readable(told), type=first.check)
    lines = "\n".join(_lines(case.failures))
    failure.text = readable(f"{lines}\n\n{story}" if story else lines)


def _doubt(element: Element, case: Case) -> None:
    from xml.etree.ElementTree import SubElement  # noqa: PLC0415 - as above

    if case.incomplete:
        SubElement(element, "error", message=readable(case.reason), type="incomplete")
    elif case.state is State.UNDECIDED:
        SubElement(element, "skipped", message=readable(f"not decided: {case.reason}"))


def _once(case: Case, story: Mapping[str, Sequence[str]], explained: dict[str, str]) -> str:
    """What is told of these deliveries; of those that a failure has `explained`, only in which case that stands."""
    elsewhere = dict.fromkeys(f"see {explained[id]}" for id in story if id in explained)
    new = [lines for id, lines in story.items() if id not in explained]
    explained.update((id, case.name) for id in story if id not in explained)
    return _told([*new, list(elsewhere)] if elsewhere else new)


def _told(stories: Iterable[Sequence[str]]) -> str:
    return "\n\n".join("\n".join(lines) for lines in stories)


def _lines(failures: Sequence[Failure]) -> list[str]:
    lines = [
        f"[{failure.index}] {failure.message}" if failure.index else failure.message
        for failure in failures[:MOST_TOLD]
    ]
    return [*lines, *([f"and {len(failures) - MOST_TOLD:,} more"] if len(failures) > MOST_TOLD else [])]


def _seconds(micros: int) -> str:
    return f"{micros / SECOND:.6f}"


def _written(suite: Element) -> str:
    from xml.etree.ElementTree import indent, tostring  # noqa: PLC0415 - as above

    indent(suite)
    return f"{tostring(suite, encoding='unicode')}\n"
