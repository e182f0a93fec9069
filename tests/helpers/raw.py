"""An endpoint of raw sockets that gives every request the same answer, as fast as it can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast


class _Always(asyncio.Protocol):
    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._head = b""
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        while data:
            if self._left:
                taken = min(self._left, len(data))
                self._left -= taken
                data = data[taken:]
            else:
                head, end, data = (self._head + data).partition(b"\r\n\r\n")
                if not end:
                    self._head = head
                    return
                self._head = b""
                self._left = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            if not self._left:
                self._transport.write(self._answer)


@asynccontextmanager
async def always(answer: bytes) -> AsyncIterator[str]:
    """The URL of the endpoint."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Always(answer), "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
