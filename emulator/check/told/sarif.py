"""A check as SARIF 2.1.0 (OASIS, 2020): a rule for each probe, a result for each that failed.

No file is at fault, so results have the endpoint as their logical location. Code scanning of GitHub takes no result
without a physical one, and none with the scheme http; it ignores bases. So the endpoint's path stands there, relative
to a base that is its server, as section 3.14.14 has it for what lies on a server.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from emulator import __version__
from emulator.check.finding import Finding, Status
from emulator.check.result import Result
from emulator.duration import format_moment
from emulator.report.text import readable

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SERVER = "SERVER"


def sarif(result: Result) -> dict[str, Any]:
    """The whole log."""
    rules = {each.probe.id: index for index, each in enumerate(result.findings)}
    url = urlsplit(result.target)
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "webhook-emulator",
                        "version": __version__,
                        "rules": [_rule(each) for each in result.findings],
                    }
                },
                "automationDetails": {"id": f"webhook-emulator/{result.provider}/"},
                "originalUriBaseIds": {_SERVER: {"uri": f"{url.scheme}://{url.netloc}/"}},
                "invocations": [_invocation(result)],
                "results": [_result(each, rules[each.probe.id], result) for each in result.failed],
                "properties": {"grade": result.grade and result.grade.value, "type": result.type},
            }
        ],
    }


def _rule(finding: Finding) -> dict[str, Any]:
    probe = finding.probe
    return {
        "id": probe.id,
        "name": "".join(word.capitalize() for word in probe.id.split("-")),
        "shortDescription": {"text": probe.title},
        "fullDescription": {"text": probe.why},
        "help": {"text": f"Sent: {probe.sends}.\nExpected: {probe.expects}.\nTo mend it: {probe.mend}"},
        "defaultConfiguration": {"level": probe.severity.value},
    }


def _invocation(result: Result) -> dict[str, Any]:
    untold = [each for each in result.findings if each.status in (Status.SKIPPED, Status.INCOMPLETE)]
    return {
        "executionSuccessful": result.asked and result.whole,
        "startTimeUtc": format_moment(result.started_wall),
        "toolExecutionNotifications": [_untold(each) for each in untold],
    }


def _untold(finding: Finding) -> dict[str, Any]:
    """A probe that came to nothing, lest it be taken for passed."""
    cut = finding.status is Status.INCOMPLETE
    return {
        "level": "error" if cut else "note",
        "message": {"text": f"{finding.probe.id}: {finding.status.value}: {_reasons(finding)}"},
        "associatedRule": {"id": finding.probe.id},
    }


def _result(finding: Finding, index: int, result: Result) -> dict[str, Any]:
    path = quote(urlsplit(result.target).path.lstrip("/"), safe="/%:@!$&'()*+,;=~-._") or "./"
    return {
        "ruleId": finding.probe.id,
        "ruleIndex": index,
        "level": finding.probe.severity.value,
        "message": {"text": f"{finding.probe.title}: {_reasons(finding)}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": path, "uriBaseId": _SERVER}},
                "logicalLocations": [{"fullyQualifiedName": readable(result.target), "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"probe/v1": f"{result.provider}/{finding.probe.id}"},
    }


def _reasons(finding: Finding) -> str:
    return readable("; ".join(finding.reasons))
