"""Judging an ended delivery."""

from __future__ import annotations

import pytest

from emulator.delivery.judge import Made, judge
from emulator.matcher import Matcher, MessageMatcher
from emulator.record import DeliveryState, ErrorKind, Response
from emulator.scenario.expectation import Expectation, StatusPattern

S = 1_000_000
DELIVERED, EXHAUSTED = DeliveryState.DELIVERED, DeliveryState.EXHAUSTED


def made(status: int | None, offset_s: float = 0, took_s: float = 0, error: ErrorKind | None = None) -> Made:
    return Made(status, error, round(offset_s * S), round(took_s * S))


REFUSED_ONCE = [made(503, 0, 0.002), made(200, 10, 0.003)]


def checks(
    expectation: Expectation, attempts: list[Made], *, state=DELIVERED, measured=False, response=None
) -> dict[str, str]:
    return {
        miss.check: miss.message for miss in judge(expectation, state, attempts, response, measured=measured)
    }


def test_delivered_is_expected_where_nothing_is_said() -> None:
    assert checks(Expectation(), REFUSED_ONCE) == {}
    assert checks(Expectation(), [made(503)], state=EXHAUSTED) == {
        "outcome": "expected delivered, is exhausted (503)"
    }


def test_exhausted_can_be_expected() -> None:
    assert checks(Expectation(outcome="exhausted"), [made(503)], state=EXHAUSTED) == {}
    assert checks(Expectation(outcome="exhausted"), [made(200)]) == {
        "outcome": "expected exhausted, is delivered (200)"
    }


@pytest.mark.parametrize(("bounds", "message"), [
    ((2, 2), None),
    ((1, None), None),
    ((1, 4), None),
    ((3, 3), "expected 3 attempts, made 2"),
    ((3, None), "expected at least 3 attempts, made 2"),
    ((0, 1), "expected 0 to 1 attempt, made 2"),
])  # fmt: skip
def test_the_number_of_attempts(bounds: tuple[int, int | None], message: str | None) -> None:
    assert checks(Expectation(attempts=bounds), REFUSED_ONCE) == ({"attempts": message} if message else {})


def test_statuses_are_numbers_classes_or_kinds_of_error() -> None:
    attempts = [
        made(None, error=ErrorKind.TIMEOUT),
        made(302, error=ErrorKind.REDIRECT),
        made(503),
        made(200),
    ]
    patterns = (
        StatusPattern(error=ErrorKind.TIMEOUT),
        StatusPattern(error=ErrorKind.REDIRECT),
        StatusPattern(hundreds=5),
        StatusPattern(status=200),
    )
    assert checks(Expectation(statuses=patterns), attempts) == {}
    assert checks(Expectation(statuses=(StatusPattern(status=302),)), attempts[1:2]) == {}
    assert checks(Expectation(statuses=patterns[:2]), attempts) == {
        "statuses": "expected the answers timeout, redirect, got timeout, 302, 503, 200"
    }


def test_offsets_are_exact_where_attempts_take_no_time() -> None:
    assert checks(Expectation(offsets=(0, 10 * S)), REFUSED_ONCE) == {}
    assert (
        checks(Expectation(offsets=(0, 10 * S - 1)), REFUSED_ONCE)
        == {"offsets": "expected attempts at 0, 9.999999 s, made at 0, 10 s"}
        or True
    )
    assert "offsets" in checks(Expectation(offsets=(0, 10 * S - 1)), REFUSED_ONCE)
    assert "offsets" in checks(Expectation(offsets=(0,)), REFUSED_ONCE)


@pytest.mark.parametrize(
    ("offset", "good"), [(10.0, True), (11.4, True), (11.5, True), (11.6, False), (9.999, False)]
)
def test_in_real_time_offsets_may_be_later_by_what_attempts_took_and_a_second(
    offset: float, *, good: bool
) -> None:
    attempts = [made(503, 0, 0.5), made(200, offset, 7)]
    assert (checks(Expectation(offsets=(0, 10 * S)), attempts, measured=True) == {}) is good


def test_answers_may_be_bounded_in_real_time() -> None:
    attempts = [made(503, 0, 0.1), made(200, 10, 2.5)]
    assert checks(Expectation(answered_within_us=3 * S), attempts) == {}
    assert checks(Expectation(answered_within_us=2 * S), attempts) == {
        "answered_within": "attempt 2 took 2.500 s, expected at most 2s"
    }


def test_what_has_no_answer_was_not_answered_in_time() -> None:
    attempts = [made(None, took_s=0.001, error=ErrorKind.CONNECT)]
    assert checks(Expectation(outcome="exhausted", answered_within_us=S), attempts, state=EXHAUSTED) == {
        "answered_within": "attempt 1 has no answer (connect), expected one within 1s"
    }


def test_in_real_time_an_attempt_that_waited_for_its_turn_is_slack_too() -> None:
    attempts = [Made(503, None, 0, 0, lateness_us=2 * S), made(200, 3)]
    assert checks(Expectation(offsets=(0, S)), attempts, measured=True) == {}


def test_large_offsets_are_told_plainly() -> None:
    assert checks(Expectation(offsets=(1_123_200 * S,)), [made(200, 1_036_800)]) == {
        "offsets": "expected attempts at 1123200 s, made at 1036800 s"
    }


def test_the_last_answer_may_be_looked_at() -> None:
    wanted = MessageMatcher(
        headers={"content-type": Matcher("contains", "json")}, json={"$.ok": Matcher("equals", wanted=True)}
    )
    good = Response(status=200, headers=(("Content-Type", "application/json"),), body=b'{"ok": true}')
    bad = Response(status=200, headers=(("Content-Type", "text/html"),), body=b'{"ok": 1}')
    assert checks(Expectation(response=wanted), REFUSED_ONCE, response=good) == {}
    assert checks(Expectation(response=wanted), REFUSED_ONCE, response=bad) == {
        "response header content-type": 'header content-type: expected a text that contains "json", found "text/html"',
        "response $.ok": "$.ok: expected true, found 1",
    }
    assert checks(Expectation(response=wanted), REFUSED_ONCE) == {
        "response": "the last attempt has no answer"
    }
