"""The yardsticks: each is the bare thing, written as directly and as fast as a competent engineer would with aiohttp.

No clock, no scenario, no profile, no judging: a loop that makes a body, signs it, sends it, and writes a row to SQLite
in batches. What the emulator takes beyond that is the price of what it does beyond that.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import sqlite3
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.bench.load import CONNECTIONS, SECRET, SIGNATURE, body

_KEY = SECRET.encode()
_BATCH = 500
_TABLE = """
    CREATE TABLE attempt (
        id INTEGER PRIMARY KEY, url TEXT, number INTEGER, sent_ns INTEGER, took_ns INTEGER,
        body BLOB, signature TEXT, status INTEGER, answer BLOB
    )
"""
_ROW = (
    "INSERT INTO attempt (url, number, sent_ns, took_ns, body, signature, status, answer)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_PAGE = "SELECT * FROM attempt WHERE id > ? ORDER BY id LIMIT ?"


class Book:
    """A temporary SQLite file that takes attempts in batches."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._connection = sqlite3.connect(Path(self._folder.name) / "book.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(_TABLE)
        self._rows: list[tuple[Any, ...]] = []

    def add(self, row: tuple[Any, ...]) -> None:
        """Take a row; write when a batch is full."""
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self.write()

    def write(self) -> None:
        """Store what was taken."""
        self._connection.execute("BEGIN")
        self._connection.executemany(_ROW, self._rows)
        self._connection.execute("COMMIT")
        self._rows.clear()

    def page(self, after: int, limit: int) -> list[tuple[Any, ...]]:
        """Rows behind a number, with all their columns."""
        return self._connection.execute(_PAGE, (after, limit)).fetchall()

    def find(self, key: str, wanted: Any) -> list[tuple[Any, ...]]:
        """The rows whose body has this below the key."""
        rows = self._connection.execute("SELECT * FROM attempt ORDER BY id")
        return [row for row in rows if json.loads(row[5]).get(key) == wanted]

    def count(self, status: int) -> int:
        """How many rows have this status."""
        found = self._connection.execute("SELECT count(*) FROM attempt WHERE status = ?", (status,))
        return int(found.fetchone()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.write()
        self._connection.close()
        self._folder.cleanup()


def new_session() -> aiohttp.ClientSession:
    """The client of both the loops here and the server of `relay`."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS))


def _signed(content: bytes) -> str:
    return hmac.digest(_KEY, content, "sha256").hex()


async def _post(
    session: aiohttp.ClientSession, url: str, content: bytes, signature: str
) -> tuple[int, bytes]:
    headers = {"Content-Type": "application/json", SIGNATURE: signature}
    async with session.post(url, data=content, headers=headers) as response:
        return response.status, await response.read()


async def relay(url: str, *, times: int, attempts: int = 1) -> None:
    """Send each body until it is accepted, at most `attempts` times."""
    with Book() as book:
        async with new_session() as session:
            await send_all(session, url, times, book, attempts=attempts)


async def send_all(
    session: aiohttp.ClientSession, url: str, times: int, book: Book, *, attempts: int = 1
) -> None:
    """Send so many bodies, by as many workers as there are connections."""
    numbers = iter(range(times))

    async def work() -> None:
        for number in numbers:
            await send(session, url, body(number), book, attempts=attempts)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(CONNECTIONS, times)):
            group.create_task(work())


async def send(
    session: aiohttp.ClientSession, url: str, content: bytes, book: Book, *, attempts: int = 1
) -> None:
    """Sign one body, and send it until it is accepted."""
    signature = _signed(content)
    for attempt in range(1, attempts + 1):
        sent_ns = time.monotonic_ns()
        status, answer = await _post(session, url, content, signature)
        took_ns = time.monotonic_ns() - sent_ns
        book.add((url, attempt, sent_ns, took_ns, content, signature, status, answer))
        if status == 200:
            break


async def record(url: str, *, times: int) -> None:
    """Make, sign and record at full speed; nothing is sent."""
    with Book() as book:
        add_all(url, times, book)


def add_all(url: str, times: int, book: Book) -> None:
    """Make, sign and record so many bodies."""
    for number in range(times):
        content = body(number)
        signature = _signed(content)
        sent_ns = time.monotonic_ns()
        took_ns = time.monotonic_ns() - sent_ns
        book.add((url, 1, sent_ns, took_ns, content, signature, 200, b"ok"))


async def timed(url: str, *, times: int, lead_s: float, every_s: float) -> list[int]:
    """Send each body at its moment by the loop's own timers; the moments, in nanoseconds of the monotonic clock."""
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[tuple[int, bytes]]] = set()
    due_s = [loop.time() + lead_s + number * every_s for number in range(times)]
    origin_ns = time.monotonic_ns() - round(loop.time() * 1e9)
    over = loop.create_future()

    def send(number: int) -> None:
        content = body(number)
        tasks.add(asyncio.create_task(_post(session, url, content, _signed(content))))
        if len(tasks) == times:
            over.set_result(None)

    async with new_session() as session:
        for number, moment_s in enumerate(due_s):
            loop.call_at(moment_s, send, number)
        await over
        await asyncio.gather(*tasks)
    return [origin_ns + round(moment_s * 1e9) for moment_s in due_s]
