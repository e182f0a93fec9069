"""One playing of a scenario, what it came to, and what it plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from emulator.duration import format_moment
from emulator.value import value


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    ERROR = "error"


class Verdict(StrEnum):
    """What a run came to. `incomplete` is never a pass on missing evidence."""

    PASSED = "passed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


@value(frozen=True, slots=True, kw_only=True)
class Failure:
    """One expectation that did not hold. `expected` and `actual` are JSON values."""

    event: str | None
    check: str
    expected: Any
    actual: Any
    message: str
    index: int | None = None
    delivery: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The form of contract section 5."""
        return {
            "event": self.event,
            "index": self.index,
            "delivery": self.delivery,
            "check": self.check,
            "expected": self.expected,
            "actual": self.actual,
            "message": self.message,
        }


@value(frozen=True, slots=True, kw_only=True)
class Expected:
    """One thing that a run is to show, as reports name it: `check` is that of its failures, `text` says it in words.

    `event` is None for what concerns the whole run. `times` is how often the event occurs by plan, 0 where only
    requests bring it about. One that is not `needed` is expected only if its event occurs.
    """

    event: str | None
    check: str
    text: str
    times: int = 1
    needed: bool = True


@value(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many of each a run has; `lost` counts attempts whose records were evicted."""

    events: int = 0
    deliveries: int = 0
    attempts: int = 0
    delivered: int = 0
    exhausted: int = 0
    lost: int = 0


@value(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One playing of a scenario. `start` and `now` are emulated; `clock_state` is `advancing` or `ready`.

    `warnings` are those of the scenario, as it was when the run began. `expects` is what it is judged by; only reports
    ask for it. `horizon` is how far a manual clock was allowed to go, in microseconds from the start; only a restarted
    emulator asks for that.
    """

    id: str
    scenario: str
    state: RunState
    open: bool = False
    verdict: Verdict | None = None
    failures: tuple[Failure, ...] = ()
    speed: str
    seed: int
    start: int
    now: int
    clock_state: str = "advancing"
    counts: Counts = Counts()
    started_wall: int
    settled_wall: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    error: str | None = None
    expects: tuple[Expected, ...] = ()
    horizon: int | None = None

    @property
    def ended(self) -> bool:
        """Nothing more comes of it. An open run that has settled may be taken back to running by a request."""
        return self.state is not RunState.RUNNING and not (self.open and self.state is RunState.SETTLED)

    def to_json(self) -> dict[str, Any]:
        """The form of contract section 5."""
        return {
            "id": self.id,
            "scenario": self.scenario,
            "state": self.state.value,
            "open": self.open,
            "verdict": self.verdict and self.verdict.value,
            "failures": [failure.to_json() for failure in self.failures],
            "speed": self.speed,
            "seed": self.seed,
            "start": format_moment(self.start),
            "clock": {"now": format_moment(self.now), "state": self.clock_state},
            "counts": {
                "events": self.counts.events,
                "deliveries": self.counts.deliveries,
                "attempts": self.counts.attempts,
                "delivered": self.counts.delivered,
                "exhausted": self.counts.exhausted,
                "lost": self.counts.lost,
            },
            "started_wall": format_moment(self.started_wall),
            "settled_wall": None if self.settled_wall is None else format_moment(self.settled_wall),
            "labels": dict(self.labels),
            "warnings": list(self.warnings),
            "error": self.error,
        }


MOST_CALLS = 100_000
MOST_BYTES = 128 << 20
"""Of a run's calls that a restarted emulator can answer again: more would take long, and fill the disk without end."""


@value(frozen=True, slots=True)
class Plan:
    """What a run plays, as a document that a restarted emulator can load; secrets stand in it.

    Part 0 is what it began with; the others are the calls that the application made, in order. An empty document takes
    the place of all parts: the run took more calls than are kept. A plan is kept only by a journal that outlives the
    process, and only until the run has ended.
    """

    run: str
    document: str = field(repr=False)
    part: int = 0
