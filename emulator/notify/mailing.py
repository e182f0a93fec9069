"""The e-mails of one run, each in a task of its own, so that a slow mail server holds up no delivery."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from emulator.notify.seam import Notifier
from emulator.record import NotificationRecord, Record

CANCELLED = "the run was cancelled while the e-mail was being sent"


class Mailing:
    """Sends notifications that are on record as neither sent nor failed, and puts each again with what came of it.

    Without a notifier they stay as they are. `flush` returns when all that was put is stored. `ended` is called after
    each one, with what kept its outcome from being recorded.
    """

    def __init__(
        self,
        notifier: Notifier | None,
        *,
        put: Callable[..., None],
        flush: Callable[[], Awaitable[None]],
        now: Callable[[], int],
        ended: Callable[[BaseException | None], None],
    ) -> None:
        self._notifier = notifier
        self._put = put
        self._flush = flush
        self._now = now
        self._ended = ended
        self._under_way: dict[asyncio.Task[None], NotificationRecord] = {}

    @property
    def under_way(self) -> bool:
        """Some are neither sent nor failed yet."""
        return bool(self._under_way)

    def begin(self, records: Iterable[Record]) -> None:
        """Send the notifications among these records."""
        if self._notifier is None:
            return
        for record in records:
            if isinstance(record, NotificationRecord):
                task = asyncio.create_task(self._send(self._notifier, record), name=record.id)
                self._under_way[task] = record
                task.add_done_callback(self._end)

    async def settled(self) -> None:
        """Wait until all are sent or failed."""
        if self._under_way:
            await asyncio.wait(list(self._under_way))

    async def drop(self, *, told: bool) -> None:
        """Cut what is under way. If that is not `told`, a resumed run will send it again."""
        cut = dict(self._under_way)
        for task in cut:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*cut, return_exceptions=True)
        if told:
            for task, record in cut.items():
                if task.cancelled():
                    self._put(replace(record, error=CANCELLED))

    async def _send(self, notifier: Notifier, record: NotificationRecord) -> None:
        await self._flush()  # what the mail tells is on record before anybody reads it
        error = await notifier.send(record, wall=self._now())
        self._put(replace(record, sent=error is None, error=error))

    def _end(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._ended(None if task.cancelled() else task.exception())
