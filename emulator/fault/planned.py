"""A fault in its place: on which attempts of a delivery it is, and what is expected of the endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emulator.fault.seam import Again, Expects, Fault
from emulator.provider.profile import Profile
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class On:
    """Attempts of a delivery: some `numbers`, the `last` of the schedule, or every one."""

    numbers: tuple[int, ...] | None = None
    last: bool = False

    def __str__(self) -> str:
        """In words: `attempt 4`, `attempts 2 and 4`, `its last attempt`, `any attempt`."""
        if self.last:
            return "its last attempt"
        if self.numbers is None:
            return "any attempt"
        told = " and ".join(map(str, self.numbers))
        return f"attempt {told}" if len(self.numbers) == 1 else f"attempts {told}"

    def holds(self, number: int, attempts: int) -> bool:
        """Whether attempt `number` of a schedule of so many is meant."""
        if self.last:
            return number == attempts
        return self.numbers is None or number in self.numbers


EVERY = On()


@value(frozen=True, slots=True)
class Planned:
    """A fault, the attempts it is on, and what a scenario says that is expected (None: what the fault expects)."""

    fault: Fault
    on: On = EVERY
    said: Expects | None = None

    def expects(self, profile: Profile) -> Expects | None:
        """What is expected of an attempt that the fault adds; None where it changes the planned one."""
        usual = self.fault.adds(profile)
        return usual if usual is None or self.said is None else self.said


@value(frozen=True, slots=True)
class Extra:
    """An attempt that a fault adds: its `copy` number, and when it goes (`again`; None is before the planned one)."""

    planned: Planned
    copy: int
    again: Again | None


def on_attempt(planned: Sequence[Planned], number: int, attempts: int) -> list[Planned]:
    """Those that are on attempt `number` of a schedule of so many."""
    return [each for each in planned if each.on.holds(number, attempts)]


def changing(planned: Sequence[Planned], profile: Profile) -> list[Fault]:
    """The faults that change the planned attempt itself."""
    return [each.fault for each in planned if each.fault.adds(profile) is None]


def extras(planned: Sequence[Planned], profile: Profile) -> Iterator[Extra]:
    """The attempts that are added, numbered from 1 in the order of the file."""
    copy = 0
    for each in planned:
        if each.fault.adds(profile) is None:
            continue
        for again in each.fault.again() or (None,):
            copy += 1
            yield Extra(each, copy, again)
