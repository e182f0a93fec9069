"""A reader of the stream, over a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.helpers.serving import Api


@dataclass(frozen=True)
class Told:
    """One event, or a mark that is none: `event` is empty then."""

    id: str
    event: str
    data: Any


@dataclass
class Listener:
    """Reads when it is asked to, and nothing meanwhile. `position` is the last id that came."""

    response: aiohttp.ClientResponse
    position: str = ""
    told: list[Told] = field(default_factory=list)

    async def block(self) -> Told:
        """The next event or mark. Raises EOFError when the stream has ended."""
        async with asyncio.timeout(30):
            lines: dict[str, str] = {}
            while (line := (await self.response.content.readline()).decode()) != "\n":
                if not line:
                    raise EOFError
                name, _, value = line.rstrip("\n").partition(":")
                assert name not in lines, "no field comes twice"
                lines[name] = value.removeprefix(" ")
        assert "id" in lines
        self.position = lines["id"]
        return Told(lines["id"], lines.get("event", ""), json.loads(lines.get("data", "null")))

    async def next(self) -> Told:
        """The next event."""
        while not (told := await self.block()).event:
            pass
        self.told.append(told)
        return told

    async def until(self, good: Callable[[Told], bool]) -> list[Told]:
        """The events up to the first one that is good, that one included."""
        found = [await self.next()]
        while not good(found[-1]):
            found.append(await self.next())
        return found

    async def until_settled(self, *runs: str, count: int = 0) -> list[Told]:
        """The events up to the one with which these runs have settled, and so many at least."""
        settled: set[str] = set()

        def good(told: Told) -> bool:
            if told.event == "run" and told.data["state"] == "settled":
                settled.add(told.data["id"])
            return settled >= set(runs) and len(settled) >= count

        return await self.until(good)


@asynccontextmanager
async def listening(api: Api, query: str = "", **headers: str) -> AsyncIterator[Listener]:
    """A reader whose stream has begun."""
    options = {"Last-Event-ID": headers["behind"]} if headers else {}
    timeout = aiohttp.ClientTimeout(total=None)
    url = f"{api.url}/api/v1/stream{query}"
    async with api.session.get(url, headers=options, timeout=timeout) as response:
        assert response.status == 200, await response.read()
        listener = Listener(response)
        first = await listener.block()
        assert not first.event
        yield listener


def accounted(told: list[Told]) -> int:
    """The number of the last event. Each record from the first on was told once, in order, or is counted as lost."""
    number = 0
    for each in told:
        number += each.data["records"] if each.event == "lost" else 1
        assert each.id.partition("-")[2] == str(number)
    return number


def of(told: list[Told], event: str) -> list[Any]:
    """What was told of one kind."""
    return [each.data for each in told if each.event == event]
