"""Retry arithmetic: literal schedules of the vendors' pages, and laws for any schedule."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.delivery.retry import emulated_wait, is_retried, planned_offsets, result_of, successor_due
from emulator.provider.profile import Acceptance, Profile, Retry, RetryOn, WaitFrom
from emulator.record import AttemptError, ErrorKind, Response, Result

S = 1_000_000
EXACTLY_200 = Acceptance(statuses=frozenset([200]), text="200")
ANY_2XX = Acceptance(statuses=frozenset(range(200, 300)), text="2xx")


def offsets(retry: Retry, took: int = 0) -> list[int]:
    """When the attempts are due whose predecessors all fail after `took`, in microseconds."""
    due, number, all_due = 0, 1, [0]
    while (
        following := successor_due(retry, number, first_due_us=0, started_us=due, ended_us=due + took)
    ) is not None:
        due, number = following, number + 1
        all_due.append(due)
    return all_due


@pytest.mark.parametrize(("waits", "wait_from", "expected"), [
    ([180, 360], WaitFrom.RESPONSE, [0, 180, 540]),
    ([180, 360], WaitFrom.FIRST, [0, 180, 360]),
    ([10, 10, 10, 100], WaitFrom.RESPONSE, [0, 10, 20, 30, 130]),
    ([10, 10, 10, 90], WaitFrom.RESPONSE, [0, 10, 20, 30, 120]),
    ([], WaitFrom.RESPONSE, [0]),
])  # fmt: skip
def test_the_schedules_of_the_pages(waits: list[int], wait_from: WaitFrom, expected: list[int]) -> None:
    retry = Retry(waits=tuple(wait * S for wait in waits), wait_from=wait_from)
    assert offsets(retry) == [each * S for each in expected]


def test_a_silent_endpoint_stretches_entuitives_schedule() -> None:
    retry = Retry(waits=(10 * S, 10 * S, 10 * S, 100 * S))
    assert offsets(retry, took=3 * S) == [0, 13 * S, 26 * S, 39 * S, 142 * S]


waits = st.lists(st.integers(0, 10**12), max_size=30).map(tuple)


@given(waits=waits, took=st.integers(0, 10**10))
def test_waits_from_the_response_add_up(waits: tuple[int, ...], took: int) -> None:
    due = offsets(Retry(waits=waits), took)
    assert len(due) == len(waits) + 1
    assert due == sorted(due)
    assert due[-1] == sum(waits) + took * len(waits)


@given(waits=waits, took=st.integers(0, 10**10))
def test_waits_from_the_request_ignore_what_an_attempt_took(waits: tuple[int, ...], took: int) -> None:
    assert offsets(Retry(waits=waits, wait_from=WaitFrom.REQUEST), took) == offsets(Retry(waits=waits))


@given(waits=waits, took=st.integers(0, 10**10))
def test_waits_from_the_first_attempt_stand_alone(waits: tuple[int, ...], took: int) -> None:
    due = offsets(Retry(waits=waits, wait_from=WaitFrom.FIRST), took)
    assert due[1:] == list(accumulate(waits, max))
    assert due == planned_offsets(Retry(waits=waits, wait_from=WaitFrom.FIRST))


@pytest.mark.parametrize(("accept", "status", "error", "result"), [
    (EXACTLY_200, 200, None, Result.ACCEPTED),
    (EXACTLY_200, 202, None, Result.REJECTED),
    (ANY_2XX, 202, None, Result.ACCEPTED),
    (ANY_2XX, 503, None, Result.REJECTED),
    (ANY_2XX, 302, ErrorKind.REDIRECT, Result.REJECTED),
    (ANY_2XX, None, ErrorKind.TIMEOUT, Result.FAILED),
    (ANY_2XX, 200, ErrorKind.RESET, Result.FAILED),
])  # fmt: skip
def test_what_an_attempt_comes_to(
    accept: Acceptance, status: int | None, error: ErrorKind | None, result: Result
) -> None:
    response = None if status is None else Response(status=status, headers=())
    assert result_of(accept, response, None if error is None else AttemptError(error, "x")) is result


@pytest.mark.parametrize("kind", list(RetryOn))
def test_a_kind_is_retried_where_the_profile_says_so(kind: RetryOn) -> None:
    error = None if kind is RetryOn.STATUS else AttemptError(ErrorKind(kind.value), "x")
    assert is_retried(Retry(on=frozenset([kind])), error)
    assert not is_retried(Retry(on=frozenset(RetryOn) - {kind}), error)


@pytest.mark.parametrize("kind", [ErrorKind.BLOCKED, ErrorKind.CANCELLED])
def test_what_the_emulator_stops_itself_is_never_retried(kind: ErrorKind) -> None:
    assert not is_retried(Retry(), AttemptError(kind, "x"))


def test_only_a_time_out_takes_emulated_time() -> None:
    profile = Profile(provider="acme", accept=ANY_2XX, timeout_us=3 * S)
    assert emulated_wait(profile, AttemptError(ErrorKind.TIMEOUT, "x")) == 3 * S
    assert emulated_wait(profile, AttemptError(ErrorKind.RESET, "x")) == 0
    assert emulated_wait(profile, None) == 0
