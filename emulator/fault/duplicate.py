"""The same webhook once more."""

from __future__ import annotations

from typing import Any, ClassVar

from emulator.document import Field, Place, Shape, by_kind, integer, record
from emulator.duration import format_duration
from emulator.fault.seam import Again, Expects, Fault
from emulator.fault.shape import made
from emulator.provider.profile import Profile
from emulator.provider.shape import duration
from emulator.value import value

MOST_COPIES = 100
"""So many copies of one attempt at most."""


@value(frozen=True, slots=True, kw_only=True)
class Duplicate(Fault):
    """So many copies of the attempt, each `after_us` of emulated time behind the one before."""

    word: ClassVar[str] = "duplicate"
    doc: ClassVar[str] = (
        "How many copies follow the attempt, at once; or {times: 2, after: 5s}, so long after each other."
    )

    times: int = 1
    after_us: int = 0

    @classmethod
    def shape(cls) -> Shape[Duplicate]:
        times = Field(integer(1, MOST_COPIES), "How many copies (1 where left out).")
        after = Field(
            duration(), "How long after the one before each comes, in emulated time (0s where left out)."
        )

        def build(_: Place, values: dict[str, Any]) -> Duplicate:
            return cls(times=values.get("times", 1), after_us=values.get("after", 0))

        fields = {"times": times, "after": after}
        spaced = record(build, fields, wanted="a mapping such as {times: 2, after: 5s}")
        return by_kind(scalar=made(times.shape, lambda count: cls(times=count)), mapping=spaced)

    @property
    def told(self) -> str:
        spaced = f", {format_duration(self.after_us)} apart" if self.after_us else ""
        return f"duplicate: {self.times}{spaced}"

    def adds(self, profile: Profile) -> Expects:
        return Expects.ACCEPTED

    def again(self) -> tuple[Again, ...]:
        return tuple(Again(number * self.after_us) for number in range(1, self.times + 1))
