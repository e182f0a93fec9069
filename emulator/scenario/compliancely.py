"""What can be set of Compliancely's API: who may log in, what lifetimes are counted on, what results there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from emulator.duration import LONGEST, SECOND

PENDING, IN_REVIEW = -1, 10
FINAL = range(9)
"""The codes of the IRS (0 to 8). Pending and in review are Compliancely's own."""

_TIN = re.compile(r"\d{9}", re.ASCII)


class Lifetimes(StrEnum):
    """The clock that lifetimes of tokens and the rate limit are counted on."""

    EMULATED = "emulated"
    WALL = "wall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of a TIN match, `after_us` microseconds after the request (None: the default of the settings).

    `irs_code` is -1 (stays pending, the IRS has an outage), 0 to 8, or 10 (in review); `then` follows on 10, counted
    from there. Raises ValueError for another code, a negative time or one beyond ten years, and a `then` elsewhere.
    """

    irs_code: int
    after_us: int | None = None
    then: Result | None = None

    def __post_init__(self) -> None:
        if self.irs_code not in (PENDING, *FINAL, IN_REVIEW):
            raise ValueError(f"expected an irs_code of -1, 0 to 8 or 10, found {self.irs_code}")
        if self.then is not None and self.irs_code != IN_REVIEW:
            raise ValueError(
                f"only irs_code 10 (in review) is followed by another result, not {self.irs_code}"
            )
        _check_wait(self.after_us or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompliancelySettings:
    """How the API behaves where its pages leave it open, or where a test wants something else.

    - `accounts`: the only good user names with their passwords; None: every user name with every password.
    - `tokens`: v1 tokens that are known from the start, as from the dashboard, each with its user.
    - `lifetimes`: the clock of lifetimes and of the rate limit.
    - `rate_limit`: ten requests a minute on the token endpoints, then none for ten minutes.
    - `credits`: how many checks can be paid; None: any number.
    - `results`: by TIN, before the rules of the sandbox.
    - `after_us`: emulated microseconds until a result is there.
    - `also_in_review`: a TIN match in review (10) raises a webhook too, before its final one (A16).
    - `prefix`: the path that the API stands below, for the URLs of result files.

    Raises ValueError for empty user names, TINs that are not nine digits, negative credits and waits.
    """

    accounts: Mapping[str, str] | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)
    lifetimes: Lifetimes = Lifetimes.EMULATED
    rate_limit: bool = False
    credits: int | None = None
    results: Mapping[str, Result] = field(default_factory=dict)
    after_us: int = 2 * SECOND
    also_in_review: bool = False
    prefix: str = "/compliancely"

    def __post_init__(self) -> None:
        for user in (*(self.accounts or {}), *self.tokens.values()):
            if not user:
                raise ValueError("expected the name of a user, found empty text")
        for tin in self.results:
            if not _TIN.fullmatch(tin):
                raise ValueError(f"expected a TIN of nine digits as text, found {tin!r}")
        if self.credits is not None and self.credits < 0:
            raise ValueError(f"expected a number of credits that is not negative, found {self.credits}")
        _check_wait(self.after_us)


def _check_wait(micros: int) -> None:
    if not 0 <= micros <= LONGEST:
        raise ValueError(f"expected a wait from 0 to 3650 days, found {micros} microseconds")
