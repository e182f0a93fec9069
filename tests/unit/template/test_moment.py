"""Moments: their texts, their sums, their formats."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.duration import parse_moment
from emulator.template import Moment

NINE = Moment(1_767_603_600_000_000)
"""2026-01-05T09:00:00Z, from `date -u -d 2026-01-05T09:00:00Z +%s`."""
LATE = Moment(NINE.us + 86_399_123_456)
MOMENTS = st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9999, 12, 31))  # noqa: DTZ001 - made UTC below


def test_a_moment_has_these_texts_and_numbers() -> None:
    assert str(NINE) == "2026-01-05T09:00:00Z"
    assert str(LATE) == "2026-01-06T08:59:59.123456Z"
    assert (LATE.unix, LATE.unix_ms, LATE.date) == (1_767_689_999, 1_767_689_999_123, "2026-01-06")
    assert (LATE.whole, LATE.millis, LATE.micros) == (
        "2026-01-06T08:59:59Z",
        "2026-01-06T08:59:59.123Z",
        "2026-01-06T08:59:59.123456Z",
    )
    assert (NINE.millis, NINE.micros) == ("2026-01-05T09:00:00.000Z", "2026-01-05T09:00:00.000000Z")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%d/%m/%Y", "06/01/2026"),
        ("%-d/%-m/%y", "6/1/26"),
        ("%F %T", "2026-01-06 08:59:59"),
        ("%A, %B %-d, %Y, %-I:%M %p", "Tuesday, January 6, 2026, 8:59 AM"),
        ("%a, %d %b %Y %H:%M:%S %Z", "Tue, 06 Jan 2026 08:59:59 UTC"),
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2026-01-06T08:59:59.123456+0000"),
        ("%j %u 100%%", "006 2 100%"),
        ("", ""),
    ],
)
def test_formats(form: str, text: str) -> None:
    assert LATE.strftime(form) == text


def test_midnight_and_noon_are_twelve() -> None:
    midnight = NINE.minus("9h")
    assert midnight.strftime("%I%p %-H") == "12AM 0"
    assert midnight.plus("12h").strftime("%I%p") == "12PM"


@settings(deadline=None)
@given(MOMENTS)
def test_formats_agree_with_the_platforms(at: datetime) -> None:
    at = at.replace(tzinfo=UTC)
    moment = Moment((at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
    form = "%A %B %H %I %M %S %Y %a %b %d %f %j %m %p %y %%" + (
        " %F %T %u" if sys.platform != "win32" else ""
    )
    assert moment.strftime(form) == at.strftime(form)
    assert parse_moment(str(moment)) == parse_moment(moment.micros) == moment.us


def test_sums() -> None:
    assert NINE.plus("1d") == Moment(NINE.us + 86_400_000_000)
    assert NINE.plus("1h30m").minus(5400) == NINE
    assert NINE < NINE.plus("1ms") < NINE.plus(1)


def test_sums_stay_within_the_calendar() -> None:
    first = (datetime(5, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    last = (datetime(9995, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    with pytest.raises(ValueError, match="between the years 1 and 9999"):
        Moment(first).minus("3650d")
    with pytest.raises(ValueError, match="between the years 1 and 9999"):
        Moment(last).plus("3650d")


def test_long_formats_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 200 characters"):
        NINE.strftime("%d" * 101)
