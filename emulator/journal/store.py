"""The journal over SQLite: a writing thread, a reading thread, and the seam's calls in between."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from emulator.endpoint import Endpoint
from emulator.errors import InvalidInput, JournalError
from emulator.journal import presence, reading, searching
from emulator.journal.answers import Answers
from emulator.journal.codec import decode_attempt
from emulator.journal.group import Job, Removal
from emulator.journal.place import FilePlace, Kind, MemoryPlace, Place, TemporaryPlace
from emulator.journal.reader import Reader, asking
from emulator.journal.seam import (
    AttemptFilter,
    Filter,
    Found,
    Journal,
    Limits,
    Match,
    Near,
    NotificationFilter,
    Page,
    PageOf,
    RequestFilter,
    Standing,
)
from emulator.journal.text import attempt_text
from emulator.journal.writer import Writer
from emulator.record import (
    AttemptRecord,
    DeliveryRecord,
    NotificationRecord,
    Plan,
    Record,
    RequestRecord,
    RunRecord,
)

T = TypeVar("T")

LONGEST_SEARCH_S = 20.0
"""Of the reading thread's time, for one question, without what others took of it meanwhile."""

_SEARCHING = 2
"""Of the searches, so many stand before the reading thread at a time; what asks for little waits behind no more."""


async def open_journal(
    path: Path | None, limits: Limits | None = None, *, folder: Path | None = None
) -> SqliteJournal:
    """Open the journal in the file `path`, which is made where there is none.

    Without a path it is a temporary file in `folder` (the system's folder for those, if not given), gone with the
    process; and where no such file can be written, it is in memory: `kind` tells.

    Raises JournalError, naming the path and the reason: in use by another process, no permission, damaged, the
    database of another program or of a newer version of this one.
    """
    limits = limits or Limits()
    if path is not None:
        return await _open(FilePlace(path), limits)
    try:
        return await _open(TemporaryPlace(folder), limits)
    except JournalError:
        return await _open(MemoryPlace(), limits)


async def _open(place: Place, limits: Limits) -> SqliteJournal:
    journal = SqliteJournal(place, limits)
    await journal.open()
    return journal


