"""What `expect` may say, and what it cannot mean: contradictions that are certain before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from emulator.document import (
    INVALID,
    Field,
    Invalid,
    Place,
    Shape,
    by_kind,
    choice,
    integer,
    list_of,
    parsed,
    record,
)
from emulator.document.shape import counted
from emulator.duration import format_duration
from emulator.fault import Expects
from emulator.matcher import message_shape
from emulator.provider.profile import Profile, RetryOn
from emulator.record import ErrorKind
from emulator.scenario.expectation import Expectation, Range, StatusPattern
from emulator.scenario.timing import duration_shape

_CLASS = re.compile(r"([1-5])xx")
_STATUS = re.compile(r"[1-5][0-9][0-9]", re.ASCII)
_MOST = 1_000_000
STATUS_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "minimum": 100, "maximum": 599},
        {"enum": [*(f"{digit}xx" for digit in range(1, 6)), *(kind.value for kind in ErrorKind)]},
        {"type": "string", "pattern": r"^[1-5][0-9][0-9]$|\$\{"},
    ]
}


def expectation_shape() -> Shape[Expectation]:
    """The `expect` of an event."""
    return record(
        _expectation,
        {
            "outcome": Field(
                choice("delivered", "exhausted"),
                "How each delivery ends: delivered (the default), or exhausted when the schedule is used up.",
            ),
            "answer": Field(
                choice(*Expects),
                "What each attempt is answered, whatever the outcome: accepted, refused (4xx), handled (accepted or "
                "4xx), or any.",
            ),
            "attempts": Field(
                range_shape(least=1), "How many attempts each delivery takes: a number, or {min: 1, max: 4}."
            ),
            "statuses": Field(
                list_of(_status_shape(), least=1, wanted="a list of statuses"),
                "What each attempt comes to, in order: a status (503), a class (5xx), or a kind of error (timeout).",
            ),
            "offsets": Field(
                list_of(duration_shape(), least=1, wanted="a list of durations"),
                "When each attempt is due, counted in emulated time from the delivery's first attempt: [0s, 10s, 20s].",
            ),
            "answered_within": Field(
                duration_shape(), "How long each attempt may take at most, in real time."
            ),
            "response": Field(message_shape(), "What the answer to the last attempt must hold."),
        },
        wanted="a mapping with outcome, answer, attempts, statuses, offsets, answered_within or response",
    )


def _expectation(_: Place, values: dict[str, Any]) -> Expectation:
    within = values.pop("answered_within", None)
    if "answer" in values:
        values = {"outcome": None, **values, "answer": Expects(values["answer"])}
    return Expectation(answered_within_us=within, **values)


def range_shape(*, least: int) -> Shape[Range]:
    """A number, or `{min, max}` with at least one of them."""
    bound = integer(least, _MOST)
    exact = Shape(partial(_exact, bound), bound.schema, bound.wanted)
    fields = {"min": Field(bound, "At least so many."), "max": Field(bound, "At most so many.")}
    between = record(partial(_between, least), fields, wanted="a mapping with min, max or both")
    schema = {**between.schema, "minProperties": 1}
    return by_kind(scalar=exact, mapping=Shape(between.read, schema, between.wanted))


def _exact(bound: Shape[int], place: Place) -> Range | Invalid:
    value = bound.read(place)
    return INVALID if isinstance(value, Invalid) else (value, value)


def _between(least: int, place: Place, values: dict[str, Any]) -> Range | Invalid:
    if not values:
        return place.problem("expected min, max or both, found neither")
    low, high = values.get("min", least), values.get("max")
    if high is not None and low > high:
        return place.problem(f"expected min to be at most max, found {low} and {high}")
    return low, high


def _status_shape() -> Shape[StatusPattern]:
    return parsed(_status, STATUS_SCHEMA, "a status")


def _status(value: Any) -> StatusPattern:
    if isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599:
        return StatusPattern(status=value)
    if isinstance(value, str):
        hundreds = _CLASS.fullmatch(value)
        if hundreds:
            return StatusPattern(hundreds=int(hundreds[1]))
        if _STATUS.fullmatch(value):
            return StatusPattern(status=int(value))
        if value in _KINDS:
            return StatusPattern(error=_KINDS[value])
    raise ValueError(
        f"expected a status from 100 to 599, a class such as 5xx, or a kind of error ({', '.join(_KINDS)})"
    )


_KINDS: Mapping[str, ErrorKind] = {kind.value: kind for kind in ErrorKind}


def contradictions(expected: Expectation, profile: Profile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What can never hold with this profile: the key path below `expect`, and why."""
    yield from _counts(expected, profile)
    if expected.statuses is not None:
        yield from _outcomes(expected, expected.statuses, profile)
    if expected.offsets is not None:
        yield from _offsets(expected.offsets)


