"""From a thread back to the event loop: calls to be made there, many for one waking of the loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Answers:
    """Calls on their way to the event loop, made there in the order in which a thread sent them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._calls: deque[Callable[[], object]] = deque()
        self._announced = False

    def send(self, call: Callable[[], object]) -> None:
        """Have `call` called on the event loop. For any thread."""
        self._calls.append(call)
        if not self._announced:
            self._announced = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self.deliver)

    def deliver(self) -> None:
        """Make the calls that have come by now. For the event loop."""
        self._announced = False  # before looking: what comes from now on announces itself again
        while self._calls:
            self._calls.popleft()()


def fulfil(future: asyncio.Future[T], result: T) -> None:
    """Give a result, unless nobody waits for it any more."""
    if not future.done():
        future.set_result(result)


def refuse(future: asyncio.Future[T], error: BaseException) -> None:
    """Give an error, unless nobody waits for it any more."""
    if not future.done():
        future.set_exception(error)
