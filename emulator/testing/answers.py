"""What the API answers besides records, with Python's types. `raw` is the whole mapping as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from emulator.testing.brief import brief
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Info:
    """A server: its version, the settings in force by the names of the flags, its providers, and counts."""

    version: str
    settings: Mapping[str, Any]
    providers: tuple[Mapping[str, Any], ...]
    counts: Mapping[str, int]
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@value(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scenario that can be played by its name. `problems` is empty where its file is right.

    `document` is the file as it is written; None in lists, and where the file is no YAML.
    """

    name: str
    path: str
    shipped: bool
    description: str | None
    providers: tuple[str, ...]
    problems: tuple[str, ...]
    document: Mapping[str, Any] | None = None
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@value(frozen=True, slots=True, kw_only=True)
class Rotation:
    """The secret that is good for some time yet beside a newer one."""

    old_secret: str
    until: datetime


@value(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A registered endpoint. Lists have `***` for the secrets."""

    id: str
    provider: str
    url: str
    secret: str | None
    rotation: Rotation | None
    types: tuple[str, ...] | None
    active: bool
    description: str
    created_wall: datetime
    source: str
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@value(frozen=True, slots=True, kw_only=True)
class Count:
    """How many fit, and how many attempts of the runs in question had to make room. True when any fit."""

    count: int
    lost: int

    def __bool__(self) -> bool:
        return self.count > 0

    def __int__(self) -> int:
        return self.count

    def __repr__(self) -> str:
        """Such as `<Count 0; 3 attempts had to make room>`."""
        lost = f"; {self.lost} attempts had to make room" if self.lost else ""
        return f"<Count {self.count}{lost}>"


@value(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a record is not what was looked for. `wanted` and `found` are JSON values."""

    part: str
    wanted: Any
    found: Any
    message: str

    def __str__(self) -> str:
        """The reason in a line."""
        return self.message


@value(frozen=True, slots=True, kw_only=True)
class Near:
    """A record that misses by a little, or one too many (then without reasons)."""

    id: str
    reasons: tuple[Reason, ...]


@value(frozen=True, slots=True, kw_only=True)
class Part:
    """The verdict on one of several questions."""

    verdict: str
    matched: int
    lost: int
    message: str


@value(frozen=True, slots=True, kw_only=True)
class Verification:
    """The answer to a question. It is true when it has `passed`, so `assert client.verify(…)` says what it means.

    `all` has the verdict of each question that was asked with `verify_all`.
    """

    verdict: str
    matched: int
    lost: int
    message: str
    nearest: tuple[Near, ...]
    all: tuple[Part, ...] = ()
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    def __bool__(self) -> bool:
        return self.passed

    @property
    def passed(self) -> bool:
        """All that was asked for holds. Neither `failed` nor `incomplete` is."""
        return self.verdict == "passed"

    def __repr__(self) -> str:
        """What `explain` says, in one line that pytest does not shorten."""
        return brief("Verification", self.explain())

    def explain(self) -> str:
        """The verdict and its message in a line, then one for each of several questions and of the nearest records."""
        lines = [f"{self.verdict}: {self.message}"]
        lines += [f"  all[{no}]: {part.verdict}: {part.message}" for no, part in enumerate(self.all)]
        lines += [f"  {near.id}: {'; '.join(map(str, near.reasons)) or 'fits'}" for near in self.nearest]
        return "\n".join(lines)


@value(frozen=True, slots=True, kw_only=True)
class Removed:
    """How many runs a reset removed."""

    runs: int
