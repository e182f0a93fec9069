"""A check as one JSON object."""

from __future__ import annotations

from typing import Any

from emulator.check.finding import Finding
from emulator.check.result import Result
from emulator.duration import format_moment


def document(result: Result) -> dict[str, Any]:
    """The findings with what they rest on."""
    return {
        "provider": result.provider,
        "target": result.target,
        "type": result.type,
        "started_wall": format_moment(result.started_wall),
        "grade": result.grade and result.grade.value,
        "probes": [_probe(each) for each in result.findings],
    }


def _probe(finding: Finding) -> dict[str, Any]:
    probe = finding.probe
    return {
        "id": probe.id,
        "title": probe.title,
        "severity": probe.severity.value,
        "status": finding.status.value,
        "reasons": list(finding.reasons),
        "sends": probe.sends,
        "expects": probe.expects,
        "why": probe.why,
        "mend": finding.mend,
        "duration_ms": finding.duration_us / 1_000,
        "attempts": [attempt.to_json() for attempt in finding.attempts],
    }
