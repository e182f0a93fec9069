"""Waiting calls: until what they wait for has come, their time is over, or the server closes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from emulator.duration import SECOND
from emulator.server.errors import ApiError
from emulator.server.limits import MOST_WAITING


class Waiting:
    """The calls that wait now. `closing` ends them all at once, as long as the server is `watched` for it."""

    def __init__(self, closing: asyncio.Event, most: int = MOST_WAITING) -> None:
        self._closing = closing
        self._most = most
        self._calls: set[asyncio.Timeout] = set()

    async def until(self, coming: Awaitable[object], wait_us: int) -> bool:
        """Wait for `coming`, so many microseconds at most. Returns whether it came.

        Whoever goes away, by cancelling, gives the place back. Raises ApiError 429 when too many wait.
        """
        if len(self._calls) >= self._most:
            raise ApiError(429, f"{self._most} calls wait already; ask again in a second")
        call = asyncio.timeout(0 if self._closing.is_set() else wait_us / SECOND)
        self._calls.add(call)
        try:
            async with call:
                await coming
        except TimeoutError:
            if not call.expired():
                raise
            return False
        finally:
            self._calls.discard(call)
        return True

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """While this is open, `closing` ends what waits."""
        watch = asyncio.create_task(self._watch(), name="closing")
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.wait([watch])

    async def _watch(self) -> None:
        await self._closing.wait()
        for call in self._calls:
            call.reschedule(0)
