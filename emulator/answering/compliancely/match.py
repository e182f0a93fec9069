"""A TIN match: its object, as it stands at each moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.answering.compliancely.moments import whole
from emulator.scenario.compliancely import FINAL, IN_REVIEW, PENDING, Result

RUNNING = "RUNNING"
OUTAGE = "THE IRS TIN MATCHING SERVICE IS SLOW OR CURRENTLY EXPERIENCING AN OUTAGE"

_REASONS = {
    PENDING: "",
    0: "TIN and name match IRS records.",
    1: "TIN is missing or is not nine digits.",
    2: "TIN is not currently issued.",
    3: "TIN and Name combination does not match IRS records.",
    4: "The request is not valid.",
    5: "The request is a duplicate.",
    6: "TIN and name match IRS records (SSN).",
    7: "TIN and name match IRS records (EIN).",
    8: "TIN and name match IRS records (SSN and EIN).",
    IN_REVIEW: "",
}


def status(irs_code: int) -> str:
    """The status text that goes with a code."""
    match irs_code:
        case -1:
            return "Pending"
        case 10:
            return "In Review"
        case 0 | 6 | 7 | 8:
            return "TIN Matched"
        case _:
            return "Did Not Match"


def reason(irs_code: int) -> str:
    """The text of irs_reason that goes with a code."""
    return _REASONS[irs_code]


@dataclass(frozen=True, slots=True)
class Stage:
    """From `at` on, in microseconds since 1970, the match has this code."""

    at: int
    irs_code: int
    service: str = RUNNING

    @property
    def final(self) -> bool:
        """The IRS has spoken."""
        return self.irs_code in FINAL


def stages(result: Result, created_at: int, after_us: int) -> tuple[Stage, ...]:
    """The stages of a match that comes to this; `after_us` is what a result takes by default."""
    made = tuple(_stages(result, created_at, after_us))
    return made if made[0].at == created_at else (Stage(created_at, PENDING), *made)


def _stages(result: Result, moment: int, after_us: int) -> Iterator[Stage]:
    following: Result | None = result
    while following is not None:
        moment += after_us if following.after_us is None else following.after_us
        yield Stage(moment, following.irs_code, OUTAGE if following.irs_code == PENDING else RUNNING)
        following = following.then


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A match that was asked for; `stages` begins when it was.

    `told` is the moment that was answered for when it was asked for. A clock that jumps need not have come there yet,
    and nobody is told less afterwards.
    """

    id: int
    name: str
    tin: str
    created_by: str
    stages: tuple[Stage, ...]
    told: int = 0

    @property
    def created_at(self) -> int:
        """When it was asked for, in microseconds since 1970."""
        return self.stages[0].at

    @property
    def final(self) -> Stage | None:
        """The stage that ends it, if any does."""
        last = self.stages[-1]
        return last if last.final else None

    def object(self, moment: int) -> dict[str, Any]:
        """What the API answers of it at that moment, and what a webhook of that moment carries."""
        stage = [each for each in self.stages if each.at <= max(moment, self.told)][-1]
        return {
            "id": self.id,
            "name": self.name,
            "tin": self.tin,
            "status": status(stage.irs_code),
            "created_by": self.created_by,
            "irs_code": stage.irs_code,
            "irs_reason": reason(stage.irs_code),
            "irs_service_status": stage.service,
            "last_irs_check_date": whole(stage.at),
            "created_date": whole(self.created_at),
            "updated_date": whole(stage.at),
        }
