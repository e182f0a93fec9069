"""Calls that take their time: they end early when the server closes, and no caller that goes away stops anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from emulator.duration import SECOND
from emulator.server.errors import ApiError
from emulator.server.limits import AGAIN, MOST_WAITING

T = TypeVar("T")


class Waiting:
    """The calls that wait now, `count` of them. `closing` ends them all at once, while they are `watched`."""

    def __init__(self, closing: asyncio.Event, most: int = MOST_WAITING) -> None:
        self._closing = closing
        self.most = most
        self.count = 0
        self._calls: set[asyncio.Timeout] = set()
        self._carried: set[asyncio.Task[Any]] = set()

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place among those that wait. Raises ApiError 429 where there is none."""
        if self.count >= self.most:
            raise ApiError(429, f"{self.most} calls wait already", headers=AGAIN)
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1

    async def until(self, comes: Callable[[], Awaitable[object]], wait_us: int) -> None:
        """Wait for what `comes`, so many microseconds of real time at most."""
        if not wait_us or self._closing.is_set():
            return
        call = asyncio.timeout(wait_us / SECOND)
        self._calls.add(call)
        try:
            async with call:
                await comes()
        except TimeoutError:
            if not call.expired():
                raise
        finally:
            self._calls.discard(call)

    async def through(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work to its end, also when whoever asked for it goes away."""
        task = asyncio.create_task(work)
        self._carried.add(task)
        task.add_done_callback(self._carried.discard)
        return await asyncio.shield(task)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """While this is open, `closing` ends what waits. What is carried through has ended when this has."""
        watch = asyncio.create_task(self._watch(), name="closing")
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.wait([watch, *self._carried])

    async def _watch(self) -> None:
        await self._closing.wait()
        for call in self._calls:
            if not call.expired():
                call.reschedule(0)
