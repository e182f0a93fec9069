"""The records of the journal: frozen values that hold what the contract's JSON forms show.

Moments are integer microseconds since 1970; those called `…_wall` are of the real clock, all others of the run's
emulated clock. `to_json` of each record gives its public form. A secret is never part of a record.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from emulator.duration import format_moment, seconds
from emulator.endpoint import Endpoint, Unregistered
from emulator.value import value

Headers = tuple[tuple[str, str], ...]
"""Header names and values in the order and spelling of the wire; bytes that are not ASCII stand as Latin-1."""


class Result(StrEnum):
    """What became of an attempt."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FAILED = "failed"


class ErrorKind(StrEnum):
    """Why an attempt has no whole answer, or why its answer does not count."""

    TIMEOUT = "timeout"
    CONNECT = "connect"
    DNS = "dns"
    TLS = "tls"
    RESET = "reset"
    PROTOCOL = "protocol"
    REDIRECT = "redirect"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    """Where a delivery stands: `pending` before its first attempt has ended, `waiting` between attempts."""

    PENDING = "pending"
    WAITING = "waiting"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """No further attempt is planned."""
        return self not in (DeliveryState.PENDING, DeliveryState.WAITING)


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


@value(frozen=True, slots=True)
class AttemptError:
    """An error kind with one line for people."""

    kind: ErrorKind
    message: str


@value(frozen=True, slots=True, kw_only=True)
class Request:
    """The HTTP request of an attempt: what was, or is to be, on the wire. `body` is never encoded again."""

    method: str = "POST"
    url: str
    headers: Headers
    body: bytes


@value(frozen=True, slots=True, kw_only=True)
class Response:
    """The answer as far as it is kept. `body` is decoded of its content coding; `truncated` when it was longer."""

    status: int
    headers: Headers
    body: bytes = b""
    truncated: bool = False

    def to_json(self) -> dict[str, Any]:
        """The form that it has in records."""
        return {
            "status": self.status,
            "headers": [list(pair) for pair in self.headers],
            **body_json(self.body),
            "truncated": self.truncated,
        }


@value(frozen=True, slots=True, kw_only=True)
class SignatureRecord:
    """The signature sent. `message` is what was signed with `body` for the body's bytes: `body`, `1767603600.body`."""

    header: str
    value: str
    message: str
    valid: bool = True


