"""The whole server in process, behind its guard, and requests to it written byte for byte, as any page or tool may."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from emulator.emulator import Emulator
from emulator.server.connection import Limits
from emulator.server.log import Log
from emulator.server.serving import serving
from emulator.server.settings import Settings


@dataclass(frozen=True)
class Raw:
    """An answer as it came: header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> tuple[int, str]:
        """Status and message of an error, whose form is the one of all errors."""
        error = json.loads(self.body)["error"]
        assert set(error) == {"code", "message", "details"}
        return self.status, error["message"]


@dataclass
class Guarded:
    """A server and what it logged."""

    port: int
    emulator: Emulator
    lines: list[str]

    async def ask(self, *lines: str, body: bytes = b"") -> Raw:
        """One request of these lines, on a connection of its own; `HOST` stands for the server's own."""
        own = f"localhost:{self.port}"
        head = "".join(f"{line.replace('HOST', own)}\r\n" for line in lines)
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        return await self.send(f"{head}{length}Connection: close\r\n\r\n".encode("latin-1") + body)

    async def send(self, data: bytes) -> Raw:
        """These bytes, and the answer to them."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            return await answer(reader)
        finally:
            writer.close()


async def answer(reader: asyncio.StreamReader) -> Raw:
    """The next answer."""
    async with asyncio.timeout(30):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Raw(int(first.split()[1]), headers, body)


@asynccontextmanager
async def guarded(limits: Limits | None = None, **settings: Any) -> AsyncIterator[Guarded]:
    """A server on a free port."""
    lines: list[str] = []

    class Lines:
        def put(self, line: str) -> None:
            lines.append(line)

        def dropped(self) -> int:
            return 0

    log = Log(Lines(), settings.get("log_format", "json"))
    given = Settings(**{"port": 0, **settings})
    async with serving(given, {}, log, limits or Limits()) as server:
        yield Guarded(int(server.url.rpartition(":")[2]), server.emulator, lines)
