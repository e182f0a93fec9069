"""The facade: everything that plays goes through here, and every task it starts is owned here.

`Emulator.start` begins a run over the journal and the sender of the emulator; `Run.settled` waits for its end.
`Emulator.resume` goes on with the runs that a journal has as unfinished.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from emulator.endpoint import Endpoint, Unregistered
from emulator.errors import JournalError, RedeliveryError
from emulator.journal.pages import all_runs
from emulator.journal.seam import Journal
from emulator.machine import Concurrency, Machine
from emulator.notify.seam import Notifier
from emulator.record import AttemptRecord, Record, RunRecord
from emulator.redelivering import Redelivering
from emulator.registered import Endpoints
from emulator.resuming import unfinished
from emulator.run import Progress, Run
from emulator.scenario.model import Scenario
from emulator.sender import Sender
from emulator.streaming import Stream
from emulator.verifying import Bell, Part, Question, Verification

__all__ = ["Emulator", "Progress", "Run"]


class Emulator:
    """All runs and registered endpoints of one process, over one journal and one sender, both of which it closes.

    `watch` sees every record when it is made, on the event loop. `notifier` sends the e-mails.
    """

    def __init__(
        self,
        journal: Journal,
        sender: Sender,
        *,
        concurrency: Concurrency | None = None,
        ticks: Callable[[], int] = time.monotonic_ns,
        wall_ns: Callable[[], int] = time.time_ns,
        watch: Callable[[Record], object] | None = None,
        notifier: Notifier | None = None,
    ) -> None:
        self.journal = journal
        self.sender = sender
        self._watch = watch
        self._origin_us = (wall_ns() - ticks()) // 1_000
        self.endpoints = Endpoints(self._put, lambda: self.wall(ticks()))
        self._machine = Machine(
            journal=journal,
            sender=sender,
            concurrency=concurrency or Concurrency(),
            ticks=ticks,
            wall=self.wall,
            put=self._put,
            notifier=notifier,
            registered=self.endpoints.active,
        )
        self._runs: dict[str, Run] = {}
        self._running = 0
        self._bell = Bell()
        self.stream = Stream(journal, self._labels_of)
        self._redelivering = Redelivering(self._machine, self._runs.get)
        self._tasks: set[asyncio.Task[AttemptRecord]] = set()
        journal.on_lost(self._lost)

    def wall(self, ns: int) -> int:
        """The real time, in microseconds since 1970, of a moment of the monotonic clock: it never jumps."""
        return self._origin_us + ns // 1_000

    def _put(self, *records: Record) -> None:
        self.journal.put(*records)
        self.stream.put(records)
        if self._bell.heard:
            for record in records:
                if isinstance(record, RunRecord):
                    self._bell.ring(record.id)
                elif not isinstance(record, Endpoint | Unregistered):
                    self._bell.ring(record.run)
        if self._watch is not None:
            for record in records:
                self._watch(record)

    def _labels_of(self, run: str) -> Mapping[str, str] | None:
        found = self._runs.get(run)
        return None if found is None else found.labels

    @property
    def running(self) -> int:
        """How many runs are running."""
        return self._running

    def find(self, run: str) -> Run | None:
        """A run while it runs, and one whose end could not be recorded."""
        return self._runs.get(run)

    def open_for(self, provider: str) -> Run | None:
        """The newest open run that has routes for a provider."""
        return next((run for run in reversed(self._runs.values()) if run.answers(provider)), None)

    def start(self, scenario: Scenario, *, labels: Mapping[str, str] | None = None) -> Run:
        """Begin a run."""
        return self._take(Run.begin(self._machine, scenario, labels or {}))

    async def resume(self) -> list[Run]:
        """Go on with the runs that the journal has as unfinished. To be called once, before any other run starts.

        A run whose plan cannot be read any more ends with an error.
        """
        return [
            self._take(Run.resume(self._machine, it.scenario, it.record, it.past, it.calls))
            async for it in unfinished(self._machine)
        ]

    def _take(self, run: Run) -> Run:
        self._runs[run.id] = run
        self._running += 1
        run.task.add_done_callback(lambda task: self._ended(run, task))
        return run

    def _ended(self, run: Run, task: asyncio.Task[None]) -> None:
        self._running -= 1
        unstored = not task.cancelled() and isinstance(task.exception(), JournalError)
        if not unstored:
            self._runs.pop(run.id, None)
        if not run.running:
            self._redelivering.keep(run)

    async def remove(self, run: str) -> None:
        """Cancel a run if it runs, and forget it with all its records."""
        running = self._runs.get(run)
        if running is not None:
            await running.cancel()
            self._runs.pop(run, None)
        self._redelivering.forget(run)
        await self.journal.remove(run)
        self._bell.removed(run)

    async def reset(self, labels: tuple[tuple[str, str], ...] = ()) -> int:
        """Cancel and remove all runs, or those with all these labels. Returns how many there were.

        Without labels, the endpoints that were registered by API go as well.
        """
        if not labels:
            self.endpoints.clear()
        known = [run.id async for run in all_runs(self.journal, labels)]
        running = [run for id in known if (run := self._runs.get(id)) is not None]
        await asyncio.gather(*(run.cancel() for run in running))
        await asyncio.gather(*map(self.remove, known))
        return len(known)

    async def redeliver(self, delivery: str) -> AttemptRecord:
        """Make one more attempt of an ended delivery: the same bytes, now, without retries. Returns it, answered.

        Cancelling the call stops nothing. Raises RedeliveryError for a delivery that has not ended, or whose secrets
        are no longer known.
        """
        record = await self.journal.delivery(delivery)
        if record is None:
            raise RedeliveryError(f"unknown delivery {delivery!r}")
        again = self._redelivering.again(record)
        task = asyncio.create_task(again, name=f"{delivery} again")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._bell.ring(record.run))
        return await asyncio.shield(task)

    @contextmanager
    def verifying(self, question: Question) -> Iterator[Verification]:
        """Look for what a question asks for; while this is open, new records and ends of runs are heard of."""

        def concerns(id: str) -> bool:
            run = self._runs.get(id)
            return run is None or any(part.asks_for(id, run.labels) for part in question.parts)

        with self._bell.listening(concerns) as ear:
            yield Verification(
                self.journal,
                question,
                ear,
                awaits=self._awaits,
                plays=self._plays,
                redelivered=lambda part: self._redelivering.going(part.asks_for),
            )

    def _awaits(self, id: str) -> str | None:
        run = self._runs.get(id)
        return run.awaits if run else None

    def _plays(self, part: Part, name: str) -> bool:
        live = any(part.asks_for(run.id, run.labels) and run.plays(name) for run in self._runs.values())
        return live or self._redelivering.plays(name, part.asks_for)

    async def stop(self, grace_s: float) -> None:
        """Let no attempt begin any more, give those in flight so many seconds, and store everything.

        Runs of a lasting journal stay unfinished in it, for `resume`. Raises JournalError where it is not what it was.
        """
        halting = [run.halt(grace_s) for run in self._runs.values()]
        if self._tasks:
            halting.append(_wait(self._tasks, grace_s))
        await asyncio.gather(*halting)
        await self.journal.flush()
        if self.journal.lasting:
            await self.journal.check()

    def _lost(self, run: str, attempts: int) -> None:
        if run in self._runs:
            self._runs[run].lost(attempts)
        self._bell.ring(run)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(run.cancel() for run in list(self._runs.values())))
        for task in self._tasks:
            task.cancel()
        self.stream.close()
        await self.sender.close()
        await self.journal.close()


async def _wait(tasks: set[asyncio.Task[AttemptRecord]], grace_s: float) -> None:
    await asyncio.wait(tasks, timeout=grace_s)
