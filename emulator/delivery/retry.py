"""Retry arithmetic: does a failed attempt have a successor, and when is it due?"""

from __future__ import annotations

from emulator.provider.profile import Acceptance, Profile, Retry, RetryOn, WaitFrom
from emulator.record import AttemptError, ErrorKind, Response, Result

_NEVER = (ErrorKind.BLOCKED, ErrorKind.CANCELLED)


def result_of(accept: Acceptance, response: Response | None, error: AttemptError | None) -> Result:
    """What an attempt came to. An answer with an error beside it is a redirect that was not followed."""
    if response is None or (error is not None and error.kind is not ErrorKind.REDIRECT):
        return Result.FAILED
    return Result.ACCEPTED if error is None and accept.accepts(response.status) else Result.REJECTED


def is_retried(retry: Retry, error: AttemptError | None) -> bool:
    """Whether this kind of outcome leads to another attempt. No error means an answer that was not accepted."""
    if error is None:
        return RetryOn.STATUS in retry.on
    return error.kind not in _NEVER and RetryOn(error.kind.value) in retry.on


def successor_due(
    retry: Retry, number: int, *, first_due_us: int, started_us: int, ended_us: int
) -> int | None:
    """When attempt `number + 1` is due, in emulated microseconds; None when the schedule is used up.

    A wait begins when the failed attempt ended (A12 a), when it started (b), or at the delivery's first attempt (c).
    No successor is due before the attempt it follows.
    """
    if number > len(retry.waits):
        return None
    match retry.wait_from:
        case WaitFrom.RESPONSE:
            origin_us = ended_us
        case WaitFrom.REQUEST:
            origin_us = started_us
        case WaitFrom.FIRST:
            origin_us = first_due_us
    return max(started_us, origin_us + retry.waits[number - 1])


def planned_offsets(retry: Retry) -> list[int]:
    """When the attempts of a delivery are due if each fails at once, in microseconds from the first."""
    offsets = [0]
    while (
        due_us := successor_due(
            retry, len(offsets), first_due_us=0, started_us=offsets[-1], ended_us=offsets[-1]
        )
    ) is not None:
        offsets.append(due_us)
    return offsets


def emulated_wait(profile: Profile, error: AttemptError | None) -> int:
    """How long an attempt took in emulated time, in microseconds, where attempts take none.

    Only a time-out counts: the provider would have waited for it (contract section 4).
    """
    return profile.timeout_us if error is not None and error.kind is ErrorKind.TIMEOUT else 0
