"""The one thread that writes: it takes what was put in groups, and stores each group with one commit.

What a commit stored is in the hands of the operating system, and survives the end of the process, however that comes.
When storing fails, it fails for good: nothing more is taken, and everyone who waits is told.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from functools import partial

from emulator.errors import JournalError
from emulator.journal.answers import Answers, fulfil, refuse
from emulator.journal.group import Group, Item, Job, Removal, weight
from emulator.journal.inbox import Inbox
from emulator.journal.ledger import Ledger
from emulator.journal.place import Place
from emulator.journal.retention import Relief
from emulator.journal.seam import Limits
from emulator.record import AttemptRecord, Record

_IDLE_S = 0.1
"""After so much quiet there is time to clear away what secrets may have left."""


class Writer:
    """The writing thread, and what the event loop may ask of it."""

    def __init__(
        self, place: Place, limits: Limits, answers: Answers, lost: Callable[[str, int], None]
    ) -> None:
        self._place = place
        self._limits = limits
        self._answers = answers
        self._lost = lost
        self._inbox: Inbox[Item] = Inbox()
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._failure: str | None = None
        self._closing = False
        self._hurrying = False
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)

    async def open(self) -> None:
        """Start the thread. Raises JournalError where the place cannot be opened."""
        self._thread.start()
        try:
            await self._opened
        except BaseException:
            self._close_soon()
            raise

    @property
    def crowded(self) -> bool:
        """More is waiting than one should hold in memory."""
        return self._inbox.crowded

    def check(self) -> None:
        """Raise JournalError if storing has failed."""
        if self._failure is not None:
            raise JournalError(self._failure)

    def put(self, records: tuple[Record, ...]) -> None:
        """Take records, in order, to be stored with one commit. Raises JournalError once storing has failed."""
        self.check()
        size = 0
        for record in records:
            if isinstance(record, AttemptRecord):
                size += weight(record)
        self._inbox.put(records, len(records), size)

    def put_urgently(self, item: Job | Removal) -> None:
        """Take something that somebody waits for, also when storing has failed."""
        self._inbox.put(item)
        self._inbox.hurry()

    async def stored(self) -> None:
        """Return when all that was put before is stored. Raises JournalError when it cannot be."""
        position = self._inbox.taken
        if self._inbox.done >= position:
            self._answers.deliver()  # what storing it has cost is known before we return
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((position, future))
        if not self._hurrying:
            self._hurrying = True
            asyncio.get_running_loop().call_soon(self._hurry)
        self._release()  # it may have been stored, or refused, while we put ourselves on the list
        await future

    def _hurry(self) -> None:
        """At the end of a turn of the loop, so that all who began to wait in it are served by one commit."""
        self._hurrying = False
        self._inbox.hurry()

    async def close(self) -> None:
        """Store what was put, and end the thread. Raises JournalError when something could not be stored."""
        self._close_soon()
        await asyncio.shield(self._ended)
        self._thread.join()
        if self._failure is not None and self._inbox.done < self._inbox.taken:
            raise JournalError(self._failure)

    def _close_soon(self) -> None:
        self._closing = True
        self._inbox.hurry()

    def _release(self) -> None:
        """Tell those who wait for what is stored by now, or never will be."""
        failure = self._failure  # looked at first: what was stored before it is stored
        while self._waiting and (failure is not None or self._waiting[0][0] <= self._inbox.done):
            position, future = self._waiting.popleft()
            if failure is None or position <= self._inbox.done:
                fulfil(future, None)
            else:
                refuse(future, JournalError(failure))

    # What follows runs in the thread.

    def _run(self) -> None:
        try:
            self._work()
        finally:
            self._place.release()
            self._answers.send(partial(fulfil, self._ended, None))

    def _work(self) -> None:
        try:
            connection = self._place.open()
        except JournalError as error:
            self._answers.send(partial(refuse, self._opened, error))
            return
        try:
            ledger = self._ledger(connection)
            if ledger is not None:
                self._answers.send(partial(fulfil, self._opened, None))
                self._serve(ledger)
        finally:
            connection.close()

    def _ledger(self, connection: sqlite3.Connection) -> Ledger | None:
        try:
            return Ledger(
                connection, self._limits, shared=self._place.shared, lasting=self._place.kind == "file"
            )
        except sqlite3.Error as error:
            refusal = JournalError(f"cannot open {self._place}: {error}")
            self._answers.send(partial(refuse, self._opened, refusal))
            return None

    def _serve(self, ledger: Ledger) -> None:
        full = False
        while self._inbox or ledger.removing or not self._closing:
            if full or ledger.busy or self._inbox.wait(_IDLE_S if ledger.plans.revealing else None):
                full = self._take(ledger)
            else:
                ledger.plans.conceal()
        if ledger.plans.revealing:
            ledger.plans.conceal()

    def _take(self, ledger: Ledger) -> bool:
        """Store a group; whether it was cut off. It does not stay in memory while the next one is waited for."""
        group = Group.gather(self._inbox.take())
        self._store(ledger, group)
        for job in group.jobs:
            job.do(ledger.connection)
        return group.full

    def _store(self, ledger: Ledger, group: Group) -> None:
        if self._failure is None:
            try:
                self._tell(ledger.store(group))
            except Exception as error:  # noqa: BLE001 - whatever it is, it must reach those who wait
                self._failure = f"{self._place} cannot record any more: {error}"
            else:
                self._inbox.finish(group.count, group.size)
        if self._failure is not None:
            removals = ledger.give_up() + ([group.removal.waiting] if group.removal else [])
            for waiting in removals:
                self._answers.send(partial(refuse, waiting, JournalError(self._failure)))
        if self._waiting:
            self._answers.send(self._release)

    def _tell(self, relief: Relief) -> None:
        for run, attempts in relief.lost.items():
            self._answers.send(partial(self._lost, run, attempts))
        for waiting in relief.removed:
            self._answers.send(partial(fulfil, waiting, None))
