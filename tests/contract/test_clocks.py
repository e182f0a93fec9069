"""One suite over every clock."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.clock import Clock, InstantClock, ManualClock, MovingClock, clock_for
from emulator.duration import parse_speed
from emulator.errors import ClockError

SPEEDS = ["real", "60x", "0.5x", "0.333333x", "instant", "manual"]


class Machine:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.ns = 1_000_000_000_000

    def __call__(self) -> int:
        return self.ns


def made(speed: str) -> tuple[Clock, Machine]:
    machine = Machine()
    return clock_for(parse_speed(speed), machine), machine


def reach(clock: Clock, machine: Machine, due_us: int) -> None:
    """Do what a player does: wait, and arrive."""
    if isinstance(clock, ManualClock):
        clock.allow(due_us)
    wait = clock.until_ns(due_us)
    assert wait is not None
    machine.ns += wait
    assert clock.until_ns(due_us) == 0
    clock.arrive(due_us)


@pytest.mark.parametrize("speed", SPEEDS)
def test_it_starts_at_zero_where_the_present_is_due(speed: str) -> None:
    clock, _ = made(speed)
    assert clock.now_us() == 0
    assert clock.until_ns(0) == 0


@pytest.mark.parametrize("speed", SPEEDS)
@given(moments=st.lists(st.integers(0, 10**13), max_size=20))
def test_time_arrives_never_early_and_never_goes_back(speed: str, moments: list[int]) -> None:
    clock, machine = made(speed)
    before = 0
    for due_us in sorted(moments):
        reach(clock, machine, due_us)
        assert clock.now_us() >= due_us >= before
        before = clock.now_us()


@pytest.mark.parametrize("speed", SPEEDS)
@given(moments=st.lists(st.integers(0, 10**13), max_size=20))
def test_arriving_in_the_past_moves_nothing(speed: str, moments: list[int]) -> None:
    clock, machine = made(speed)
    reach(clock, machine, 10**13)
    for due_us in moments:
        now = clock.now_us()
        clock.arrive(due_us)
        assert clock.now_us() == now


@pytest.mark.parametrize(
    ("speed", "stepwise", "measures"),
    [
        ("real", False, True),
        ("60x", False, False),
        ("instant", True, False),
        ("manual", True, False),
    ],
)
def test_what_a_speed_means(speed: str, *, stepwise: bool, measures: bool) -> None:
    clock, _ = made(speed)
    assert (clock.stepwise, clock.measures) == (stepwise, measures)


@pytest.mark.parametrize(("speed", "seconds"), [("real", 180.0), ("60x", 3.0), ("0.5x", 360.0)])
def test_a_moving_clock_waits_its_share(speed: str, seconds: float) -> None:
    clock, _ = made(speed)
    assert clock.until_ns(180_000_000) == seconds * 1e9


@given(due_us=st.integers(0, 10**13), numerator=st.integers(1, 10**6), denominator=st.integers(1, 10**6))
def test_a_planned_moment_is_exact_to_the_nanosecond(due_us: int, numerator: int, denominator: int) -> None:
    machine = Machine()
    clock = MovingClock(machine, Fraction(numerator, denominator), measures=False)
    exact = machine.ns + Fraction(due_us * 1_000 * denominator, numerator)
    assert 0 <= clock.planned_ns(due_us) - exact < 1


def test_an_instant_clock_jumps_and_remembers_when() -> None:
    machine = Machine()
    clock = InstantClock(machine)
    machine.ns += 5
    assert clock.until_ns(540_000_000) == 0
    clock.arrive(540_000_000)
    assert clock.now_us() == 540_000_000
    assert clock.planned_ns(540_000_000) == machine.ns


def test_a_manual_clock_goes_as_far_as_it_may() -> None:
    clock = ManualClock(Machine())
    assert clock.until_ns(1) is None
    clock.allow(10_000_000)
    assert clock.until_ns(10_000_000) == 0
    assert clock.until_ns(10_000_001) is None
    clock.allow(float("inf"))
    assert clock.until_ns(10**15) == 0


def test_a_manual_clock_refuses_to_go_back() -> None:
    clock = ManualClock(Machine())
    clock.allow(10)
    clock.arrive(10)
    with pytest.raises(ClockError, match="never goes back"):
        clock.allow(9)
