"""The receiver's server: aiohttp on one port, any path."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from emulator.duration import SECOND
from emulator.provider.profile import Profile
from emulator.provider.verification import Check
from emulator.receiver.answer import Replies
from emulator.receiver.judging import Judge
from emulator.receiver.received import Received
from emulator.record import Headers

LARGEST_BODY = 16 << 20
_REDIRECTS = (301, 302, 303, 307, 308)
_ACCEPTING = Replies()
_LINGER_NOT = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Receiver:
    """Receives the webhooks of one provider while it is open, at `url` and every path below.

    Port 0 takes any free one. What came is handed to `observe` before it is answered; the newest `keep` stand in
    `received`.
    """

    def __init__(
        self,
        profile: Profile,
        secret: str | None = None,
        replies: Replies = _ACCEPTING,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        keep: int = 10_000,
        observe: Callable[[Received], None] = lambda _: None,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.host = host
        self.port = port
        self.received: deque[Received] = deque(maxlen=keep)
        self._judge = Judge(profile, secret, replies)
        self._delay_us = replies.delay_us
        self._observe = observe
        self._wall_ns = wall_ns
        self._closing = asyncio.Event()
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(
            application,
            access_log=None,
            handler_cancellation=True,
            auto_decompress=False,
            shutdown_timeout=1.0,
        )

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    async def __aenter__(self) -> Self:
        """Listen. Raises OSError where the address cannot be had."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except BaseException:
            await self._runner.cleanup()
            raise
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            body: bytes | None = await request.read()
        except web.HTTPRequestEntityTooLarge:
            body = None
        at = self._wall_ns() // 1_000
        received = self._judge.received(at, request.method, request.raw_path, _headers(request), body)
        self.received.append(received)
        self._observe(received)
        return await self._answered(request, received)

    async def _answered(self, request: web.Request, received: Received) -> web.StreamResponse:
        answer = received.answer
        await self._pause((answer.delay_us + self._delay_us) / SECOND)
        if answer.status is None:
            if not answer.reset:
                await self._closing.wait()
            _cut(request, reset=answer.reset)
        return _response(answer.status or 500, received.path, received.check)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the receiver's own end."""
        if seconds:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), seconds)


def _headers(request: web.Request) -> Headers:
    """As they were on the wire; bytes beyond ASCII as Latin-1."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers)


def _response(status: int, path: str, check: Check | None) -> web.Response:
    headers = {"Location": path} if status in _REDIRECTS else {"Allow": "POST"} if status == 405 else {}
    if status in (204, 304):
        return web.Response(status=status, headers=headers)
    told: dict[str, Any] = {"received": status < 300}
    if check is not None and not check.valid:
        told["signature"] = check.reason
    return web.json_response(told, status=status, headers=headers)


def _cut(request: web.Request, *, reset: bool) -> None:
    """End the connection without an answer; with `reset`, by RST instead of FIN."""
    transport = request.transport
    if transport is None:
        return
    if reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    transport.abort()
