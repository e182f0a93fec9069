"""Which expectations of a run passed, failed, or are not decided: never a pass on missing evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emulator.record import Counts, DeliveryState, Expected, Failure, RunState, Verdict
from emulator.report.cases import Case, Seen, cases
from tests.helpers.records import delivery, run, settled

OUTCOME = Expected(event="created", check="outcome", text="delivered")
STATUSES = Expected(event="created", check="statuses", text="statuses 503, 200")
MAILS = Expected(event=None, check="notifications", text="1 notification")


def failure(check: str, event: str | None = "created", **more: Any) -> Failure:
    return Failure(event=event, check=check, expected=1, actual=2, message=f"{check} is wrong", **more)


def failed(*failures: Failure, **more: Any) -> Any:
    return settled(
        **{"verdict": Verdict.FAILED, "expects": (OUTCOME, STATUSES, MAILS), "failures": failures, **more}
    )


def seen(*states: str, name: str = "created") -> dict[str, Seen]:
    found = Seen()
    for number, state in enumerate(states):
        found.add(delivery(number, event_name=name, index=number, state=DeliveryState(state)))
    return {name: found} if states else {}


def told(record: Any, of: dict[str, Seen]) -> dict[str, str]:
    return {
        case.name: case.state.value + (f", {case.reason}" * bool(case.reason)) for case in cases(record, of)
    }


def test_all_that_a_passed_run_expects_passed():
    record = settled(expects=(OUTCOME, STATUSES, MAILS))
    assert told(record, seen("delivered")) == {
        "created: delivered": "passed",
        "created: statuses 503, 200": "passed",
        "run: 1 notification": "passed",
    }


def test_a_failure_is_that_of_its_check_and_all_else_passed():
    assert told(failed(failure("statuses")), seen("delivered")) == {
        "created: delivered": "passed",
        "created: statuses 503, 200": "failed",
        "run: 1 notification": "passed",
    }


def test_failures_of_all_occurrences_are_of_one_case():
    first, second = failure("outcome", index=0), failure("outcome", index=3)
    (case, *_) = cases(failed(first, second), seen("exhausted"))
    assert case.failures == (first, second)


@pytest.mark.parametrize("check", ["deliveries", "template"])
def test_where_nothing_was_sent_the_outcome_failed_and_nothing_else_is_decided(check: str):
    assert told(failed(failure(check)), seen()) == {
        "created: delivered": "failed",
        "created: statuses 503, 200": f"undecided, {check} is wrong",
        "run: 1 notification": "passed",
    }


@pytest.mark.parametrize(
    ("check", "failing"),
    [
        ("response", ["header x", "body", "$.ok", "$.id"]),
        ("response json", ["$.ok", "$.id"]),
        ("response $.ok", ["$.ok"]),
        ("response header x", ["header x"]),
    ],
)
def test_no_answer_fails_all_that_is_about_it_and_no_json_all_that_looks_into_it(
    check: str, failing: list[str]
):
    parts = ("header x", "body", "$.ok", "$.id")
    expects = tuple(Expected(event="created", check=f"response {each}", text=each) for each in parts)
    found = told(failed(failure(check), expects=expects), seen("delivered"))
    assert [name.removeprefix("created: ") for name, state in found.items() if state == "failed"] == failing


def test_a_failure_of_what_is_not_listed_is_a_case_of_its_own():
    record = failed(failure("outcome", "tin_match"), failure("more", None))
    assert told(record, seen("delivered"))["tin_match: outcome"] == "failed"
    assert told(record, seen("delivered"))["run: more failures"] == "failed"


def test_nothing_passed_where_more_failed_than_is_kept():
    assert told(failed(failure("more", None)), seen("delivered")) == {
        "created: delivered": "undecided, the run has more failures than are kept",
        "created: statuses 503, 200": "undecided, the run has more failures than are kept",
        "run: 1 notification": "undecided, the run has more failures than are kept",
        "run: more failures": "failed",
    }


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (run(), "the run is still running"),
        (run(open=True), "the run is open, and judged when it is finished"),
        (run(open=True, state=RunState.SETTLED), "the run is open, and judged when it is finished"),
        (settled(verdict=Verdict.INCOMPLETE, counts=Counts(lost=3)), "3 records lost"),
        (run(state=RunState.ERROR, verdict=Verdict.INCOMPLETE, error="no room"), "no room"),
    ],
)
def test_nothing_passes_without_a_verdict_or_without_its_records(record: Any, reason: str):
    record = replace(record, expects=(OUTCOME,))
    assert told(record, seen("delivered"))["created: delivered"] == f"undecided, {reason}"
    last: Case = list(cases(record, seen("delivered")))[-1]
    assert (last.name, last.incomplete, last.reason) == ("run: complete", True, reason)


@pytest.mark.parametrize(
    ("times", "states", "state"),
    [
        (2, ("delivered", "delivered"), "passed"),
        (3, ("delivered", "delivered"), "undecided, the run was cut short"),
        (2, ("delivered", "cancelled"), "undecided, 1 of 2 deliveries did not come to their end"),
        (1, (), "undecided, the run was cut short"),
        (0, ("delivered",), "undecided, the run was cut short"),
    ],
)
def test_of_a_run_that_was_cut_short_only_that_passed_of_which_all_came(
    times: int, states: tuple[str, ...], state: str
):
    expected = Expected(event="created", check="outcome", text="delivered", times=times)
    record = run(state=RunState.CANCELLED, verdict=Verdict.INCOMPLETE, expects=(expected, MAILS))
    assert told(record, seen(*states)) == {
        "created: delivered": state,
        "run: 1 notification": "undecided, the run was cut short",
        "run: complete": "undecided, the run was cut short",
    }


def test_what_is_expected_only_if_it_occurs_is_no_case_where_it_did_not():
    record = settled(expects=(Expected(event="tin_match", check="outcome", text="delivered", needed=False),))
    assert told(record, seen()) == {}
    assert told(record, seen("delivered", name="tin_match")) == {"tin_match: delivered": "passed"}


def test_a_run_of_an_older_journal_has_the_cases_that_it_failed():
    assert told(failed(failure("outcome"), expects=()), seen("exhausted")) == {"created: outcome": "failed"}
