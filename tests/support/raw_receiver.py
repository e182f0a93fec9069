r"""A receiver on a raw socket: it keeps the very bytes that came, and answers with the very bytes a test gives it.

What it does on each connection is a script, a coroutine that is handed the receiver's side of it:

    async def script(line: Line) -> None:
        await line.request()
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")
        line.reset()

    async with raw_receiver(script) as receiver:
        ...  # send to receiver.url("/hook")
        assert receiver.requests[0].body == b"{}"

Events take the place of sleeping: `hold` waits until the other side is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class RawRequest:
    """A request as it came: `head` up to the empty line, and as many bytes of body as it announced."""

    head: bytes
    body: bytes

    @property
    def line(self) -> str:
        """The request line, such as `POST /hook HTTP/1.1`."""
        return self.head.split(b"\r\n", 1)[0].decode("latin-1")

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Names and values in their order and spelling, bytes as Latin-1 characters."""
        lines = self.head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")[1:]
        pairs = [line.split(":", 1) for line in lines]
        return tuple((name, value.removeprefix(" ")) for name, value in pairs)

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Line:
    """The receiver's side of one connection. `number` counts connections from 1."""

    def __init__(
        self,
        receiver: RawReceiver,
        number: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.number = number
        self._receiver = receiver
        self._reader = reader
        self._writer = writer

    async def request(self) -> RawRequest | None:
        """The next request, which is kept; None when the other side is gone."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
            request = RawRequest(head, b"")
            length = int(request.header("Content-Length") or 0)
            request = RawRequest(head, await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        self._receiver.keep(request)
        return request

    async def head(self) -> bytes:
        """The head of the next request alone, which is not kept."""
        return await self._reader.readuntil(b"\r\n\r\n")

    async def body(self, length: int) -> bytes:
        """So many bytes of a body whose head was read alone."""
        return await self._reader.readexactly(length)

    async def send(self, data: bytes) -> None:
        """Write, and wait while the other side reads slowly."""
        self._writer.write(data)
        await self._writer.drain()

    def close(self) -> None:
        """End the connection in an orderly way, after what was written."""
        self._writer.close()

    async def close_now(self) -> None:
        """The same, and wait until it is done."""
        self._writer.close()
        await self._writer.wait_closed()

    def reset(self) -> None:
        """Break the connection off: the other side gets a reset once it has read what was written."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def hold(self) -> None:
        """Do nothing until the other side is gone."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(65_536):
                pass


Script = Callable[[Line], Awaitable[None]]


class RawReceiver:
    """What came so far: `requests` in order, and how many connections."""

    def __init__(self) -> None:
        self.requests: list[RawRequest] = []
        self.connections = 0
        self.port = 0
        self.host = ""
        self.scheme = "http"
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[Exception] = []

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        """Where it listens, under another name or spelling of its host if need be."""
        own = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host or own}:{self.port}{path}"

    def keep(self, request: RawRequest) -> None:
        """Add a request to those that came."""
        self.requests.append(request)

    def accept(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play the script on a new connection."""
        self.connections += 1
        line = Line(self, self.connections, reader, writer)
        task = asyncio.ensure_future(self._play(script, line))
        self._tasks.add(task)

    async def _play(self, script: Script, line: Line) -> None:
        try:
            await script(line)
        except ConnectionError:
            pass
        except Exception as failure:  # noqa: BLE001 - a mistake in a script fails its test
            self._failures.append(failure)
        finally:
            line.close()

    async def end(self) -> None:
        """Stop playing, and tell what went wrong in a script."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._failures:
            raise self._failures[0]


@asynccontextmanager
async def raw_receiver(
    script: Script | None = None, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawReceiver]:
    """Listen on a free port of `host` while the context lasts. Without a script every request is answered 200."""
    receiver = RawReceiver()
    played = script or answering(http())
    server = await asyncio.start_server(
        lambda reader, writer: receiver.accept(played, reader, writer), host, 0, ssl=tls
    )
    receiver.host, receiver.port = host, server.sockets[0].getsockname()[1]
    receiver.scheme = "https" if tls else "http"
    try:
        yield receiver
    finally:
        server.close()
        await receiver.end()


def http(
    status: int = 200, body: bytes = b"", headers: Iterable[tuple[str, str]] = (), *, length: bool = True
) -> bytes:
    """An answer's bytes; with a Content-Length unless told otherwise."""
    own = [*headers, *([("Content-Length", str(len(body)))] if length else [])]
    head = "".join(f"{name}: {value}\r\n" for name, value in own)
    return f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode("latin-1") + body


def answering(*answers: bytes) -> Script:
    """Keep connections alive and give one answer after the other, the last of them for ever."""
    left = list(answers)

    async def script(line: Line) -> None:
        while await line.request() is not None:
            await line.send(left.pop(0) if len(left) > 1 else left[0])

    return script


def once(answer: bytes, *, then: str = "hold") -> Script:
    """Take one request, write `answer`, then `hold`, `close` or `reset`."""

    async def script(line: Line) -> None:
        if await line.request() is None:
            return
        await line.send(answer)
        if then == "hold":
            await line.hold()
        elif then == "reset":
            line.reset()

    return script


def unused_port() -> int:
    """A port on which nothing listens, as far as one can know."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
