"""The verdict, from what was found and how the runs stand."""

from __future__ import annotations

import pytest

from emulator.record import Verdict
from emulator.verifying.decision import (
    Bounds,
    Decision,
    Evidence,
    decide,
    decide_all,
    decide_order,
    found_order,
    places_in_order,
)

PASSED, FAILED, INCOMPLETE = Verdict.PASSED, Verdict.FAILED, Verdict.INCOMPLETE
LOST = "; 4 records of these runs had to make room, and may have held such attempts"
RUNS = {"running": (2, 0, 0), "settled": (0, 0, 0), "cut": (0, 1, 0), "lost": (0, 0, 4), "both": (2, 0, 4)}
UNCLEAR = "; the body of att_1 and 1 more was cut or cannot be searched, and may hold it"


def evidence(matched: int, runs: str) -> Evidence:
    if runs == "none":
        return Evidence(matched=matched, known=0)
    running, cut, lost = RUNS[runs]
    return Evidence(
        matched=matched, known=3, running=running, cut=cut, lost=lost, one="run_a" if running else None
    )


@pytest.mark.parametrize(("bounds", "matched", "runs", "verdict", "final", "message"), [
    ((2, None), 2, "running", PASSED, True, "expected at least 2 attempts, found 2"),
    ((2, None), 2, "lost", PASSED, True, "expected at least 2 attempts, found 2"),
    ((2, None), 3, "cut", PASSED, True, "expected at least 2 attempts, found 3"),
    ((2, None), 1, "running", INCOMPLETE, False,
     "expected at least 2 attempts, found 1 so far; run_a and 1 more have not ended"),
    ((2, None), 1, "settled", FAILED, True, "expected at least 2 attempts, found 1"),
    ((2, None), 1, "lost", INCOMPLETE, True,
     f"expected at least 2 attempts, found 1{LOST}"),
    ((2, None), 1, "cut", INCOMPLETE, True, "expected at least 2 attempts, found 1; 1 run was cut short"),
    ((3, 3), 3, "settled", PASSED, True, "expected 3 attempts, found 3"),
    ((3, 3), 3, "running", INCOMPLETE, False,
     "expected 3 attempts, found 3 so far; run_a and 1 more have not ended"),
    ((3, 3), 3, "lost", INCOMPLETE, True,
     f"expected 3 attempts, found 3{LOST}"),
    ((3, 3), 3, "both", INCOMPLETE, False,
     "expected 3 attempts, found 3 so far; run_a and 1 more have not ended"),
    ((3, 3), 3, "cut", INCOMPLETE, True, "expected 3 attempts, found 3; 1 run was cut short"),
    ((3, 3), 4, "running", FAILED, True, "expected 3 attempts, found 4"),
    ((3, 3), 4, "lost", FAILED, True, "expected 3 attempts, found 4"),
    ((3, 3), 2, "settled", FAILED, True, "expected 3 attempts, found 2"),
    ((1, 4), 4, "settled", PASSED, True, "expected 1 to 4 attempts, found 4"),
    ((1, 4), 1, "running", INCOMPLETE, False,
     "expected 1 to 4 attempts, found 1 so far; run_a and 1 more have not ended"),
    ((0, 1), 0, "settled", PASSED, True, "expected 0 to 1 attempt, found none"),
    ((0, 0), 0, "settled", PASSED, True, "expected no attempt, found none"),
    ((0, 0), 0, "running", INCOMPLETE, False,
     "expected no attempt, found none so far; run_a and 1 more have not ended"),
    ((0, 0), 0, "lost", INCOMPLETE, True,
     f"expected no attempt, found none{LOST}"),
    ((0, 0), 1, "running", FAILED, True, "expected no attempt, found 1"),
    ((1, 1), 0, "none", INCOMPLETE, False, "expected 1 attempt, found none: no run is in question"),
    ((0, 0), 0, "none", INCOMPLETE, False, "expected no attempt, found none: no run is in question"),
])  # fmt: skip
def test_the_verdict(bounds: Bounds, matched: int, runs: str, verdict: Verdict, message: str, *, final: bool):
    assert decide(bounds, evidence(matched, runs), "attempt") == Decision(verdict, final, message)


@pytest.mark.parametrize(("bounds", "absent", "verdict", "told"), [
    ((0, 0), ("delivery", "dlv_x"), INCOMPLETE, '; nothing of these runs has delivery "dlv_x"'),
    ((1, 1), ("delivery", "dlv_x"), INCOMPLETE, '; nothing of these runs has delivery "dlv_x"'),
    ((2, None), ("event", "evt_x"), INCOMPLETE, '; nothing of these runs has event "evt_x"'),
    ((0, 3), ("event_name", "a"), INCOMPLETE, '; nothing of these runs has event_name "a"'),
    ((1, None), ("event_name", "a"), FAILED, '; nothing of these runs has event_name "a"'),
    ((0, 0), ("type", "a.b"), PASSED, '; nothing of these runs has type "a.b"'),
    ((1, 1), ("url", "http://x/"), FAILED, '; nothing of these runs has url "http://x/"'),
])  # fmt: skip
def test_what_nothing_bears_is_told_and_proves_nothing(
    bounds: Bounds, absent: tuple[str, str], verdict: Verdict, told: str
):
    decision = decide(bounds, Evidence(matched=0, known=1, absent=(absent,)), "attempt")
    assert (decision.verdict, decision.final) == (verdict, True)
    assert decision.message.endswith(f"found none{told}")


