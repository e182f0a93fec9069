"""A check as lines for people: one for each probe that is asked, then what to do about those that failed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from emulator.check.finding import Finding, Status
from emulator.check.result import Result
from emulator.report.text import readable

_MARKS = {Status.PASSED: "ok", Status.FAILED: "FAILED", Status.INCOMPLETE: "incomplete"}
_NOT_ASKED = {Status.INCOMPLETE: "incomplete", Status.SKIPPED: "not asked"}
_LEAST = 40
"""Columns that text takes, however narrow the terminal is."""


def lines(finding: Finding, width: int) -> list[str]:
    """One probe, as soon as it is known; those that are not asked are told in the end."""
    probe = finding.probe
    if finding.status is Status.SKIPPED or (finding.status is Status.INCOMPLETE and not finding.attempts):
        return []
    severity = f" ({probe.severity.value})" if finding.status is Status.FAILED else ""
    start = f"{_MARKS[finding.status]:<10}  {probe.id:<23}  "
    return _wrapped(f"{start}{probe.title}{severity}", width, first="", further=" " * len(start))


def closing(result: Result, width: int) -> Iterator[str]:
    """What is wrong and how to mend it, the worst first, what was not asked, and the grade."""
    for finding in result.failed:
        yield ""
        yield from _advice(finding, width)
    for status, told in _NOT_ASKED.items():
        ids: dict[str, list[str]] = {}
        for each in result.findings:
            if each.status is status:
                ids.setdefault("; ".join(each.reasons), []).append(each.probe.id)
        for reason, which in ids.items():
            yield ""
            yield from _wrapped(f"{told}: {readable(reason)}", width, first="", further="  ")
            yield from _wrapped(", ".join(which), width, first="  ", further="  ")
    yield ""
    yield from _wrapped(summary(result), width, first="", further="  ")


def _advice(finding: Finding, width: int) -> Iterator[str]:
    probe = finding.probe
    yield f"{probe.id}: {probe.title} ({probe.severity.value})"
    parts = [("sent", probe.sends), ("expected", probe.expects)]
    parts += [("found", reason) for reason in finding.reasons]
    parts += [("why", probe.why), ("mend", finding.mend)]
    for label, text in parts:
        yield from _wrapped(readable(text), width, first=f"  {label:<9} ", further=" " * 12)


def _wrapped(text: str, width: int, *, first: str, further: str) -> list[str]:
    room = max(width, len(further) + _LEAST)
    return textwrap.wrap(
        text,
        room,
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def summary(result: Result) -> str:
    """`grade A: 33 probes, 33 passed`."""
    counts = ((status, result.count(status)) for status in Status)
    told = ", ".join(f"{count} {status.value}" for status, count in counts if count)
    found = "no grade" if result.grade is None else f"grade {result.grade.value}"
    return f"{found}: {len(result.findings)} probe{'' if len(result.findings) == 1 else 's'}, {told}"
