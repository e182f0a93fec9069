"""A check as lines for people: one for each probe, then what to do about those that failed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from emulator.check.finding import Finding, Status
from emulator.check.result import Result

_MARKS = {
    Status.PASSED: "ok",
    Status.FAILED: "FAILED",
    Status.SKIPPED: "skipped",
    Status.INCOMPLETE: "incomplete",
}
_WIDTH = 100


def line(finding: Finding) -> str:
    """One probe, as soon as it is known."""
    probe = finding.probe
    severity = f" ({probe.severity.value})" if finding.status is Status.FAILED else ""
    return f"{_MARKS[finding.status]:<10}  {probe.id:<24}  {probe.title}{severity}"


def closing(result: Result) -> Iterator[str]:
    """What is wrong and how to mend it, then the grade."""
    for finding in result.findings:
        if finding.status is Status.FAILED:
            yield ""
            yield from _advice(finding)
    reasons = {
        each.reasons[0] for each in result.findings if each.status is Status.INCOMPLETE and each.reasons
    }
    yield from ("", *sorted(reasons)) if reasons else ()
    yield ""
    yield summary(result)


def _advice(finding: Finding) -> Iterator[str]:
    probe = finding.probe
    yield f"{probe.id}: {probe.title} ({probe.severity.value})"
    for label, text in (("sent", probe.sends), ("expected", probe.expects)):
        yield from _wrapped(f"{label:<9} {text}", 12)
    for reason in finding.reasons:
        yield from _wrapped(f"{'found':<9} {reason}", 12)
    for label, text in (("why", probe.why), ("mend", probe.mend)):
        yield from _wrapped(f"{label:<9} {text}", 12)


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent="  ", subsequent_indent=" " * indent, break_long_words=False
    )


def summary(result: Result) -> str:
    """`grade A: 33 probes, 33 passed`."""
    counts = ((status, result.count(status)) for status in Status)
    told = ", ".join(f"{count} {status.value}" for status, count in counts if count)
    found = "no grade" if result.grade is None else f"grade {result.grade.value}"
    return f"{found}: {len(result.findings)} probes, {told}"
