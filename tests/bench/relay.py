"""The yardstick of the server: a bare aiohttp server that relays, with the parts of `yardstick`.

An event is handed to workers, and answered when it was delivered and its row is stored; rows are stored every 10 ms, as
many as there are. A run of so many bodies is answered the same way. Rows can be asked for by pages and by number.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from aiohttp import web

from tests.bench.bare import listen, ready
from tests.bench.load import CONNECTIONS
from tests.bench.loop import new_event_loop
from tests.bench.yardstick import Book, add_all, new_session, send, send_all

_GATHER_S = 0.01
_COLUMNS = ("id", "url", "number", "sent_ns", "took_ns", "body", "signature", "status", "answer")


class Relay:
    """The handlers, and the workers behind them."""

    def __init__(self, session: aiohttp.ClientSession, book: Book) -> None:
        self._session = session
        self._book = book
        self._queue: asyncio.Queue[tuple[str, bytes, asyncio.Future[None]]] = asyncio.Queue()
        self._unstored: list[asyncio.Future[None]] = []

    async def work(self) -> None:
        """Relay events, one after the other."""
        while True:
            target, content, done = await self._queue.get()
            await send(self._session, target, content, self._book)
            if not self._unstored:
                asyncio.get_running_loop().call_later(_GATHER_S, self._store)
            self._unstored.append(done)

    def _store(self) -> None:
        self._book.write()
        for done in self._unstored:
            done.set_result(None)
        self._unstored.clear()

    async def event(self, request: web.Request) -> web.Response:
        """Relay one event."""
        asked = await request.json()
        done = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((asked["target"], json.dumps(asked["data"]).encode(), done))
        await done
        return web.json_response({"delivered": 1}, status=201)

    async def run(self, request: web.Request) -> web.Response:
        """Make and send many bodies."""
        asked = await request.json()
        await send_all(self._session, asked["target"], asked["times"], self._book)
        self._book.write()
        return web.json_response({"delivered": asked["times"]}, status=201)

    async def rows(self, request: web.Request) -> web.Response:
        """Make and record many bodies, without sending them."""
        times = (await request.json())["times"]
        add_all("http://127.0.0.1:9/webhooks", times, self._book)
        self._book.write()
        return web.json_response({"recorded": times}, status=201)

    async def find(self, request: web.Request) -> web.Response:
        """The rows whose body has a value below a key."""
        asked = await request.json()
        found = self._book.find(asked["key"], asked["wanted"])
        return web.json_response({"items": [_shown(row) for row in found]})

    async def count(self, request: web.Request) -> web.Response:
        """How many rows have a status."""
        return web.json_response({"count": self._book.count((await request.json())["status"])})

    async def attempts(self, request: web.Request) -> web.Response:
        """A page of rows."""
        rows = self._book.page(int(request.query.get("after", "0")), int(request.query["limit"]))
        return web.json_response({"items": [_shown(row) for row in rows], "next": rows[-1][0]})

    async def attempt(self, request: web.Request) -> web.Response:
        """One row."""
        (row,) = self._book.page(int(request.match_info["id"]) - 1, 1)
        return web.json_response(_shown(row))


def _shown(row: tuple[Any, ...]) -> dict[str, Any]:
    told = dict(zip(_COLUMNS, row, strict=True))
    return {**told, "body": told["body"].decode(), "answer": told["answer"].decode()}


async def _main() -> None:
    app = web.Application()
    with Book() as book:
        async with new_session() as session:
            relay = Relay(session, book)
            workers = [asyncio.create_task(relay.work()) for _ in range(CONNECTIONS)]
            app.router.add_get("/readyz", ready)
            app.router.add_post("/events", relay.event)
            app.router.add_post("/runs", relay.run)
            app.router.add_post("/rows", relay.rows)
            app.router.add_get("/attempts", relay.attempts)
            app.router.add_post("/attempts/find", relay.find)
            app.router.add_post("/attempts/count", relay.count)
            app.router.add_get("/attempts/{id}", relay.attempt)
            await asyncio.gather(listen(app), *workers)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_main())