def _counts(expected: Expectation, profile: Profile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    told = f"{profile.provider} makes at most {counted(profile.attempts, 'attempt')}"
    if expected.attempts is not None and expected.attempts[0] > profile.attempts:
        yield ("attempts",), f"{told}, so {expected.attempts[0]} can never be reached"
    lengths = {"statuses": expected.statuses, "offsets": expected.offsets}
    for key, items in lengths.items():
        if items is None:
            continue
        if len(items) > profile.attempts:
            yield (key,), f"{told}, found {len(items)} {key}"
        elif expected.attempts is not None and not _within(len(items), expected.attempts):
            yield (
                (key,),
                f"expected as many {key} as attempts ({_range_text(expected.attempts)}), found {len(items)}",
            )
    if expected.statuses and expected.offsets and len(expected.statuses) != len(expected.offsets):
        count = len(expected.statuses)
        yield ("offsets",), f"expected as many offsets as statuses ({count}), found {len(expected.offsets)}"


def _within(count: int, bounds: Range) -> bool:
    return bounds[0] <= count and (bounds[1] is None or count <= bounds[1])


def _range_text(bounds: Range) -> str:
    low, high = bounds
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


def _outcomes(
    expected: Expectation, statuses: tuple[StatusPattern, ...], profile: Profile
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    told = f"{profile.provider} accepts {profile.accept.text}"
    for number, pattern in enumerate(statuses[:-1]):
        if _always_accepted(pattern, profile):
            yield ("statuses", number), f"{told}, so no attempt follows an answer of {pattern}"
            return
    last = len(statuses) - 1
    if expected.outcome == "delivered" and _never_accepted(statuses[last], profile):
        yield (
            ("statuses", last),
            f"{told}, so a last answer of {statuses[last]} delivers nothing; expect outcome: exhausted",
        )
    if expected.outcome == "exhausted" and _always_accepted(statuses[last], profile):
        yield (
            ("statuses", last),
            f"{told}, so an answer of {statuses[last]} delivers, and outcome cannot be exhausted",
        )
    if expected.outcome == "exhausted" and _goes_on(statuses, profile):
        yield (
            ("statuses",),
            f"{profile.provider} gives up after {counted(profile.attempts, 'attempt')}, found {len(statuses)} statuses",
        )


def _statuses_of(pattern: StatusPattern) -> range:
    if pattern.status is not None:
        return range(pattern.status, pattern.status + 1)
    return range((pattern.hundreds or 0) * 100, (pattern.hundreds or 0) * 100 + 100)


def _always_accepted(pattern: StatusPattern, profile: Profile) -> bool:
    return pattern.error is None and all(map(profile.accept.accepts, _statuses_of(pattern)))


def _never_accepted(pattern: StatusPattern, profile: Profile) -> bool:
    if pattern.error is not None:
        return pattern.error is not ErrorKind.REDIRECT
    return not any(map(profile.accept.accepts, _statuses_of(pattern)))


def _goes_on(statuses: tuple[StatusPattern, ...], profile: Profile) -> bool:
    """Whether another attempt is certain: each answer is refused and retried, and the schedule has more."""
    return (
        len(statuses) < profile.attempts
        and RetryOn.STATUS in profile.retry.on
        and all(
            p.error is None and _statuses_of(p)[0] >= 400 and _never_accepted(p, profile) for p in statuses
        )
    )


def _offsets(offsets: tuple[int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if offsets[0] != 0:
        told = format_duration(offsets[0])
        yield ("offsets", 0), f"offsets count from the first attempt, so the first is 0s, found {told}"
    for number, (before, offset) in enumerate(pairwise(offsets), 1):
        if offset < before:
            told = f"{format_duration(offset)} after {format_duration(before)}"
            yield (
                ("offsets", number),
                f"expected offsets that never go back (they count from the first attempt), found {told}",
            )
            return
