"""A run as a suite of JUnit XML: one test case for each thing that the scenario expects.

What failed is a failure. What is not decided is skipped, and a run that did not come to its end is an error of its
own, so that no reader takes it for a pass.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.duration import SECOND, format_moment
from emulator.journal.pages import all_attempts, all_deliveries
from emulator.journal.seam import AttemptFilter, Journal
from emulator.record import Failure, RunRecord
from emulator.report.cases import MOST_KEPT, Case, Seen, State, cases
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


async def suites(journal: Journal, run: RunRecord) -> AsyncIterator[str]:
    """The suite of a run. Raises JournalError where its records cannot be read."""
    records = _Records()
    async for delivery in all_deliveries(journal, run.id):
        records.seen.setdefault(delivery.event_name, Seen()).add(delivery)
    async for attempt in all_attempts(journal, AttemptFilter(run=run.id)):
        name = attempt.event_name
        records.took[name] = records.took.get(name, 0) + attempt.duration_us
    found = list(cases(run, records.seen))
    yield _written(_suite(run, found, records, await _explanations(journal, found, records.seen)))


async def _explanations(
    journal: Journal, found: Sequence[Case], seen: Mapping[str, Seen]
) -> dict[str, list[str]]:
    wanted = dict.fromkeys(id for case in found for id in _deliveries(case, seen))
    return await journal.explanations(list(wanted)) if wanted else {}


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
        _judge(element, case)
        if first or case.state is not State.PASSED:
            _explain(element, [explanations.get(id, []) for id in _deliveries(case, records.seen)])
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


def _judge(element: Element, case: Case) -> None:
    from xml.etree.ElementTree import SubElement  # noqa: PLC0415 - as above

    if case.state is State.FAILED:
        first, *more = case.failures
        told = f"{first.message} (and {len(more):,} more)" if more else first.message
        failure = SubElement(element, "failure", message=readable(told), type=first.check)
        failure.text = readable("\n".join(_lines(case.failures)))
    elif case.incomplete:
        SubElement(element, "error", message=readable(case.reason), type="incomplete")
    elif case.state is State.UNDECIDED:
        SubElement(element, "skipped", message=readable(f"not decided: {case.reason}"))


def _explain(element: Element, explanations: Sequence[Sequence[str]]) -> None:
    from xml.etree.ElementTree import SubElement  # noqa: PLC0415 - as above

    told = "\n\n".join("\n".join(lines) for lines in explanations if lines)
    if told:
        SubElement(element, "system-out").text = readable(told)


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