class SqliteJournal(Journal):
    """A journal in a file, a temporary file or memory. To be made with `open_journal`, and used on its event loop."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self.kind: Kind = place.kind
        self._place = place
        self._loop = asyncio.get_running_loop()
        self._answers = Answers(self._loop)
        self._losses: list[Callable[[str, int], None]] = []
        self._writer = Writer(place, limits, self._answers, self._lost)
        self._reader = Reader(place, self._answers) if place.shared else None
        self._turns = asyncio.Semaphore(_SEARCHING)
        self._closing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start the threads. Raises JournalError where that is impossible."""
        await self._writer.open()
        if self._reader is not None:
            try:
                await self._reader.open()
            except BaseException:
                await self.close()
                raise

    @property
    def lasting(self) -> bool:
        return self.kind == "file"

    @property
    def crowded(self) -> bool:
        return self._writer.crowded

    def put(self, *records: Record) -> None:
        self._refuse_when_closed()
        self._writer.put(records)

    async def flush(self) -> None:
        await self._writer.stored()

    def on_lost(self, tell: Callable[[str, int], None]) -> None:
        self._losses.append(tell)

    def _lost(self, run: str, attempts: int) -> None:
        for tell in self._losses:
            tell(run, attempts)

    async def run(self, id: str) -> RunRecord | None:
        return await self._ask(partial(reading.run, id=id))

    async def runs(self, page: PageOf, labels: tuple[tuple[str, str], ...] = ()) -> Page[RunRecord]:
        return await self._ask(partial(reading.runs, page=page, labels=labels))

    async def delivery(self, id: str) -> DeliveryRecord | None:
        return await self._ask(partial(reading.delivery, id=id))

    async def deliveries(self, run: str, page: PageOf) -> Page[DeliveryRecord]:
        return await self._ask(partial(reading.deliveries, run=run, page=page))

    async def explanations(self, deliveries: Sequence[str]) -> dict[str, list[str]]:
        return await self._ask(partial(reading.explanations, deliveries=deliveries))

    async def attempt(self, id: str) -> AttemptRecord | None:
        return await self._ask(partial(reading.attempt, id=id, decode=decode_attempt))

    async def attempts(self, where: AttemptFilter, page: PageOf) -> Page[AttemptRecord]:
        return await self._ask(partial(reading.attempts, wanted=where, page=page, decode=decode_attempt))

    async def attempt_text(self, id: str) -> str | None:
        return await self._ask(partial(reading.attempt, id=id, decode=attempt_text))

    async def attempt_texts(self, where: AttemptFilter, page: PageOf) -> Page[str]:
        return await self._ask(partial(reading.attempts, wanted=where, page=page, decode=attempt_text))

    async def count(self, where: AttemptFilter) -> int:
        return await self._ask(partial(reading.count, wanted=where))

    async def notifications(self, where: NotificationFilter, page: PageOf) -> Page[NotificationRecord]:
        return await self._ask(partial(reading.notifications, wanted=where, page=page))

    async def request(self, id: str) -> RequestRecord | None:
        return await self._ask(partial(reading.request, id=id))

    async def requests(self, where: RequestFilter, page: PageOf) -> Page[RequestRecord]:
        return await self._ask(partial(reading.requests, wanted=where, page=page))

    async def find(self, match: Match, page: PageOf) -> Page[str]:
        behind = await self._ask(partial(searching.start, match=match, page=page))
        numbers: list[int] = []
        looks = self._looks(match, behind, most=page.limit + 1, descending=page.descending)
        async with contextlib.aclosing(looks):
            async for found in looks:
                numbers += [no for no, _ in found.records]
                if len(numbers) > page.limit:
                    break
        shown = numbers[: page.limit]
        items, count = await self._pose(partial(searching.texts, match=match, numbers=shown))
        more = count < len(numbers)
        return Page(items, searching.listing_of(match).cursor(numbers[count - 1]) if more else None)

    async def looks(self, match: Match, behind: int = 0) -> AsyncIterator[Found]:
        with contextlib.suppress(JournalError):
            await self.flush()
        async for found in self._looks(match, behind):
            yield found

    async def _looks(self, match: Match, behind: int, **how: Any) -> AsyncGenerator[Found]:
        """One look after the other, in turn with other searches; all other questions come in between."""
        taken, done = 0.0, False
        while not done:
            async with self._turns:
                began = self._loop.time()
                found = await self._pose(partial(searching.look, match=match, behind=behind, **how))
                taken += self._loop.time() - began
            yield found
            behind, done = found.last, found.done
            if not done and taken > LONGEST_SEARCH_S:
                told = f"this takes longer than {LONGEST_SEARCH_S:.0f} s; narrow it by run or labels"
                raise InvalidInput.of(told, key="match")

    async def nearest(self, match: Match) -> list[Near]:
        async with self._turns:
            return await self._ask(partial(searching.nearest, match=match))

    async def absent(self, where: Filter) -> tuple[str, ...]:
        return await self._ask(partial(presence.absent, where=where))

    async def standing(self, run: str | None, labels: tuple[tuple[str, str], ...]) -> Standing:
        return await self._ask(partial(reading.standing, run=run, labels=labels))

    async def plans(self) -> list[Plan]:
        return await self._ask(reading.plans)

    async def endpoints(self) -> list[Endpoint]:
        return await self._ask(reading.endpoints)

    async def check(self) -> None:
        self._refuse_when_closed()
        self._writer.check()
        await self._pose(self._checked)

    def _checked(self, connection: sqlite3.Connection) -> None:
        self._place.check()
        reading.check(connection)

    async def evicted(self, run: str) -> bool:
        return await self._ask(partial(reading.evicted, run=run))

    async def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """What the tables say when all that was put before is in them, or as much of it as could be stored."""
        if self._reader is not None:
            with contextlib.suppress(JournalError):
                await self._writer.stored()
        return await self._pose(question)

    async def _pose(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """What the tables say as they are."""
        self._refuse_when_closed()
        answer: asyncio.Future[T] = self._loop.create_future()
        asked = asking(question, answer, self._answers, self._place)
        if self._reader is None:
            self._writer.put_urgently(Job(asked))
        else:
            self._reader.ask(asked)
        return await answer

    def _refuse_when_closed(self) -> None:
        if self._closing is not None:
            raise JournalError(f"{self._place} is closed")

    async def remove(self, run: str) -> None:
        self._refuse_when_closed()
        removed: asyncio.Future[None] = self._loop.create_future()
        self._writer.put_urgently(Removal(run, removed))
        await removed

    async def close(self) -> None:
        """Store what was put, then close; a second time does no harm. Raises JournalError when not all is stored."""
        if self._closing is None:
            self._closing = self._loop.create_task(self._close(), name="journal-close")
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        if self._reader is not None:
            await self._reader.close()
        await self._writer.close()
