"""Durations, moments and speeds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.duration import (
    LONGEST,
    SECOND,
    Speed,
    format_duration,
    format_moment,
    parse_duration,
    parse_moment,
    parse_speed,
    parse_wait,
    plain_seconds,
    seconds,
)

NINE = 1_767_603_600_000_000
"""2026-01-05T09:00:00Z, from `date -u -d 2026-01-05T09:00:00Z +%s`."""


@pytest.mark.parametrize(("text", "micros"), [
    ("250ms", 250_000), ("10s", 10_000_000), ("3m", 180_000_000), ("2h", 7_200_000_000), ("1d", 86_400_000_000),
    ("1m30s", 90_000_000), ("1.5s", 1_500_000), ("0s", 0), ("10", 10_000_000), (10, 10_000_000), (0.25, 250_000),
    (" 5s ", 5_000_000), ("0.000001s", 1), ("2h30m5s", 9_005_000_000), ("3650d", LONGEST),
])  # fmt: skip
def test_durations_are_read(text: object, micros: int) -> None:
    assert parse_duration(text) == micros


@pytest.mark.parametrize("text", [
    "", "s", "10 s", "10x", "1m 30s", "-5s", -1, True, None, [], "1e3s", "٣s", "3651d", 10**12, "10S",
    float("nan"), float("inf"),
])  # fmt: skip
def test_what_is_no_duration_is_told(text: object) -> None:
    with pytest.raises(ValueError, match=r"^expected a duration"):
        parse_duration(text)


@pytest.mark.parametrize(("micros", "text"), [
    (0, "0s"), (90_000_000, "1m30s"), (250_000, "250ms"), (86_400_000_000, "1d"), (1_500_000, "1s500ms"),
    (1, "0.000001s"),
])  # fmt: skip
def test_durations_are_written(micros: int, text: str) -> None:
    assert format_duration(micros) == text


def test_a_wait_may_be_longer_than_any_duration():
    assert parse_wait("9999999d") == 9_999_999 * 86_400 * SECOND
    assert parse_wait(1e300) >= LONGEST


@given(st.integers(0, LONGEST))
def test_a_written_duration_reads_as_itself(micros: int) -> None:
    assert parse_duration(format_duration(micros)) == micros


@pytest.mark.parametrize(("text", "micros"), [
    ("2026-01-05T09:00:00Z", NINE), ("2026-01-05t09:00:00z", NINE), ("2026-01-05T09:00:00.5Z", NINE + 500_000),
    ("2026-01-05T09:00:00.1234567Z", NINE + 123_456), ("1970-01-01T00:00:00Z", 0),
])  # fmt: skip
def test_moments_are_read(text: str, micros: int) -> None:
    assert parse_moment(text) == micros


@pytest.mark.parametrize("text", [
    "2026-01-05", "2026-01-05T09:00:00", "2026-01-05T09:00:00+01:00", "2026-13-05T09:00:00Z",
    "2026-02-30T09:00:00Z", 5, None,
    "2026-01-05T25:00:00Z", "",
])  # fmt: skip
def test_what_is_no_moment_is_told(text: object) -> None:
    with pytest.raises(ValueError, match=r"^expected a moment in UTC such as 2026-01-05T09:00:00Z"):
        parse_moment(text)


def test_moments_are_written_with_a_fraction_only_where_there_is_one() -> None:
    assert format_moment(NINE) == "2026-01-05T09:00:00Z"
    assert format_moment(NINE + 5) == "2026-01-05T09:00:00.000005Z"


def test_what_lies_beyond_the_calendar_is_its_last_moment() -> None:
    assert format_moment(10**18) == "9999-12-31T23:59:59.999999Z"


@given(st.integers(0, 4 * 10**15))
def test_a_written_moment_reads_as_itself(micros: int) -> None:
    assert parse_moment(format_moment(micros)) == micros


@pytest.mark.parametrize(("text", "speed"), [
    ("real", Speed("real")), ("instant", Speed("instant")), ("manual", Speed("manual")),
    ("60x", Speed("scaled", Fraction(60))), ("0.5x", Speed("scaled", Fraction(1, 2))),
])  # fmt: skip
def test_speeds_are_read_and_written_alike(text: str, speed: Speed) -> None:
    assert parse_speed(text) == speed
    assert str(speed) == text


@pytest.mark.parametrize("text", ["0x", "x", "-1x", "fast", "", 60, None, "60", "1e3x", "60X"])
def test_what_is_no_speed_is_told(text: object) -> None:
    with pytest.raises(ValueError, match=r"^expected real, instant, manual, or a factor such as 60x"):
        parse_speed(text)


def test_seconds_are_plain() -> None:
    assert [plain_seconds(us) for us in (0, 10_000_000, 130_000_000, 12_500_000, 1_234_567)] == [
        "0", "10", "130", "12.5", "1.235",
    ]  # fmt: skip
    assert seconds(130_000_000) == 130.0