@value(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """One HTTP call of a delivery. `explanation` is the line that says what came back and why it went on or stopped."""

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
    trigger: str = "schedule"
    remade: bool = False
    due_at: int
    offset_us: int
    planned_wall: int
    sent_wall: int
    lateness_us: int
    duration_us: int
    request: Request
    signature: SignatureRecord | None
    response: Response | None
    error: AttemptError | None
    result: Result
    faults: tuple[str, ...] = ()
    final: bool
    next_due_at: int | None
    explanation: str

    @property
    def status(self) -> int | None:
        """The status answered, if any."""
        return self.response.status if self.response else None

    def to_json(self) -> dict[str, Any]:
        """The form of contract section 5."""
        return {
            "id": self.id,
            "run": self.run,
            "delivery": self.delivery,
            "event": self.event,
            "event_name": self.event_name,
            "index": self.index,
            "provider": self.provider,
            "type": self.type,
            "number": self.number,
            "copy": self.copy,
            "trigger": self.trigger,
            "remade": self.remade,
            "due_at": format_moment(self.due_at),
            "offset_s": seconds(self.offset_us),
            "planned_wall": format_moment(self.planned_wall),
            "sent_wall": format_moment(self.sent_wall),
            "lateness_ms": self.lateness_us / 1_000,
            "duration_ms": self.duration_us / 1_000,
            "request": {
                "method": self.request.method,
                "url": self.request.url,
                "headers": [list(pair) for pair in self.request.headers],
                **body_json(self.request.body),
                "size": len(self.request.body),
            },
            "signature": None
            if self.signature is None
            else {
                "header": self.signature.header,
                "value": self.signature.value,
                "message": self.signature.message,
                "valid": self.signature.valid,
            },
            "response": None if self.response is None else self.response.to_json(),
            "error": None
            if self.error is None
            else {"kind": self.error.kind.value, "message": self.error.message},
            "result": self.result.value,
            "faults": list(self.faults),
            "final": self.final,
            "next_due_at": None if self.next_due_at is None else format_moment(self.next_due_at),
            "explanation": self.explanation,
        }


def body_json(body: bytes) -> dict[str, str | None]:
    """`body` as text when the bytes are UTF-8, else `body_base64`."""
    try:
        return {"body": body.decode(), "body_base64": None}
    except UnicodeDecodeError:
        return {"body": None, "body_base64": base64.b64encode(body).decode()}


@value(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """One event on its way to one endpoint. Its explanation is the request that caused it, the lines of
    its attempts, then `ending`, as far as there are any.

    `endpoint` is the id of the registered endpoint that it goes to, None where a target says where to.
    `going` is the number of the attempt that may be on the wire; only a restarted emulator asks for it.
    """

    id: str
    run: str
    event: str
    event_name: str
    index: int
    provider: str
    type: str | None
    url: str
    state: DeliveryState
    attempts: int
    next_due_at: int | None
    cause: str | None = None
    ending: str | None = None
    going: int | None = None
    endpoint: str | None = None

    def to_json(self, explanation: list[str]) -> dict[str, Any]:
        """The form of contract section 5, with the explanation its attempts give."""
        return {
            "id": self.id,
            "run": self.run,
            "event": self.event,
            "event_name": self.event_name,
            "index": self.index,
            "provider": self.provider,
            "type": self.type,
            "url": self.url,
            "endpoint": self.endpoint,
            "state": self.state.value,
            "attempts": self.attempts,
            "next_due_at": None if self.next_due_at is None else format_moment(self.next_due_at),
            "cause": self.cause,
            "explanation": [
                *([f"follows from the request {self.cause}"] if self.cause else []),
                *explanation,
                *([self.ending] if self.ending else []),
            ],
        }


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

    `warnings` are those of the scenario, as it was when the run began. `horizon` is how far a manual clock was allowed
    to go, in microseconds from the start; only a restarted emulator asks for it.
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


@value(frozen=True, slots=True, kw_only=True)
class NotificationRecord:
    """The e-mail that a provider sends when a delivery is exhausted.

    While it is neither `sent` nor has an `error`, it is under way, or no mail server is set.
    """

    id: str
    run: str
    delivery: str
    to: str
    subject: str
    text: str
    at: int
    sent: bool = False
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The form of contract section 5."""
        return {
            "id": self.id,
            "run": self.run,
            "delivery": self.delivery,
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "at": format_moment(self.at),
            "sent": self.sent,
            "error": self.error,
        }


@value(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """One call that the application made to the provider's API. `at` is emulated, in microseconds since 1970.

    `path` stands below the provider's own; credentials are masked. `route` names what answered, None where nothing did.
    """

    id: str
    run: str
    provider: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = ()
    body: bytes = b""
    at: int
    received_wall: int
    route: str | None
    response: Response | None

    def to_json(self) -> dict[str, Any]:
        """The public form; `response` is null where the connection was dropped."""
        return {
            "id": self.id,
            "run": self.run,
            "provider": self.provider,
            "method": self.method,
            "path": self.path,
            "query": [list(pair) for pair in self.query],
            "headers": [list(pair) for pair in self.headers],
            **body_json(self.body),
            "size": len(self.body),
            "at": format_moment(self.at),
            "received_wall": format_moment(self.received_wall),
            "route": self.route,
            "response": None if self.response is None else self.response.to_json(),
        }


@value(frozen=True, slots=True)
class Plan:
    """What a run plays, as a document that a restarted emulator can load; secrets stand in it.

    Part 0 is what it began with; the others are the calls that the application made, in order. It is kept only by a
    journal that outlives the process, and only until the run has ended.
    """

    run: str
    document: str = field(repr=False)
    part: int = 0


Record = (
    RunRecord
    | DeliveryRecord
    | AttemptRecord
    | NotificationRecord
    | RequestRecord
    | Plan
    | Endpoint
    | Unregistered
)
