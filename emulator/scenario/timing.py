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

_DIGITS = r"[0-9]{1,12}(\.[0-9]{1,9})?"
SPELT: dict[str, Any] = {"type": "string", "pattern": rf"^\s*({_DIGITS}|({_DIGITS}(ms|s|m|h|d))+)\s*$|\$\{{"}
_DURATION: dict[str, Any] = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 315_360_000}, SPELT]}
WAIT: dict[str, Any] = {"anyOf": [{"type": "number", "minimum": 0}, SPELT]}
"""The schema of a duration without a bound; `SPELT` is that of one as text."""

_DATE = (
    r"(?!0000)[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    r"|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))"
)
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
_MOMENT: dict[str, Any] = {"type": "string", "pattern": rf"^{_DATE}[Tt]{_TIME}[Zz]$|\$\{{"}
_SPEED: dict[str, Any] = {
    "anyOf": [
        {"enum": ["real", "instant", "manual"]},
        {"type": "string", "pattern": r"^(?=.*[1-9])[0-9]{1,9}(\.[0-9]{1,6})?x$|\$\{"},
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
