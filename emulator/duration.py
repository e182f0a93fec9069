"""Durations, moments and speeds: text to and from integers of microseconds.

Emulated time is integer microseconds everywhere inside, so that sums compare exactly. Nothing here reads a clock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache

from emulator.value import value

SECOND = 1_000_000
LONGEST = 3650 * 86_400 * SECOND
"""The longest duration accepted, ten years: no provider's schedule comes near it, and sums stay inside the calendar."""

_UNITS = {"ms": 1_000, "s": SECOND, "m": 60 * SECOND, "h": 3_600 * SECOND, "d": 86_400 * SECOND}
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,9})?", re.ASCII)
_PART = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)", re.ASCII)
_DURATION = re.compile(r"(?:\d{1,12}(?:\.\d{1,9})?(?:ms|s|m|h|d))+", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6})\d*)?[Zz]", re.ASCII)
_FACTOR = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)x", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)

WANTED_DURATION = "a duration such as 250ms, 10s, 3m, 1m30s, 2h or 1d, or a number of seconds"
WANTED_MOMENT = "a moment in UTC such as 2026-01-05T09:00:00Z"
WANTED_SPEED = "real, instant, manual, or a factor such as 60x"


def parse_duration(value: object) -> int:
    """Microseconds of `1m30s`, `250ms`, `10` or 0.5.

    Raises ValueError, saying what is wanted, for all that is no duration, is negative, or is longer than ten years.
    """
    micros = parse_wait(value)
    if micros > LONGEST:
        raise ValueError("expected a duration of at most 3650 days")
    return micros


def parse_wait(value: object) -> int:
    """The same without a bound, for those who cut what is too long."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"expected {WANTED_DURATION}")
    if isinstance(value, str):
        micros = _parse_text(value.strip())
    elif not value >= 0:
        raise ValueError("expected a duration that is not negative")
    else:
        micros = round(min(value, LONGEST) * SECOND)
    return micros


def _parse_text(text: str) -> int:
    if _NUMBER.fullmatch(text):
        return round(Fraction(text) * SECOND)
    if text.startswith("-") and (_NUMBER.fullmatch(text[1:]) or _DURATION.fullmatch(text[1:])):
        raise ValueError("expected a duration that is not negative")
    if not _DURATION.fullmatch(text):
        raise ValueError(f"expected {WANTED_DURATION}")
    return round(sum(Fraction(number) * _UNITS[unit] for number, unit in _PART.findall(text)))


def format_duration(micros: int) -> str:
    """The shortest of our own spellings: 90_000_000 is `1m30s`, 0 is `0s`."""
    if micros % 1_000:
        return f"{plain(Fraction(micros, SECOND))}s"
    parts, rest = [], micros
    for unit in ("d", "h", "m", "s", "ms"):
        count, rest = divmod(rest, _UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def plain(number: Fraction | float) -> str:
    """A decimal without an exponent or trailing zeros, exact to nine digits."""
    text = f"{float(number):.9f}".rstrip("0").rstrip(".")
    return text or "0"


def seconds(micros: int) -> float:
    """Seconds for JSON: 10_000_000 is 10.0."""
    return micros / SECOND


def plain_seconds(micros: int, digits: int = 3) -> str:
    """Seconds for people, rounded: 130_000_000 is `130`, 12_500_000 is `12.5`."""
    if micros % SECOND == 0:
        return str(micros // SECOND)
    text = f"{micros / SECOND:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_moment(value: object) -> int:
    """Microseconds since 1970 of an RFC 3339 moment in UTC, written with `Z`.

    Raises ValueError, saying what is wanted.
    """
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"expected {WANTED_MOMENT}")
    date, time, fraction = match.groups()
    try:
        whole = datetime.fromisoformat(f"{date}T{time}+00:00")
    except ValueError as error:
        raise ValueError(f"expected {WANTED_MOMENT}: {error}") from None
    return (whole - _EPOCH) // timedelta(microseconds=1) + int((fraction or "0").ljust(6, "0"))


def as_datetime(micros: int) -> datetime:
    """The moment as a datetime in UTC; what lies beyond the calendar becomes its last moment."""
    return _EPOCH + timedelta(microseconds=min(micros, _LAST))


def format_moment(micros: int) -> str:
    """RFC 3339 in UTC with `Z`; whole seconds are written without a fraction."""
    second, fraction = divmod(min(micros, _LAST), SECOND)
    return f"{_second(second)}.{fraction:06}Z" if fraction else f"{_second(second)}Z"


@lru_cache(maxsize=64)
def _second(second: int) -> str:
    """Most moments that are told lie in the same few seconds."""
    return as_datetime(second * SECOND).replace(tzinfo=None).isoformat(timespec="seconds")


@value(frozen=True, slots=True)
class Speed:
    """How emulated time passes: `kind` is real, scaled, instant or manual; `factor` counts for scaled."""

    kind: str
    factor: Fraction = Fraction(1)

    def __str__(self) -> str:
        """The spelling of the contract, such as `60x`."""
        return f"{plain(self.factor)}x" if self.kind == "scaled" else self.kind


REAL, INSTANT, MANUAL = Speed("real"), Speed("instant"), Speed("manual")


def parse_speed(value: object) -> Speed:
    """The speed that `real`, `instant`, `manual` or `60x` means. Raises ValueError, saying what is wanted."""
    for speed in (REAL, INSTANT, MANUAL):
        if value == speed.kind:
            return speed
    match = _FACTOR.fullmatch(value) if isinstance(value, str) else None
    if match is None or not (factor := Fraction(match[1])):
        raise ValueError(f"expected {WANTED_SPEED}")
    return Speed("scaled", factor)
