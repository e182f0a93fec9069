"""The shapes of durations, moments and speeds."""

from __future__ import annotations

from typing import Any

from emulator.document import Shape, parsed
from emulator.duration import (
    WANTED_DURATION,
    WANTED_MOMENT,
    WANTED_SPEED,
    Speed,
    parse_duration,
    parse_moment,
    parse_speed,
)

_DIGITS = r"[0-9]+(\.[0-9]+)?"
_DURATION: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 315_360_000},
        {"type": "string", "pattern": rf"^\s*({_DIGITS}|({_DIGITS}(ms|s|m|h|d))+)\s*$|\$\{{"},
    ]
}
_MOMENT: dict[str, Any] = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?[Zz]$|\$\{",
}
_SPEED: dict[str, Any] = {
    "anyOf": [
        {"enum": ["real", "instant", "manual"]},
        {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?x$|\$\{"},
    ]
}


def duration_shape() -> Shape[int]:
    """A duration, as microseconds."""
    return parsed(parse_duration, _DURATION, WANTED_DURATION)


def moment_shape() -> Shape[int]:
    """A moment, as microseconds since 1970."""
    return parsed(parse_moment, _MOMENT, WANTED_MOMENT)


def speed_shape() -> Shape[Speed]:
    """How emulated time passes."""
    return parsed(parse_speed, _SPEED, WANTED_SPEED)
