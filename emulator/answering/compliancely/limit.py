"""The documented rate limit of the token endpoints: ten requests a minute, then none for ten minutes."""

from __future__ import annotations

from collections import deque

from emulator.duration import SECOND

REQUESTS, MINUTE, PAUSE = 10, 60 * SECOND, 600 * SECOND


class Limit:
    """Counts the requests of the last minute."""

    def __init__(self) -> None:
        self._taken: deque[int] = deque(maxlen=REQUESTS)
        self._until: int | None = None

    def wait(self, now: int) -> int:
        """Take one more request; the whole seconds to wait if it is refused, else 0."""
        if self._until is not None and now < self._until:
            return -((now - self._until) // SECOND)
        if len(self._taken) == REQUESTS and now - self._taken[0] < MINUTE:
            self._until = now + PAUSE
            self._taken.clear()
            return PAUSE // SECOND
        self._taken.append(now)
        return 0
