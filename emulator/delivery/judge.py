"""Judging: do a delivery's attempts show what the scenario expects? Every miss becomes a failure with both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from emulator.duration import SECOND, format_duration, plain, seconds
from emulator.fault import Expects
from emulator.matcher import Message, MessageMatcher
from emulator.record import DeliveryState, ErrorKind, Failure, Response
from emulator.scenario.expectation import Expectation, Range
from emulator.value import value

REAL_SLACK_US = SECOND
"""In real time an offset may be later by what earlier attempts took, plus this (contract section 3)."""


@value(frozen=True, slots=True)
class Made:
    """What one attempt left behind for judging. Offset, duration and lateness are microseconds."""

    status: int | None
    error: ErrorKind | None
    offset_us: int
    duration_us: int
    lateness_us: int = 0

    def told(self) -> int | str:
        """The status, or the kind of error where there was no answer."""
        return self.status if self.status is not None else (self.error or ErrorKind.PROTOCOL).value


@value(frozen=True, slots=True)
class Miss:
    """A check that did not hold."""

    check: str
    expected: Any
    actual: Any
    message: str


def judge(
    expectation: Expectation,
    state: DeliveryState,
    made: Sequence[Made],
    response: Response | None,
    *,
    measured: bool,
) -> Iterator[Miss]:
    """Each check of an ended delivery that does not hold. `response` is that of the last attempt.

    `measured` is true where attempts take emulated time (`real`), so that offsets have slack.
    """
    if expectation.outcome is not None and state.value != expectation.outcome:
        shown = ", ".join(str(each.told()) for each in made)
        told = f"expected {expectation.outcome}, is {state.value} ({shown})"
        yield Miss("outcome", expectation.outcome, state.value, told)
    elif _blocked(made) and not _expects_blocked(expectation):
        told = f"expected {expectation.outcome or 'an answer'}, but nothing was sent: the target is blocked"
        yield Miss("outcome", expectation.outcome, ErrorKind.BLOCKED.value, told)
    if expectation.answer is not None:
        yield from _answers(expectation.answer, state, made)
    bounds = expectation.attempts
    if bounds is not None and not within(len(made), bounds):
        told = f"expected {range_text(bounds, 'attempt')}, made {len(made)}"
        yield Miss("attempts", range_json(bounds), len(made), told)
    yield from _statuses(expectation, made)
    yield from _offsets(expectation, made, measured=measured)
    yield from _answer_times(expectation, made)
    if expectation.response is not None:
        yield from _response(expectation.response, response)


def answered(wanted: Expects, status: int | None, *, accepted: bool) -> bool:
    """Whether an answer is what was expected of the endpoint."""
    refused = status is not None and 400 <= status < 500
    match wanted:
        case Expects.ACCEPTED:
            return accepted
        case Expects.REFUSED:
            return refused and not accepted
        case Expects.HANDLED:
            return accepted or refused
        case _:
            return True


def expected_text(wanted: Expects) -> str:
    """What is expected, in words."""
    return _EXPECTED[wanted]


_EXPECTED = {
    Expects.ACCEPTED: "an acceptance",
    Expects.REFUSED: "a refusal (4xx)",
    Expects.HANDLED: "an acceptance or a refusal (4xx)",
    Expects.ANY: "any answer",
}


def _answers(wanted: Expects, state: DeliveryState, made: Sequence[Made]) -> Iterator[Miss]:
    for number, each in enumerate(made, 1):
        accepted = state is DeliveryState.DELIVERED and number == len(made)
        if not answered(wanted, each.status, accepted=accepted):
            told = f"attempt {number}: expected {_EXPECTED[wanted]}, got {each.told()}"
            yield Miss("answer", wanted.value, each.told(), told)


def _blocked(made: Sequence[Made]) -> bool:
    return bool(made) and made[-1].error is ErrorKind.BLOCKED


def _expects_blocked(expectation: Expectation) -> bool:
    """Blocking is the emulator's own doing: it counts as an outcome only where the scenario names it."""
    return any(pattern.error is ErrorKind.BLOCKED for pattern in expectation.statuses or ())


def _statuses(expectation: Expectation, made: Sequence[Made]) -> Iterator[Miss]:
    wanted = expectation.statuses
    if wanted is None:
        return
    if len(wanted) == len(made) and all(p.fits(m.status, m.error) for p, m in zip(wanted, made, strict=True)):
        return
    expected = [str(each) if each.status is None else each.status for each in wanted]
    actual = [each.told() for each in made]
    yield Miss(
        "statuses", expected, actual, f"expected the answers {_listed(expected)}, got {_listed(actual)}"
    )


def _offsets(expectation: Expectation, made: Sequence[Made], *, measured: bool) -> Iterator[Miss]:
    wanted = expectation.offsets
    if wanted is None:
        return
    slack, good = 0, len(wanted) == len(made)
    for least, each in zip(wanted, made, strict=False):
        latest = least + slack + REAL_SLACK_US if measured else least
        good = good and least <= each.offset_us <= latest
        slack += each.lateness_us + each.duration_us
    if not good:
        expected, actual = [seconds(us) for us in wanted], [seconds(each.offset_us) for each in made]
        told = f"expected attempts at {_listed(expected)} s, made at {_listed(actual)} s"
        yield Miss("offsets", expected, actual, told)


def _answer_times(expectation: Expectation, made: Sequence[Made]) -> Iterator[Miss]:
    limit = expectation.answered_within_us
    if limit is None:
        return
    for number, each in enumerate(made, 1):
        if each.status is None:
            told = f"attempt {number} has no answer ({each.told()}), expected one within {format_duration(limit)}"
            yield Miss("answered_within", seconds(limit), None, told)
        elif each.duration_us > limit:
            took = seconds(each.duration_us)
            told = f"attempt {number} took {took:.3f} s, expected at most {format_duration(limit)}"
            yield Miss("answered_within", seconds(limit), took, told)


def _response(wanted: MessageMatcher, response: Response | None) -> Iterator[Miss]:
    if response is None:
        yield Miss("response", "an answer", None, "the last attempt has no answer")
        return
    message = Message(headers=response.headers, body=response.body, truncated=response.truncated)
    for miss in wanted.misses(message):
        yield Miss(f"response {miss.part}", miss.wanted, miss.actual, miss.message)


def within(count: int, bounds: Range) -> bool:
    """Whether a count lies within a range."""
    least, most = bounds
    return least <= count and (most is None or count <= most)


def range_json(bounds: Range) -> Any:
    """As the scenario spells it."""
    least, most = bounds
    return least if least == most else {"min": least, "max": most}


def range_text(bounds: Range, what: str) -> str:
    """`4 attempts`, `1 attempt`, `1 to 4 attempts` or `at least 1 attempt`, where `what` is `attempt`."""
    least, most = bounds
    told = str(least) if least == most else f"at least {least}" if most is None else f"{least} to {most}"
    return f"{told} {what}{'' if (least if most is None else most) == 1 else 's'}"


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(plain(value) if isinstance(value, float) else str(value) for value in values) or "none"


def failure(miss: Miss, *, event: str, index: int, delivery: str) -> Failure:
    """A miss as the run records it."""
    return Failure(
        event=event,
        index=index,
        delivery=delivery,
        check=miss.check,
        expected=miss.expected,
        actual=miss.actual,
        message=miss.message,
    )
