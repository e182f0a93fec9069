"""The e-mails about exhausted deliveries."""

from __future__ import annotations

from typing import Any

from emulator.duration import format_moment
from emulator.value import value


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
