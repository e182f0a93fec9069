"""JUnit XML, as junitparser and the XML parser of the standard library read it."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from xml.etree import ElementTree as ET

import hypothesis
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped

from emulator import record
from emulator.record import Counts, DeliveryState, Expected, RunState, Verdict
from tests.helpers import any_record
from tests.helpers.recorded import Recorded, hostile, written
from tests.helpers.records import attempt, delivery, request, run, settled

DONE = DeliveryState.DELIVERED
OUTCOME = Expected(event="created", check="outcome", text="delivered")
STATUSES = Expected(event="created", check="statuses", text="statuses 503, 200")


def failure(message: str, check: str = "outcome", **more: Any) -> record.Failure:
    plain = {"event": "created", "index": 0, "delivery": "dlv_1_1", "expected": 1, "actual": 2}
    return record.Failure(check=check, message=message, **{**plain, **more})


async def suites(journal: Any, *runs: Any) -> list[Any]:
    return list(JUnitXml.fromstring((await written("junit", journal, *runs)).encode()))


async def test_every_expectation_is_a_case_with_the_time_that_the_endpoint_took():
    journal = Recorded(
        deliveries=[delivery(1, state=DONE)],
        attempts=[attempt(1, duration_us=2_000_000), attempt(1, duration_us=500_000)],
    )
    (suite,) = await suites(journal, settled(expects=(OUTCOME, STATUSES), labels={"test": "checkout"}))
    assert (suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) == (
        "entuitive/accepted",
        2,
        0,
        0,
        0,
    )
    assert (suite.time, suite.timestamp) == (0.000005, "2026-01-05T09:00:00")
    assert [(case.classname, case.name, case.time, case.result) for case in suite] == [
        ("entuitive/accepted", "created: delivered", 2.5, []),
        ("entuitive/accepted", "created: statuses 503, 200", 0.0, []),
    ]
    assert [case.system_out for case in suite] == ["attempt 1\nattempt 1", None]
    properties = {each.name: each.value for each in suite.properties()}
    assert properties["run"] == "run_1"
    assert properties["seed"] == "7"
    assert properties["label.test"] == "checkout"


async def test_a_failure_has_its_line_and_the_explanation_of_its_delivery():
    failures = (failure("expected 503, 200, got 500", "statuses"),)
    journal = Recorded(
        deliveries=[delivery(1, state=DONE), delivery(2, state=DONE)],
        attempts=[attempt(1, explanation="first"), attempt(2, explanation="second")],
    )
    (suite,) = await suites(
        journal, settled(verdict=Verdict.FAILED, expects=(OUTCOME, STATUSES), failures=failures)
    )
    _, case = suite
    (result,) = case.result
    assert isinstance(result, Failure)
    assert (result.message, result.type, result.text) == (
        "expected 503, 200, got 500",
        "statuses",
        "expected 503, 200, got 500\n\nfirst",
    )
    assert case.system_out is None
    assert (suite.failures, suite.tests) == (1, 2)


async def test_a_delivery_is_explained_in_the_first_of_its_failures_alone():
    failures = (failure("is exhausted"), failure("got 500", "statuses"))
    journal = Recorded(
        deliveries=[delivery(1, state=DONE, cause="req_1_1")],
        attempts=[attempt(1, explanation="attempt 1")],
        requests=[request(1)],
    )
    (suite,) = await suites(
        journal, settled(verdict=Verdict.FAILED, expects=(OUTCOME, STATUSES), failures=failures)
    )
    cause = "follows from the request req_1_1: POST /api/v1/submissions/"
    assert [case.result[0].text for case in suite] == [
        f"is exhausted\n\n{cause}\nattempt 1",
        "got 500\n\nsee created: delivered",
    ]


async def test_many_failures_of_one_case_are_counted_and_the_first_are_told():
    failures = tuple(failure(f"no. {index}", index=index) for index in range(30))
    (suite,) = await suites(
        Recorded(), settled(verdict=Verdict.FAILED, expects=(OUTCOME,), failures=failures)
    )
    ((result,),) = (case.result for case in suite)
    assert result.message == "no. 0 (and 29 more)"
    assert result.text.splitlines()[:2] == ["no. 0", "[1] no. 1"]
    assert result.text.splitlines()[-1] == "and 10 more"


async def test_what_is_not_decided_is_skipped_and_the_run_is_an_error():
    record = run(state=RunState.CANCELLED, verdict=Verdict.INCOMPLETE, expects=(OUTCOME,))
    (suite,) = await suites(Recorded(deliveries=[delivery(1)]), record)
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (2, 0, 1, 1)
    undecided, whole = suite
    assert [type(each) for each in undecided.result] == [Skipped]
    assert undecided.result[0].message == "not decided: 1 of 1 deliveries did not come to their end"
    assert [type(each) for each in whole.result] == [Error]
    assert (whole.name, whole.result[0].message) == ("run: complete", "the run was cut short")


async def test_lost_records_are_no_pass():
    record = settled(verdict=Verdict.INCOMPLETE, expects=(OUTCOME,), counts=Counts(lost=2))
    (suite,) = await suites(Recorded(deliveries=[delivery(1, state=DONE)]), record)
    assert (suite.errors, suite.skipped) == (1, 1)


async def test_several_runs_are_several_suites():
    found = await suites(Recorded(), settled("run_1", scenario="one"), settled("run_2", scenario="two"))
    assert [suite.name for suite in found] == ["one", "two"]


async def test_where_nothing_was_played_no_reader_takes_it_for_a_pass():
    (suite,) = await suites(Recorded())
    assert (suite.tests, suite.errors, [case.name for case in suite]) == (1, 1, ["play"])


async def test_what_xml_cannot_hold_is_spelt_out():
    hostile = 'a\x00b\x1b[31m\ufffe\ud800"]]>&amp;<script>\u202e'
    journal = Recorded(
        deliveries=[delivery(1, event_name=hostile, state=DONE)],
        attempts=[attempt(1, event_name=hostile, explanation=hostile)],
    )
    expects = (Expected(event=hostile, check="outcome", text="delivered"),)
    (suite,) = await suites(journal, settled(scenario=hostile, expects=expects))
    (case,) = suite
    spelt = 'a\\x00b\\x1b[31m\\ufffe\\ud800"]]>&amp;<script>\\u202e'
    assert (suite.name, case.name, case.system_out) == (spelt, f"{spelt}: delivered", spelt)


NUMBER = re.compile(r"\d+(\.\d+)?")


@hypothesis.given(any_record.texts, st.binary(max_size=20))
@hypothesis.settings(max_examples=50)
def test_whatever_stands_in_the_records_the_xml_is_of_the_form_that_jenkins_takes(text, body):
    run, journal = hostile(text, body)
    root = ET.fromstring(asyncio.run(written("junit", journal, run)))  # noqa: S314 - our own
    assert root.tag == "testsuites"
    (suite,) = root
    assert [each.tag for each in suite] == ["properties", *["testcase"] * int(suite.get("tests", ""))]
    for counted, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.get(counted, "")) == len(suite.findall(f"testcase/{tag}"))
    for case in suite.findall("testcase"):
        assert case.keys() == ["classname", "name", "time"]
        assert NUMBER.fullmatch(case.get("time", ""))
        assert [each.tag for each in case] in (
            [],
            ["system-out"],
            *([tag] for tag in ("failure", "error", "skipped")),
            *([tag, "system-out"] for tag in ("failure", "error", "skipped")),
        )
