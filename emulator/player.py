"""The player: the one loop that has effects.

It asks the pure `Playing` what is due, the clock when, and carries attempts out through the sender; what came of them
goes back to the playing and on to the journal. Attempts that are due together go out together, up to a limit per
target and per run, so that one slow endpoint holds up no other.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from emulator.clock import Clock
from emulator.delivery.attempt import Outcome
from emulator.delivery.life import Echo, Life, Prepared
from emulator.delivery.playing import Playing
from emulator.errors import TemplateError
from emulator.machine import Machine
from emulator.notify.mailing import Mailing
from emulator.record import AttemptError, ErrorKind, Record
from emulator.sender import Exchange

_BREATH = 500
"""After so many entries of one moment the event loop gets a turn."""

_CANCELLED = AttemptError(ErrorKind.CANCELLED, "the run was cancelled while the attempt was in flight")


@dataclass(slots=True, eq=False)
class _Lane:
    """What waits for one target, and how many workers serve it."""

    url: str
    waiting: deque[Life | Echo] = field(default_factory=deque)
    workers: int = 0


class Player:
    """Plays one run to its end. `play` is to be awaited once; `wake` makes it look at its clock again.

    `ready` is called when the clock stands, nothing is in flight and no e-mail is under way. While the run `lingers`,
    more may come after everything is done: it is woken then.
    """

    def __init__(
        self,
        playing: Playing,
        clock: Clock,
        machine: Machine,
        ready: Callable[[], None],
        lingers: Callable[[], bool] = lambda: False,
    ) -> None:
        self.playing = playing
        self.clock = clock
        self._sender = machine.sender
        self._journal = machine.journal
        self._put = machine.put
        self._ticks = machine.ticks
        self._wall = machine.wall
        self._concurrency = machine.concurrency
        self._ready = ready
        self._lingers = lingers
        self._lanes: dict[str, _Lane] = {}
        self._eager: deque[_Lane] = deque()
        self._own: _Lane | None = None
        self._workers: set[asyncio.Task[None]] = set()
        self._hired = 0
        self._busy = 0
        self._until_us: int | None = None
        self._awake = asyncio.Event()
        self._failure: BaseException | None = None
        self._halted = False
        self.mailing = Mailing(
            machine.notifier,
            put=machine.put,
            flush=machine.journal.flush,
            now=machine.now,
            ended=self._mailed,
        )

    @property
    def in_flight(self) -> int:
        """Attempts that are due and not yet concluded."""
        return self._busy

    def wake(self) -> None:
        """Look again: the clock may have been moved."""
        self._awake.set()

    def halt(self) -> None:
        """Let no attempt begin any more: `play` ends when those in flight have ended.

        One that is cut by cancelling from now on is not recorded: it is for a restarted emulator to make again.
        """
        self._halted = True
        self._awake.set()

    async def play(self) -> None:
        """Play until nothing is in flight, nothing more is due, and all e-mails are sent or failed.

        Cancelling drops what is in flight, and records it as cancelled.
        """
        try:
            while not self._halted and self._is_going_on():
                await self._step()
            if self._halted and self._workers:
                await asyncio.wait(self._workers)
            await self.mailing.settled()
        finally:
            await self._drop()
            await self.mailing.drop(told=not self._halted)
        if self._failure is not None:
            raise self._failure

    def _is_going_on(self) -> bool:
        planned = self._busy or self.playing.next_due() is not None
        return bool(planned) or self.mailing.under_way or self._lingers()

    async def _step(self) -> None:
        self._awake.clear()
        due_us = self.playing.next_due()
        if due_us is None or (self._busy and self.clock.stepwise):
            await self._wait()
            return
        wait_ns = self.clock.until_ns(due_us)
        if wait_ns == 0:
            await self._go(due_us)
            return
        if wait_ns is None and not self._busy and not self.mailing.under_way:
            self._ready()
        self._until_us = due_us
        await self._sleep(wait_ns)

    async def _wait(self) -> None:
        """Wait for what is in flight, and serve a lane meanwhile if there is one that nobody was hired for."""
        lane, self._own = self._own, None
        if lane is None:
            if not self._busy and not self.mailing.under_way:
                self._ready()
            await self._sleep(None)
            return
        await self._work(lane)
        if self._failure is not None:
            raise self._failure

    async def _sleep(self, wait_ns: int | None) -> None:
        timer = None
        if wait_ns is not None:
            timer = asyncio.get_running_loop().call_later(wait_ns / 1e9, self._awake.set)
        try:
            await self._awake.wait()
        finally:
            self._until_us = None
            if timer is not None:
                timer.cancel()
        if self._failure is not None:
            raise self._failure

    async def _go(self, due_us: int) -> None:
        """Send out what is due."""
        self.clock.arrive(due_us)
        until_us = due_us if self.clock.stepwise else max(due_us, self.clock.now_us())
        for count, entry in enumerate(self.playing.take(until_us), 1):
            if isinstance(entry, Life | Echo):
                self._queue(entry)
            else:
                self._put(entry)
            if count % _BREATH == 0:
                await asyncio.sleep(0)

    def _queue(self, entry: Life | Echo) -> None:
        self._busy += 1
        lane = self._lanes.get(entry.url)
        if lane is None:
            lane = self._lanes[entry.url] = _Lane(entry.url)
        lane.waiting.append(entry)
        if self._busy == 1 and self.clock.stepwise:
            self._own = lane
            self._count(lane)
        elif not lane.workers and self._hired < 2 * self._concurrency.run:
            self._start(lane)
        elif lane.workers < self._concurrency.target:
            self._eager.append(lane)
            self._hire()

    def _hire(self) -> None:
        """Start workers as far as the limits go, for the lanes in the order in which they asked."""
        while self._eager and self._hired < self._concurrency.run:
            lane = self._eager.popleft()
            if lane.waiting and lane.workers < self._concurrency.target:
                self._start(lane)

    def _count(self, lane: _Lane) -> None:
        lane.workers += 1
        self._hired += 1

    def _start(self, lane: _Lane) -> None:
        self._count(lane)
        task = asyncio.create_task(self._work(lane), name="attempts")
        self._workers.add(task)
        task.add_done_callback(self._workers.discard)

    async def _work(self, lane: _Lane) -> None:
        try:
            while lane.waiting and not self._halted:
                entry = lane.waiting.popleft()
                await (self._attempt(entry) if isinstance(entry, Life) else self._echo(entry))
        except Exception as error:  # noqa: BLE001 - raised again by the loop that waits
            self._failure = error
            self._awake.set()
        finally:
            lane.workers -= 1
            self._hired -= 1
        if not lane.workers and self._lanes.get(lane.url) is lane:
            del self._lanes[lane.url]
        self._hire()

    async def _attempt(self, life: Life) -> None:
        try:
            prepared = self.playing.prepare(life, wall=self._wall(self._ticks()))
        except TemplateError as error:
            self._record(self.playing.give_up(life, error))
            self._done()
            return
        if self._journal.lasting:
            await self._depart(life)
        if prepared.before:
            await self._send_before(life, prepared.before)
        number, due_us = life.number, life.due_us
        beside = [asyncio.create_task(self._send(life, each, due_us)) for each in prepared.beside]
        try:
            outcome, cut = await self._send(life, prepared, due_us)
            self._record(self.playing.conclude(life, prepared, outcome))
            for task in beside if cut else ():
                task.cancel()
            for each, task in zip(prepared.beside, beside, strict=True):
                outcome, cut_too = await task
                cut = cut or cut_too
                self._put(self.playing.conclude_extra(life, each, outcome, number=number, due_us=due_us))
        finally:
            for task in beside:
                task.cancel()
        await self._end(cut)

    async def _echo(self, echo: Echo) -> None:
        outcome, cut = await self._send(echo.life, echo.prepared, echo.due_us)
        record = self.playing.conclude_extra(
            echo.life, echo.prepared, outcome, number=echo.number, due_us=echo.due_us
        )
        self._put(record)
        await self._end(cut)

    async def _send_before(self, life: Life, shots: Sequence[Prepared]) -> None:
        """Send what faults put before an attempt, one by one. When cut, the attempt itself is planned again."""
        for each in shots:
            try:
                outcome, cut = await self._send(life, each, life.due_us)
            except asyncio.CancelledError:
                self.playing.put_back(life)
                raise
            self._put(
                self.playing.conclude_extra(life, each, outcome, number=life.number, due_us=life.due_us)
            )
            if cut is not None:
                self.playing.put_back(life)
                raise cut

    async def _send(
        self, life: Life, prepared: Prepared, due_us: int
    ) -> tuple[Outcome, asyncio.CancelledError | None]:
        """What came of one sending, due at `due_us` of the run; and what cut it, if that is on record."""
        profile = life.occurrence.event.profile
        planned_ns, began_ns = self.clock.planned_ns(due_us), self._ticks()
        cut: asyncio.CancelledError | None = None
        try:
            exchange = await self._sender.send(
                prepared.request,
                timeout_us=profile.timeout_us,
                follow=profile.follow_redirects,
                manner=prepared.manner,
            )
        except asyncio.CancelledError as error:
            if self._halted:
                raise
            cut = error
            exchange = Exchange(response=None, error=_CANCELLED, sent_ns=began_ns, ended_ns=self._ticks())
        outcome = Outcome(
            response=exchange.response,
            error=exchange.error,
            planned_wall=self._wall(planned_ns),
            sent_wall=self._wall(exchange.sent_ns),
            lateness_us=max(0, exchange.sent_ns - planned_ns) // 1_000,
            duration_us=(exchange.ended_ns - exchange.sent_ns) // 1_000,
        )
        return outcome, cut

    async def _end(self, cut: asyncio.CancelledError | None) -> None:
        self._done()
        if cut is not None:
            raise cut
        if self._journal.crowded:
            await self._journal.flush()

    async def _depart(self, life: Life) -> None:
        """In a journal that outlives the process, what is on the wire is on record first, and all that led to it."""
        try:
            self._put(self.playing.depart(life))
            await self._journal.flush()
        except BaseException:
            self.playing.put_back(life)
            raise

    def _record(self, records: list[Record]) -> None:
        self._put(*records)
        self.mailing.begin(records)

    def _done(self) -> None:
        self._busy -= 1
        if not self._busy or self._is_sooner():
            self._awake.set()

    def _mailed(self, failure: BaseException | None) -> None:
        self._failure = self._failure or failure
        self._awake.set()

    def _is_sooner(self) -> bool:
        due_us = self.playing.next_due()
        return (
            not self.clock.stepwise
            and due_us is not None
            and (self._until_us is None or due_us < self._until_us)
        )

    async def _drop(self) -> None:
        """End every worker. What is due and never went out goes back on the agenda: it is no attempt."""
        workers = list(self._workers)
        for worker in workers:
            worker.cancel()
        if workers:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*workers, return_exceptions=True)
        for lane in self._lanes.values():
            for entry in lane.waiting:
                self.playing.put_back(entry)
