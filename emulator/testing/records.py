"""The records as a test sees them: what the API answers, with Python's types.

Names are those of the JSON forms. Moments are datetimes in UTC; those called `…_wall` are of the real clock, all
others of the run's emulated one. Names that end with `_s` are seconds, those with `_ms` milliseconds. `raw` is the
whole mapping as it came, with keys that this version does not know.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from emulator.testing.brief import brief
from emulator.value import value

Pair = tuple[str, str]
"""A name and what it holds."""


@value(frozen=True, slots=True, kw_only=True)
class Message:
    """Headers in the order and spelling of the wire, and a body: text, or base64 where it is not UTF-8."""

    headers: tuple[Pair, ...]
    body: str | None
    body_base64: str | None

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        if self.body_base64 is not None:
            return base64.b64decode(self.body_base64)
        return (self.body or "").encode()

    def json(self) -> Any:
        """The body as a JSON value. Raises ValueError if it is none."""
        return json.loads(self.content)

    def header(self, name: str) -> str | None:
        """What the first header of this name holds, without case; None where there is none."""
        return next((held for each, held in self.headers if each.lower() == name.lower()), None)


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

    def __str__(self) -> str:
        """The event, and what was found."""
        return f"{self.event or 'run'}: {self.message}"


@value(frozen=True, slots=True, kw_only=True)
class Clock:
    """Where emulated time stands; `state` is `advancing` or `ready`."""

    now: datetime
    state: str


@value(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many of each a run has; `lost` counts attempts whose records had to make room."""

    events: int
    deliveries: int
    attempts: int
    delivered: int
    exhausted: int
    lost: int


@value(frozen=True, slots=True, kw_only=True)
class Run:
    """One playing of a scenario.

    A run is always true, whatever it came to: ask whether it has `passed`.
    """

    id: str
    scenario: str
    state: str
    open: bool
    verdict: str | None
    failures: tuple[Failure, ...]
    speed: str
    seed: int
    start: datetime
    clock: Clock
    counts: Counts
    started_wall: datetime
    settled_wall: datetime | None
    labels: Mapping[str, str]
    warnings: tuple[str, ...] = ()
    error: str | None = None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def passed(self) -> bool:
        """All that was expected holds. Not so while there is no verdict yet."""
        return self.verdict == "passed"

    def __repr__(self) -> str:
        """What `explain` says, in one line that pytest does not shorten."""
        return brief("Run", self.explain())

    def explain(self) -> str:
        """The verdict in a line, then a line for each failure and warning."""
        told = self.verdict or f"no verdict yet, {self.state}{', open' if self.open else ''}"
        lost = f"; {self.counts.lost} attempts had to make room" if self.counts.lost else ""
        lines = [f"{self.scenario} ({self.id}): {told}{lost}"]
        lines += [f"  {failure}" for failure in self.failures]
        lines += [f"  warning: {warning}" for warning in self.warnings]
        lines += [f"  error: {self.error}"] if self.error else []
        return "\n".join(lines)


@value(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one target or endpoint."""

    id: str
    run: str
    event: str
    event_name: str
    index: int
    provider: str
    type: str | None
    url: str
    endpoint: str | None
    state: str
    attempts: int
    next_due_at: datetime | None
    cause: str | None
    explanation: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@value(frozen=True, slots=True, kw_only=True)
class SentRequest(Message):
    """What an attempt sent. `size` is in bytes."""

    method: str
    url: str
    size: int


@value(frozen=True, slots=True, kw_only=True)
class Response(Message):
    """An answer, as far as it was kept; `truncated` when it was longer."""

    status: int
    truncated: bool


@value(frozen=True, slots=True, kw_only=True)
class Signature:
    """The signature that was sent; `message` says what was signed, with `body` for the body's bytes."""

    header: str
    value: str
    message: str
    valid: bool


@value(frozen=True, slots=True, kw_only=True)
class AttemptError:
    """What went wrong, beyond a status that is not accepted."""

    kind: str
    message: str


@value(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One HTTP call of a delivery."""

    id: str
    run: str
    delivery: str
    event: str
    event_name: str
    index: int
    provider: str
    type: str | None
    number: int
    copy: int = 0
    trigger: str
    remade: bool
    due_at: datetime
    offset_s: float
    planned_wall: datetime
    sent_wall: datetime
    lateness_ms: float
    duration_ms: float
    request: SentRequest
    signature: Signature | None
    response: Response | None
    error: AttemptError | None
    result: str
    faults: tuple[Any, ...] = ()
    final: bool
    next_due_at: datetime | None
    explanation: str
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def status(self) -> int | None:
        """The status that was answered, if any."""
        return None if self.response is None else self.response.status


@value(frozen=True, slots=True, kw_only=True)
class Request(Message):
    """One call of the application to the provider's API."""

    id: str
    run: str
    provider: str
    method: str
    path: str
    query: tuple[Pair, ...]
    size: int
    at: datetime
    received_wall: datetime
    route: str | None
    response: Response | None
    error: str | None = None
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@value(frozen=True, slots=True, kw_only=True)
class Notification:
    """The e-mail that a provider sends when a delivery is exhausted."""

    id: str
    run: str
    delivery: str
    to: str
    subject: str
    text: str
    at: datetime
    sent: bool
    error: str | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)
