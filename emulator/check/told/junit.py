"""A check as a suite of JUnit XML: one test case for each probe.

Every failed probe is a failure, whatever its severity, which is its type. What could not be asked is an error, so that
no reader takes it for a pass.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from emulator.check.finding import Finding, Status
from emulator.check.result import Result
from emulator.duration import SECOND, format_moment
from emulator.report.text import readable


def junit(result: Result) -> str:
    """The whole file."""
    root = Element("testsuites", name="webhook-emulator")
    suite = SubElement(
        root,
        "testsuite",
        name=f"check of {result.provider}",
        tests=str(len(result.findings)),
        failures=str(result.count(Status.FAILED)),
        errors=str(result.count(Status.INCOMPLETE)),
        skipped=str(result.count(Status.SKIPPED)),
        time=_seconds(sum(each.duration_us for each in result.findings)),
        timestamp=format_moment(result.started_wall // SECOND * SECOND).removesuffix("Z"),
    )
    properties = SubElement(suite, "properties")
    for name, text in (
        ("target", result.target),
        ("type", result.type or "none"),
        ("grade", "none" if result.grade is None else result.grade.value),
    ):
        SubElement(properties, "property", name=name, value=readable(text))
    for finding in result.findings:
        _case(suite, finding, f"check.{result.provider}")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}'


def _case(suite: Element, finding: Finding, group: str) -> None:
    probe, reasons = finding.probe, finding.reasons
    name = f"{probe.id}: {probe.title}"
    case = SubElement(suite, "testcase", classname=group, name=name, time=_seconds(finding.duration_us))
    told = readable("; ".join(reasons))
    match finding.status:
        case Status.FAILED:
            failure = SubElement(case, "failure", message=told, type=probe.severity.value)
            advice = [("sent", probe.sends), ("expected", probe.expects)]
            advice += [("found", reason) for reason in reasons]
            advice += [("why", probe.why), ("mend", finding.mend)]
            failure.text = readable("\n".join(f"{label}: {text}" for label, text in advice))
        case Status.SKIPPED:
            SubElement(case, "skipped", message=told)
        case Status.INCOMPLETE:
            SubElement(case, "error", message=told, type="incomplete")
        case Status.PASSED:
            return
    lines = [attempt.explanation for attempt in finding.attempts]
    if lines:
        SubElement(case, "system-out").text = readable("\n".join(lines))


def _seconds(micros: int) -> str:
    return f"{micros / SECOND:.6f}"
