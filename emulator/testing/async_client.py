"""The client for tests that are async, on aiohttp."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from io import BytesIO
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import aiohttp
from yarl import URL

from emulator.testing.asking import Asking
from emulator.testing.call import Call, Listing, Page, Turns
from emulator.testing.errors import ApiError, Unreachable
from emulator.testing.events import Event, Lines
from emulator.testing.shell import HEARTBEAT_S, PAUSE_S, Shell, reason, shown

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_LINE = 64 << 20
"""In bytes: a record with its bodies is one line of a stream."""


def _asked(
    core: Callable[Concatenate[Asking, P], Call[T]],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    async def ask(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._ask(core(self._asking, *args, **kwargs))

    return shown(ask, core)


def _listed(
    core: Callable[Concatenate[Asking, P], Listing[T]],
) -> Callable[Concatenate[AsyncClient, P], AsyncIterator[T]]:
    def ask(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        return self._all(core(self._asking, *args, **kwargs))

    return shown(ask, core, "AsyncIterator[{}]")


def _streamed(
    core: Callable[Concatenate[Asking, P], Call[None]],
) -> Callable[Concatenate[AsyncClient, P], AbstractAsyncContextManager[AsyncIterator[Event]]]:
    def ask(
        self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs
    ) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        return self._events(core(self._asking, *args, **kwargs))

    return shown(ask, core, "AbstractAsyncContextManager[AsyncIterator[Event]]")


class AsyncClient(Shell):
    """A client of a running emulator for async tests: as `Client`, but its methods are awaited, its lists `async for`.

    Each call has a connection of its own, so one client may serve several event loops.
    """

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Nothing is kept open between calls; this is here for whoever closes what it opened."""

    async def alive(self) -> bool:
        """Whether a server answers."""
        try:
            await self._send(self._asking.livez(), 0)
        except Unreachable:
            return False
        return True

    async def ready(self, wait_s: float = 30.0) -> None:
        """Wait until the server is ready, so many seconds at most. Raises what it last came to if it is not."""
        end = time.monotonic() + wait_s
        while True:
            try:
                return await self._ask(self._asking.readyz())
            except (ApiError, Unreachable):
                if time.monotonic() + PAUSE_S >= end:
                    raise
            await asyncio.sleep(PAUSE_S)

    info = _asked(Asking.info)
    scenarios = _listed(Asking.scenarios)
    scenario = _asked(Asking.scenario)
    play = _asked(Asking.play)
    send = _asked(Asking.send)
    run = _asked(Asking.run)
    runs = _listed(Asking.runs)
    cancel = _asked(Asking.cancel)
    finish = _asked(Asking.finish)
    advance = _asked(Asking.advance)
    move = _asked(Asking.move)
    remove = _asked(Asking.remove)
    deliveries = _listed(Asking.deliveries)
    delivery = _asked(Asking.delivery)
    redeliver = _asked(Asking.redeliver)
    attempts = _listed(Asking.attempts)
    attempt = _asked(Asking.attempt)
    request_body = _asked(Asking.request_body)
    response_body = _asked(Asking.response_body)
    find_attempts = _listed(Asking.find_attempts)
    count_attempts = _asked(Asking.count_attempts)
    requests = _listed(Asking.requests)
    request = _asked(Asking.request)
    find_requests = _listed(Asking.find_requests)
    count_requests = _asked(Asking.count_requests)
    notifications = _listed(Asking.notifications)
    find_notifications = _listed(Asking.find_notifications)
    count_notifications = _asked(Asking.count_notifications)
    verify = _asked(Asking.verify)
    verify_all = _asked(Asking.verify_all)
    endpoints = _listed(Asking.endpoints)
    endpoint = _asked(Asking.endpoint)
    register = _asked(Asking.register)
    update_endpoint = _asked(Asking.update_endpoint)
    unregister = _asked(Asking.unregister)
    report = _asked(Asking.report)
    stream = _streamed(Asking.stream)
    reset = _asked(Asking.reset)

    async def _ask(self, call: Call[T]) -> T:
        turns = Turns(call, time.monotonic())
        while True:
            asked = turns.next(time.monotonic())
            answer = asked.answered(*await self._send(asked, turns.turn_s))
            if turns.ended(answer, time.monotonic()):
                return answer

    async def _all(self, listing: Listing[T]) -> AsyncIterator[T]:
        call: Call[Page[T]] | None = listing.first
        while call is not None:
            page = await self._ask(call)
            for each in page.items:
                yield each
            call = listing.behind(page)

    async def _send(self, call: Call[Any], wait_s: float) -> tuple[int, bytes]:
        with self._reached():
            async with self._session(total=wait_s + self._timeout_s) as session:
                answer = await self._requested(session, call)
                return answer.status, await answer.read()

    @asynccontextmanager
    async def _events(self, call: Call[None]) -> AsyncIterator[AsyncIterator[Event]]:
        async with self._session(sock_read=HEARTBEAT_S + self._timeout_s) as session:
            with self._reached():
                answer = await self._requested(session, call)
                if answer.status != 200:
                    call.answered(answer.status, await answer.read())
            try:
                yield self._told(answer)
            finally:
                answer.close()

    async def _told(self, answer: aiohttp.ClientResponse) -> AsyncIterator[Event]:
        lines = Lines()
        while True:
            with self._reached():
                line = await answer.content.readline(max_line_length=LONGEST_LINE)
            if not line:
                return
            event = lines.put(line)
            if event is not None:
                yield event

    async def _requested(self, session: aiohttp.ClientSession, call: Call[Any]) -> aiohttp.ClientResponse:
        return await session.request(
            call.method,
            URL(self.url + call.target, encoded=True),
            data=None if call.content is None else BytesIO(call.content),
            headers=self._headers(call),
            allow_redirects=False,
        )

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(self.url, reason(error)) from None

    @staticmethod
    def _session(**seconds: float) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True),
            timeout=aiohttp.ClientTimeout(**seconds),
        )
