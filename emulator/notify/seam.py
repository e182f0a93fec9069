"""What a run asks of whoever sends its e-mails."""

from __future__ import annotations

from typing import Protocol

from emulator.record import NotificationRecord


class Notifier(Protocol):
    """Sends notifications. One serves all runs."""

    async def send(self, notification: NotificationRecord, *, wall: int) -> str | None:
        """Send a notification; None when it was sent, else why not.

        `wall` is the real time in microseconds since 1970. Ends within a bounded time and raises nothing; cancelling
        passes through.
        """
        ...
