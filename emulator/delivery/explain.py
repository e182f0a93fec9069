"""The explanation of a delivery: a line for each attempt, with when, what came back, and why it went on or stopped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus

from emulator.delivery.attempt import Outcome
from emulator.delivery.life import Life
from emulator.duration import plain_seconds
from emulator.provider.profile import Profile, RetryOn
from emulator.record import AttemptError, DeliveryState, ErrorKind, Response

MOST_SAID = 100
"""So many characters of a refusal's body are told."""


def attempt_line(
    life: Life, outcome: Outcome, *, signed: bool, next_offset_us: int | None, faults: Sequence[str] = ()
) -> str:
    """Such as `attempt 1 at 0 s: 503 Service Unavailable in 3 ms; not accepted (200 is); next at 10 s`."""
    profile, number = life.occurrence.event.profile, life.number
    came = _what_came(profile, number, outcome, signed=signed)
    follows = _what_follows(profile, number, outcome.error, life.state, next_offset_us)
    again = ", made again after a restart" if life.remade else ""
    told = "".join(f", {fault}" for fault in faults)
    return f"attempt {number} at {plain_seconds(life.offset_us)} s{again}{told}: {came}; {follows}"


def redelivery_line(profile: Profile, outcome: Outcome, *, number: int, offset_us: int, signed: bool) -> str:
    """Such as `attempt 6 at 130 s, redelivered: 200 OK in 3 ms`."""
    came = _what_came(profile, number, outcome, signed=signed)
    return f"attempt {number} at {plain_seconds(offset_us)} s, redelivered: {came}"


def extra_line(outcome: Outcome, *, number: int, offset_us: int, told: str, copy: int | None) -> str:
    """Such as `attempt 1 at 0 s, signature: wrong: 401 Unauthorized in 3 ms`, or `copy 1 of attempt 2 at 10 s, …`."""
    what = f"attempt {number}" if copy is None else f"copy {copy} of attempt {number}"
    response, error = outcome.response, outcome.error
    if response is None or (error is not None and error.kind is not ErrorKind.REDIRECT):
        came = "no answer" if error is None else f"{error.kind.value}: {error.fact}"
    else:
        said = _said(response) if response.status >= 300 else ""
        came = f"{_status(response.status)} in {_millis(outcome.duration_us)}{said}"
    return f"{what} at {plain_seconds(offset_us)} s, {told}: {came}"


def _what_came(profile: Profile, number: int, outcome: Outcome, *, signed: bool) -> str:
    response, error = outcome.response, outcome.error
    if error is not None and error.kind is not ErrorKind.REDIRECT:
        return f"{error.kind.value}: {error.message if number == 1 else error.fact}"
    if response is None:
        return "no answer"
    took = f"{_status(response.status)} in {_millis(outcome.duration_us)}"
    if error is not None:
        return f"{took}; the redirect is not followed"
    if profile.accept.accepts(response.status):
        return took
    near = " (a 2xx, but not an accepted one)" if 200 <= response.status < 300 else ""
    wants = f"{profile.title or profile.provider} wants {profile.accept.text}"
    advice = _advice(profile, response.status, signed=signed) if number == 1 else ""
    return f"{took}{_said(response)}, not accepted{near}: {wants}{advice}"


def _said(response: Response) -> str:
    """The beginning of what the answer says, in one line: endpoints tell there what they did not like."""
    if not response.body:
        return ""
    text = response.body[: 4 * MOST_SAID].decode(errors="replace")
    line = text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)
    line = line.strip()
    return f", saying {line[:MOST_SAID]}{'…' if len(line) > MOST_SAID else ''}" if line else ""


def _advice(profile: Profile, status: int, *, signed: bool) -> str:
    if profile.signature is None or status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return ""
    if not signed:
        return " (it went out unsigned, for want of a secret)"
    return " (over the signature? compare the secrets with `webhook-emulator sign`)"


def _what_follows(
    profile: Profile,
    number: int,
    error: AttemptError | None,
    state: DeliveryState,
    next_offset_us: int | None,
) -> str:
    if state is DeliveryState.DELIVERED:
        return "delivered"
    if state is DeliveryState.CANCELLED:
        return "cancelled"
    if next_offset_us is not None:
        return f"next at {plain_seconds(next_offset_us)} s"
    if number == profile.attempts:
        return f"attempt {number} of {profile.attempts} was the last: exhausted"
    if error is not None and error.kind is ErrorKind.BLOCKED:
        return "never retried: exhausted"
    kind = RetryOn.STATUS.value if error is None else error.kind.value
    return f"{profile.title or profile.provider} does not retry after {kind}: exhausted"


@lru_cache(maxsize=1_000)
def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _millis(duration_us: int) -> str:
    return (
        f"{duration_us / 1_000:.0f} ms" if duration_us < 10_000_000 else f"{plain_seconds(duration_us, 1)} s"
    )


def cancelled_line(number: int, next_offset_us: int) -> str:
    """What is said of an attempt that the end of the run came before."""
    return f"attempt {number} was planned at {plain_seconds(next_offset_us)} s; the run was cancelled before"
