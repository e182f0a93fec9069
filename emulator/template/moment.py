"""The moment a template sees as `now`: a point of emulated time that prints itself in the forms webhooks use.

Nothing here reads a clock: a moment is made from microseconds, or from another moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.duration import SECOND, as_datetime, format_moment, parse_duration

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST_FORMAT = 200
"""How many characters the format of `strftime` may have."""

_FIRST = -62_135_596_800 * SECOND
_LAST = 253_402_300_800 * SECOND - 1
_DIRECTIVE = re.compile(r"%(-?)(.?)", re.DOTALL)

# Our own table, since the platform's differs between systems, follows the locale, and pads to any width asked for.
_DIRECTIVES: Mapping[str, Callable[[datetime], str]] = {
    "%": lambda _: "%",
    "A": lambda at: DAYS[at.weekday()],
    "B": lambda at: MONTHS[at.month - 1],
    "F": lambda at: at.isoformat()[:10],
    "H": lambda at: f"{at.hour:02}",
    "I": lambda at: f"{(at.hour - 1) % 12 + 1:02}",
    "M": lambda at: f"{at.minute:02}",
    "S": lambda at: f"{at.second:02}",
    "T": lambda at: f"{at.hour:02}:{at.minute:02}:{at.second:02}",
    "Y": lambda at: f"{at.year:04}",
    "Z": lambda _: "UTC",
    "a": lambda at: DAYS[at.weekday()][:3],
    "b": lambda at: MONTHS[at.month - 1][:3],
    "d": lambda at: f"{at.day:02}",
    "f": lambda at: f"{at.microsecond:06}",
    "j": lambda at: f"{at.timetuple().tm_yday:03}",
    "m": lambda at: f"{at.month:02}",
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "u": lambda at: f"{at.isoweekday()}",
    "y": lambda at: f"{at.year % 100:02}",
    "z": lambda _: "+0000",
}


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A moment as microseconds since 1970. Its text is RFC 3339 with `Z`, with a fraction only when there is one.

    Moments compare by time. `plus` and `minus` take durations as scenarios write them (`3d`, `1h30m`, 90) and raise
    ValueError, saying what is wanted, as `strftime` does for a format it does not know.
    """

    us: int

    def __str__(self) -> str:
        return format_moment(self.us)

    @property
    def unix(self) -> int:
        """Whole seconds since 1970."""
        return self.us // SECOND

    @property
    def unix_ms(self) -> int:
        """Whole milliseconds since 1970."""
        return self.us // 1_000

    @property
    def date(self) -> str:
        """The day: `2026-01-05`."""
        return self._text("seconds")[:10]

    @property
    def whole(self) -> str:
        """The text without a fraction: `2026-01-05T09:00:00Z`."""
        return self._text("seconds") + "Z"

    @property
    def millis(self) -> str:
        """The text with always three decimals: `2026-01-05T09:00:00.000Z`."""
        return self._text("milliseconds") + "Z"

    @property
    def micros(self) -> str:
        """The text with always six decimals: `2026-01-05T09:00:00.000000Z`."""
        return self._text("microseconds") + "Z"

    def plus(self, duration: object) -> Moment:
        """The moment that much later."""
        return self._moved(parse_duration(duration))

    def minus(self, duration: object) -> Moment:
        """The moment that much earlier."""
        return self._moved(-parse_duration(duration))

    def strftime(self, form: object) -> str:
        """The moment in a form such as `%d/%m/%Y`, in UTC and English; `%-d` is without leading zeros."""
        if not isinstance(form, str) or len(form) > LONGEST_FORMAT:
            raise ValueError(f"expected a format of at most {LONGEST_FORMAT} characters, such as '%d/%m/%Y'")
        at = as_datetime(self.us)
        return _DIRECTIVE.sub(lambda found: _directive(found, at), form)

    def _text(self, timespec: str) -> str:
        return as_datetime(self.us).replace(tzinfo=None).isoformat(timespec=timespec)

    def _moved(self, by: int) -> Moment:
        if not _FIRST <= self.us + by <= _LAST:
            raise ValueError("expected a moment between the years 1 and 9999")
        return Moment(self.us + by)


def _directive(found: re.Match[str], at: datetime) -> str:
    bare, letter = found.groups()
    if letter not in _DIRECTIVES:
        known = " ".join(f"%{each}" for each in _DIRECTIVES)
        raise ValueError(f"unknown directive {found[0]!r} in a format; known: {known}")
    text = _DIRECTIVES[letter](at)
    return (text.lstrip("0") or "0") if bare else text


ATTRIBUTES: Mapping[str, Callable[[Moment], Any]] = {
    "unix": lambda moment: moment.unix,
    "unix_ms": lambda moment: moment.unix_ms,
    "date": lambda moment: moment.date,
    "whole": lambda moment: moment.whole,
    "millis": lambda moment: moment.millis,
    "micros": lambda moment: moment.micros,
}
"""What a template may read of a moment."""
