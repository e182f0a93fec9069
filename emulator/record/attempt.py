"""One HTTP call of a delivery, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from emulator.duration import format_moment, seconds
from emulator.record.message import Request, Response, body_json
from emulator.value import value


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


@value(frozen=True, slots=True)
class AttemptError:
    """An error kind with one line for people; our advice, if any, stands behind a semicolon."""

    kind: ErrorKind
    message: str

    @property
    def fact(self) -> str:
        """The message without the advice."""
        return self.message.partition("; ")[0]


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
