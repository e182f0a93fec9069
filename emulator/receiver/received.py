"""What came to a receiver, and what is known of it."""

from __future__ import annotations

from typing import Any

from emulator.duration import format_moment
from emulator.provider.verification import Check
from emulator.receiver.answer import Answer
from emulator.record import Headers, body_json
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Received:
    """One request. `at` is in real microseconds since 1970; `check` is None where no signature was checked.

    `type` is what the envelope says; None where the provider has none, or the body is not of its form.
    """

    number: int
    at: int
    method: str
    path: str
    headers: Headers
    body: bytes
    type: str | None
    check: Check | None
    answer: Answer

    def to_json(self) -> dict[str, Any]:
        """The form that `listen --json` prints."""
        return {
            "number": self.number,
            "at": format_moment(self.at),
            "method": self.method,
            "path": self.path,
            "type": self.type,
            "signature": self.check and {"valid": self.check.valid, "reason": self.check.reason},
            "answer": str(self.answer),
            "headers": [list(pair) for pair in self.headers],
            **body_json(self.body),
            "size": len(self.body),
        }
