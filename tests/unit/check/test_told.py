"""A check as programs and people read it: nothing that failed or was not asked can be taken for passed."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from emulator.check.finding import Finding, Status, cut_short, skipped
from emulator.check.probes import PROBES
from emulator.check.result import Result
from emulator.check.told.html import page
from emulator.check.told.junit import junit
from emulator.check.told.sarif import sarif
from emulator.check.told.table import closing, lines, summary

BY_ID = {probe.id: probe for probe in PROBES}
HOSTILE = "got 200 <script>alert(1)</script>\x1b[2J\x00"


def passed(id: str) -> Finding:
    return Finding(probe=BY_ID[id], status=Status.PASSED, duration_us=1_500)


def failed(id: str, *reasons: str) -> Finding:
    return Finding(probe=BY_ID[id], status=Status.FAILED, reasons=reasons or ("expected more",))


def result(*findings: Finding, target: str = "http://localhost:3000/webhooks/é") -> Result:
    return Result(
        provider="entuitive",
        target=target,
        type="user.created",
        started_wall=1_767_603_600_000_000,
        findings=findings,
    )


EVERY = result(
    passed("valid"),
    failed("http-1-0"),
    failed("tampered", HOSTILE),
    skipped(BY_ID["unknown-type"], "its webhooks do not name their type"),
    cut_short(BY_ID["still-well"], "interrupted"),
)


def test_no_grade_is_given_where_a_probe_was_cut_short():
    assert EVERY.grade is None
    assert summary(EVERY) == "no grade: 5 probes, 1 passed, 2 failed, 1 skipped, 1 incomplete"


@pytest.mark.parametrize(
    ("ids", "grade"),
    [
        ([], "A"),
        (["http-1-0"], "B"),
        (["http-1-0", "slow-body"], "C"),
        (["duplicate", "slow-body"], "D"),
        (["signature-wrong"], "F"),
        (["forged-first"], "F"),
        (["valid"], "F"),
    ],
)
def test_the_worst_that_failed_gives_the_grade(ids: list[str], grade: str):
    found = result(passed("header-case"), *map(failed, ids))
    assert summary(found).startswith(f"grade {grade}: ")


def test_the_table_tells_the_worst_first_and_what_was_not_asked():
    told = "\n".join(closing(EVERY, 100))
    assert told.index("tampered: A webhook whose body was changed is refused (error)") < told.index(
        "http-1-0: HTTP/1.0 is answered (note)"
    )
    assert "incomplete: interrupted\n  still-well" in told
    assert "not asked: its webhooks do not name their type\n  unknown-type" in told
    assert "\x1b" not in told


@pytest.mark.parametrize("width", [20, 60, 100])
def test_lines_fit_a_narrow_terminal_as_far_as_words_allow(width: int):
    told = [*lines(failed("interrupted"), width), *closing(EVERY, width)]
    assert all(len(line) <= max(width, 76) for line in told if "://" not in line)


def test_junit_has_a_case_for_each_probe():
    suite = ET.fromstring(junit(EVERY))[0]  # noqa: S314 - our own
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5",
        "failures": "2",
        "errors": "1",
        "skipped": "1",
    }
    children = {case.get("name"): [each.tag for each in case] for case in suite.findall("testcase")}
    assert children == {
        "valid: Genuine webhooks are accepted": [],
        "http-1-0: HTTP/1.0 is answered": ["failure"],
        "tampered: A webhook whose body was changed is refused": ["failure"],
        "unknown-type: An unknown event type is accepted": ["skipped"],
        "still-well: After all probes, genuine webhooks are still accepted": ["error"],
    }
    failure = suite.findall("testcase/failure")[1]
    assert (failure.get("type"), failure.get("message")) == (
        "error",
        "got 200 <script>alert(1)</script>\\x1b[2J\\x00",
    )


def test_html_escapes_what_came_over_the_wire_and_needs_nothing_else():
    told = page(EVERY)
    assert "<script" not in told
    assert "&lt;script&gt;" in told
    assert "default-src &#39;none&#39;" in told
    assert "http://" not in told.replace("http://localhost:3000", "")
    assert told.index('id="tampered"') < told.index('id="http-1-0"') < told.index('id="valid"')


def test_sarif_has_a_rule_for_each_probe_and_a_result_for_each_that_failed():
    (run,) = sarif(EVERY)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["valid", "http-1-0", "tampered", "unknown-type", "still-well"]
    assert rules[1]["name"] == "Http10"
    assert rules[1]["defaultConfiguration"] == {"level": "note"}
    assert [(each["ruleId"], each["ruleIndex"], each["level"]) for each in run["results"]] == [
        ("tampered", 2, "error"),
        ("http-1-0", 1, "note"),
    ]
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert [(each["associatedRule"]["id"], each["level"]) for each in told] == [
        ("unknown-type", "note"),
        ("still-well", "error"),
    ]
    assert not run["invocations"][0]["executionSuccessful"]


@pytest.mark.parametrize(
    ("target", "base", "path"),
    [
        ("http://localhost:3000/webhooks/é", "http://localhost:3000/", "webhooks/%C3%A9"),
        ("https://app.example.test:8443", "https://app.example.test:8443/", "./"),
        ("http://localhost/a?token=x", "http://localhost/", "a"),
    ],
)
def test_sarif_has_a_location_that_code_scanning_takes(target: str, base: str, path: str):
    """GitHub refuses results without a physical location, and such as have the scheme http."""
    (run,) = sarif(result(failed("valid"), target=target))["runs"]
    assert run["originalUriBaseIds"] == {"SERVER": {"uri": base}}
    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": path, "uriBaseId": "SERVER"}}


REQUIRED: dict[str, set[str]] = {
    "log": {"version", "runs"},
    "run": {"tool"},
    "driver": {"name"},
    "rule": {"id"},
    "invocation": {"executionSuccessful"},
    "result": {"message"},
}


def test_sarif_has_what_the_standard_requires():
    log: dict[str, Any] = sarif(EVERY)
    (run,) = log["runs"]
    parts = {"log": [log], "run": [run], "driver": [run["tool"]["driver"]], "result": run["results"]}
    parts |= {"rule": run["tool"]["driver"]["rules"], "invocation": run["invocations"]}
    assert log["version"] == "2.1.0"
    assert all(REQUIRED[name] <= set(part) for name, found in parts.items() for part in found)
    assert all(each["message"]["text"] for each in run["results"])