def test_what_a_run_awaits_is_told():
    waits = Evidence(
        matched=0, known=3, running=2, one="run_a", awaits="it is open, so more may come; finish it"
    )
    told = (
        "expected no attempt, found none so far; run_a and 1 more have not ended: "
        "it is open, so more may come; finish it"
    )
    assert decide((0, 0), waits, "attempt") == Decision(INCOMPLETE, False, told)


def test_nothing_that_is_not_final_is_passed_or_failed():
    for bounds in ((1, None), (2, 2), (0, 0), (0, 3)):
        for matched in range(5):
            for runs in ("none", *RUNS):
                decision = decide(bounds, evidence(matched, runs), "request")
                assert decision.final or decision.verdict is INCOMPLETE


def test_failed_beats_incomplete_and_the_first_has_the_word():
    passed, failed = Decision(PASSED, True, "p"), Decision(FAILED, True, "f")
    waits, cut = Decision(INCOMPLETE, False, "w"), Decision(INCOMPLETE, True, "c")
    assert decide_all([passed, waits, failed]) == Decision(FAILED, True, "all[2]: f")
    assert decide_all([passed, cut, waits]) == Decision(INCOMPLETE, False, "all[1]: c")
    assert decide_all([passed, cut]) == Decision(INCOMPLETE, True, "all[1]: c")
    assert decide_all([passed, passed]) == Decision(PASSED, True, "all 2 hold")


@pytest.mark.parametrize(("parts", "ordered"), [
    ([((1, None), [(1, 1)]), ((1, None), [(2, 2)])], [True, True]),
    ([((1, None), [(2, 2)]), ((1, None), [(1, 1)])], [True, False]),
    ([((1, None), [(2, 1)]), ((1, None), [(1, 2), (3, 3)])], [True, True]),
    ([((3, 3), [(1, 1), (2, 2), (3, 3)]), ((1, 1), [(4, 4)])], [True, True]),
    ([((3, 3), [(1, 1), (2, 2), (4, 4)]), ((1, 1), [(3, 3)])], [True, False]),
    ([((1, 1), [(5, 1)]), ((1, 1), [(5, 2)])], [True, True]),
    ([((1, 1), [(2, 1)]), ((0, 0), []), ((1, 1), [(1, 2)])], [True, True, False]),
    ([((1, None), [(9, 9), (1, 1)]), ((1, None), [(5, 5)])], [True, True]),
])  # fmt: skip
def test_each_takes_its_place_behind_those_before_it(
    parts: list[tuple[Bounds, list[tuple[int, int]]]], ordered: list[bool]
):
    assert places_in_order(parts) == ordered


@pytest.mark.parametrize(("ordered", "runs", "decision"), [
    ([True, True], "running", Decision(PASSED, True, "all came in this order")),
    ([True, False], "settled", Decision(FAILED, True, "all[1]: it did not come after those before it")),
    ([True, False], "running", Decision(
        INCOMPLETE, False,
        "all[1]: it did not come after those before it so far; run_a and 1 more have not ended")),
    ([True, False], "lost", Decision(
        INCOMPLETE, True,
        f"all[1]: it did not come after those before it{LOST}")),
])  # fmt: skip
def test_the_order(ordered: list[bool], runs: str, decision: Decision):
    assert decide_order(ordered, [0, 1], evidence(1, runs), "attempt") == decision


def test_the_order_that_was_found_is_told():
    parts: list[tuple[Bounds, list[tuple[int, int]]]] = [
        ((1, 1), [(5, 3)]),
        ((0, 0), []),
        ((2, 2), [(1, 1), (2, 2)]),
    ]
    assert found_order(parts) == [2, 0]
    told = "all[2]: it did not come after those before it; the order found is all[2], all[0]"
    decision = decide_order([True, True, False], [2, 0], evidence(1, "settled"), "attempt")
    assert decision == Decision(FAILED, True, told)


@pytest.mark.parametrize(("bounds", "matched", "verdict", "told"), [
    ((0, 0), 0, INCOMPLETE, f"expected no attempt, found none{UNCLEAR}"),
    ((0, 0), 1, FAILED, "expected no attempt, found 1"),
    ((1, 1), 1, INCOMPLETE, f"expected 1 attempt, found 1{UNCLEAR}"),
    ((1, None), 0, INCOMPLETE, f"expected at least 1 attempt, found none{UNCLEAR}"),
    ((1, None), 1, PASSED, "expected at least 1 attempt, found 1"),
])  # fmt: skip
def test_what_nobody_can_tell_proves_nothing(bounds: Bounds, matched: int, verdict: Verdict, told: str):
    found = Evidence(matched=matched, known=1, unclear=2, one_unclear="att_1")
    assert decide(bounds, found, "attempt") == Decision(verdict, final=True, message=told)
