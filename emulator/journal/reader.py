"""The one thread that reads, over a connection of its own: it holds up neither the event loop nor the writer."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

from emulator.errors import EmulatorError, JournalError
from emulator.journal.answers import Answers, fulfil, refuse
from emulator.journal.place import Place

T = TypeVar("T")

Asked = Callable[[sqlite3.Connection], None]
"""A question that sees to its answer itself, and never raises."""


def asking(
    question: Callable[[sqlite3.Connection], T], answer: asyncio.Future[T], answers: Answers, place: Place
) -> Asked:
    """A question whose answer, or error, goes to a future."""

    def ask(connection: sqlite3.Connection) -> None:
        if answer.cancelled():
            return
        try:
            answers.send(partial(fulfil, answer, question(connection)))
        except EmulatorError as error:
            answers.send(partial(refuse, answer, error))
        except Exception as error:  # noqa: BLE001 - damaged rows fail in as many ways as there are
            failure = JournalError(f"cannot read {place}: {error}")
            failure.__cause__ = error
            answers.send(partial(refuse, answer, failure))

    return ask


class Reader:
    """The reading thread, and what the event loop may ask of it."""

    def __init__(self, place: Place, answers: Answers) -> None:
        self._place = place
        self._answers = answers
        self._asked: SimpleQueue[Asked | None] = SimpleQueue()
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._thread = threading.Thread(target=self._run, name="journal-reader", daemon=True)

    async def open(self) -> None:
        """Start the thread, when the place is open for writing. Raises JournalError where it cannot be read."""
        self._thread.start()
        await self._opened

    def ask(self, asked: Asked) -> None:
        """Have something asked, in turn."""
        self._asked.put(asked)

    async def close(self) -> None:
        """Answer what was asked, and end the thread."""
        self._asked.put(None)
        await asyncio.shield(self._ended)
        self._thread.join()

    # What follows runs in the thread.

    def _run(self) -> None:
        try:
            connection = self._place.second()
        except sqlite3.Error as error:
            self._answers.send(
                partial(refuse, self._opened, JournalError(f"cannot read {self._place}: {error}"))
            )
        else:
            self._answers.send(partial(fulfil, self._opened, None))
            while (asked := self._asked.get()) is not None:
                asked(connection)
            connection.close()
        self._answers.send(partial(fulfil, self._ended, None))
