"""A check as one HTML page, in the manner of the reports of runs: failed probes first, each attempt to be opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from emulator import __version__
from emulator.check.finding import GRADES, Finding, Status
from emulator.check.result import Result
from emulator.duration import SECOND, format_moment
from emulator.report.html import ALLOWED, STYLE, attempt_view, template

MOST_ATTEMPTS = 10
"""So many attempts of a probe are shown."""

_GROUPS = (
    (Status.INCOMPLETE, "Not come to an end"),
    (Status.PASSED, "Passed"),
    (Status.SKIPPED, "Not asked"),
)


def page(result: Result) -> str:
    """The whole page."""
    grade = "no grade" if result.grade is None else f"grade {result.grade.value}"
    told: str = template("check.html").render(
        title=f"{grade}: {result.target}",
        policy=ALLOWED,
        style=STYLE,
        version=__version__,
        target=result.target,
        grade=grade,
        meaning="the check was cut short" if result.grade is None else GRADES[result.grade],
        verdict="failed" if result.wrong else "passed" if result.grade is not None else "incomplete",
        facts=_facts(result),
        groups=list(_groups(result)),
    )
    return told.strip()


def _facts(result: Result) -> list[tuple[str, str]]:
    counts = [(status.value, str(result.count(status))) for status in Status if result.count(status)]
    began = format_moment(result.started_wall // SECOND * SECOND)
    return [("provider", result.provider), ("type", result.type or "none"), *counts, ("began", began)]


def _groups(result: Result) -> Iterator[dict[str, Any]]:
    if result.failed:
        yield _group("Failed", result.failed)
    for status, title in _GROUPS:
        found = [each for each in result.findings if each.status is status]
        if found:
            yield _group(title, found)


def _group(title: str, findings: Sequence[Finding]) -> dict[str, Any]:
    return {"title": title, "findings": [_finding(each) for each in findings]}


def _finding(finding: Finding) -> dict[str, Any]:
    probe = finding.probe
    asked = [("sent", probe.sends), ("expected", probe.expects)]
    mend = [("why", probe.why), ("mend", finding.mend)]
    found = [("found", reason) for reason in finding.reasons]
    advice = asked + found + mend if finding.status is Status.FAILED else found
    return {
        "probe": probe,
        "status": finding.status.value,
        "advice": advice,
        "attempts": [attempt_view(each) for each in finding.attempts[:MOST_ATTEMPTS]],
        "more": max(len(finding.attempts) - MOST_ATTEMPTS, 0),
    }
