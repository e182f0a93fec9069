"""One connection to the server: aiohttp's, with a limit on how many there are, and every error in the one form."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast

from aiohttp import web
from aiohttp.http import HttpProcessingError

from emulator.server.answer import error_answer
from emulator.server.errors import CODES, ApiError
from emulator.server.guard import SECURITY_HEADERS, SERVER
from emulator.server.log import Log
from emulator.value import value

_LINE = 8_190
_FULL_S = 1.0


MOST_CONNECTIONS = 4_096


@value(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much clients may take: connections at a time, and seconds.

    `targets` bounds the connections to the endpoints that webhooks go to, for all runs together (0: no bound).

    `idle_s` is how long a connection may be without a whole request head, at its beginning and between requests,
    `body_s` how long a body may take to come, and `answer_s` how long an answer may take to be read.
    """

    connections: int = MOST_CONNECTIONS
    targets: int = 0
    idle_s: float = 75
    body_s: float = 60
    answer_s: float = 30


def connections(server: web.Server, limits: Limits, log: Log) -> Callable[[], asyncio.Protocol]:
    """What answers each new connection of a server."""
    loop = asyncio.get_running_loop()

    def connection() -> asyncio.Protocol:
        if len(server.connections) >= limits.connections:
            return _Full(loop, limits.connections)
        return _Connection(
            log,
            limits.answer_s,
            server,
            loop=loop,
            keepalive_timeout=limits.idle_s,
            access_log=None,
            max_line_size=_LINE,
            max_field_size=_LINE,
            auto_decompress=False,
        )

    return connection


class _Connection(web.RequestHandler):
    """Answers what never reaches the application, too: what is no HTTP, and what only aiohttp knows to refuse."""

    __slots__ = ("_answer_s", "_log")

    def __init__(self, log: Log, answer_s: float, server: web.Server, **settings: Any) -> None:
        super().__init__(server, **settings)
        self._log = log
        self._answer_s = answer_s

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if isinstance(exc, HttpProcessingError):
            # aiohttp's message shows the bytes it stumbled over, which may be a token.
            self._log.warning("bad request", error=type(exc).__name__, client=request.remote)
            error = ApiError(
                400, f"this is no request that HTTP knows, or a line of it exceeds {_LINE} bytes"
            )
        else:
            self._log.error("internal error", error=exc)
            error = ApiError(500, "a mistake of ours; the server's log has more")
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is on its way already")
        return _closing(error)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        if isinstance(resp, web.HTTPException):
            resp = _closing(ApiError(resp.status if resp.status in CODES else 400, resp.reason))
        try:
            async with asyncio.timeout(self._answer_s):
                return await super().finish_response(request, resp, start_time)
        except TimeoutError:
            self._log.warning("answer not taken", client=request.remote)
            if self.transport is not None:
                self.transport.abort()
            raise ConnectionResetError("the client does not read its answer") from None


class _Full(asyncio.Protocol):
    """Tells a client, when it has asked, that there are too many."""

    def __init__(self, loop: asyncio.AbstractEventLoop, most: int) -> None:
        self._loop = loop
        error = ApiError(503, f"{most} connections are open already, and that is the most; try again")
        response = _closing(error)
        body = json.dumps(error.to_json()).encode()
        lines = [f"{name}: {value}" for name, value in response.headers.items()]
        lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
        self._answer = "\r\n".join(["HTTP/1.1 503 Service Unavailable", *lines]).encode() + body

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._timer = self._loop.call_later(_FULL_S, self._transport.close)

    def data_received(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(self._answer)
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()


def _closing(error: ApiError) -> web.Response:
    """An error after which the connection is closed."""
    response = error_answer(error)
    response.headers.update(SECURITY_HEADERS)
    response.headers["Server"] = SERVER
    response.force_close()
    return response
