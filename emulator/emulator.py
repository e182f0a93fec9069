"""The facade: everything that plays goes through here, and every task it starts is owned here.

`Emulator.start` begins a run over the journal and the sender of the emulator; `Run.settled` waits for its end.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from emulator.clock import ManualClock, clock_for
from emulator.delivery.playing import Playing
from emulator.errors import ClockError
from emulator.journal.seam import Journal
from emulator.player import Concurrency, Player
from emulator.record import (
    AttemptRecord,
    Counts,
    Failure,
    Record,
    Request,
    RunRecord,
    RunState,
    Verdict,
)
from emulator.scenario.model import Scenario
from emulator.sender import Sender, masked, wire_request

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is. `now_us` and `next_us` are microseconds of its emulated time."""

    now_us: int
    next_us: int | None
    in_flight: int
    counts: Counts
    wait_ns: int | None


def _on_wire(request: Request) -> tuple[Request, Request]:
    """What really goes on the wire, and what of it is recorded."""
    sent = wire_request(request)
    return sent, masked(sent)


class Run:
    """One run: what it is now, and what can be done with it."""

    def __init__(self, emulator: Emulator, scenario: Scenario, labels: Mapping[str, str]) -> None:
        self.id = f"run_{''.join(secrets.choice(_ALPHABET) for _ in range(10))}"
        self.scenario = scenario
        self.seed = secrets.randbits(32) if scenario.seed is None else scenario.seed
        self._emulator = emulator
        self._labels = dict(labels)
        self._started_wall = emulator.wall(emulator.ticks())
        self._settled_wall: int | None = None
        self._state = RunState.RUNNING
        self._outcome: tuple[Verdict | None, tuple[Failure, ...]] = (None, ())
        self._error: str | None = None
        self._ready = asyncio.Event()
        self._clock = clock_for(scenario.speed, emulator.ticks)
        self._playing = Playing(
            scenario,
            run=self.id,
            seed=self.seed,
            start=self._started_wall if scenario.start is None else scenario.start,
            labels=self._labels,
            measures=self._clock.measures,
            wire=_on_wire,
        )
        self._player = Player(
            self._playing,
            self._clock,
            emulator.sender,
            emulator.journal,
            ticks=emulator.ticks,
            wall=emulator.wall,
            concurrency=emulator.concurrency,
            ready=self._arrived,
        )
        emulator.journal.put(self.record())
        self._task = asyncio.create_task(self._play(), name=self.id)
        self._task.add_done_callback(lambda _: emulator.ended(self.id))

    async def _play(self) -> None:
        try:
            self._finish(await self._played())
            await self._emulator.journal.flush()
        except Exception as error:
            self._error = str(error) or type(error).__name__
            self._playing.tally.cut_short()
            self._finish(RunState.ERROR)
            raise

    async def _played(self) -> RunState:
        try:
            await self._player.play()
        except asyncio.CancelledError:
            for record in self._playing.cancel():
                self._emulator.journal.put(record)
            return RunState.CANCELLED
        return RunState.SETTLED

    def _finish(self, state: RunState) -> None:
        self._state = state
        self._outcome = self._playing.tally.verdict()
        self._settled_wall = self._emulator.wall(self._emulator.ticks())
        self._ready.set()
        if state is not RunState.ERROR:
            self._emulator.journal.put(self.record())

    def record(self) -> RunRecord:
        """The run as it stands."""
        verdict, failures = self._outcome
        running = self._state is RunState.RUNNING
        return RunRecord(
            id=self.id,
            scenario=self.scenario.name,
            state=self._state,
            verdict=verdict,
            failures=failures,
            speed=str(self.scenario.speed),
            seed=self.seed,
            start=self._playing.start,
            now=self._playing.start + self._clock.now_us(),
            clock_state="advancing" if running and not self._ready.is_set() else "ready",
            counts=self._playing.tally.counts,
            started_wall=self._started_wall,
            settled_wall=self._settled_wall,
            labels=self._labels,
            error=self._error,
        )

    def progress(self) -> Progress:
        """How far it is."""
        next_us = self._playing.next_due()
        return Progress(
            now_us=self._clock.now_us(),
            next_us=next_us,
            in_flight=self._player.in_flight,
            counts=self._playing.tally.counts,
            wait_ns=None if next_us is None else self._clock.until_ns(next_us),
        )

    async def settled(self) -> RunRecord:
        """Wait for the end, whatever it is. Cancelling the wait stops nothing.

        Raises JournalError if recording failed.
        """
        await asyncio.shield(self._task)
        return self.record()

    async def cancel(self) -> RunRecord:
        """Stop at once: what is in flight is cut and recorded as cancelled. An ended run is left as it is."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        return self.record()

    async def ready(self) -> None:
        """Wait until a manual clock has arrived, or the run has ended."""
        await self._ready.wait()

    def advance(self, *, by_us: int | None = None, to_us: int | None = None, to: str | None = None) -> None:
        """Move a manual clock by a duration, to a moment of the run, `to="next"` or `to="end"`.

        Raises ClockError for another speed, while it moves already, for an ended run, and for a move backwards.
        """
        clock = self._manual()
        if to == "next":
            next_us = self._playing.next_due()
            horizon: float = clock.now_us() if next_us is None else next_us
        elif to == "end":
            horizon = float("inf")
        else:
            horizon = to_us if to_us is not None else clock.now_us() + (by_us or 0)
        clock.allow(horizon)
        self._ready.clear()
        self._player.wake()

    def _manual(self) -> ManualClock:
        if not isinstance(self._clock, ManualClock):
            raise ClockError(
                f"the speed is {self.scenario.speed}; only the clock of a manual run can be moved"
            )
        if self._state is not RunState.RUNNING:
            raise ClockError(f"this run is {self._state.value}; its clock stands")
        if not self._ready.is_set():
            raise ClockError("the clock is moving already; wait until it is ready")
        return self._clock

    def _arrived(self) -> None:
        if isinstance(self._clock, ManualClock) and self._clock.horizon_us != float("inf"):
            self._clock.arrive(int(self._clock.horizon_us))
        if not self._ready.is_set():
            self._ready.set()
            self._emulator.journal.put(self.record())

    def lost(self, attempts: int) -> None:
        """Note that records of this run were evicted."""
        self._playing.tally.lost(attempts)


class Emulator:
    """All runs of one process, over one journal and one sender, both of which it closes.

    `watch` sees every record when it is made, on the event loop.
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
    ) -> None:
        self.journal = journal
        self.sender = sender
        self.concurrency = concurrency or Concurrency()
        self.ticks = ticks
        self._watch = watch
        self._runs: dict[str, Run] = {}
        self._origin_us = (wall_ns() - ticks()) // 1_000
        journal.on_lost(self._lost)

    def wall(self, ns: int) -> int:
        """The real time, in microseconds since 1970, of a moment of the monotonic clock: it never jumps."""
        return self._origin_us + ns // 1_000

    def start(self, scenario: Scenario, *, labels: Mapping[str, str] | None = None) -> Run:
        """Begin a run."""
        run = Run(self, scenario, labels or {})
        self._runs[run.id] = run
        return run

    @property
    def running(self) -> int:
        """How many runs are running."""
        return len(self._runs)

    def find(self, run: str) -> Run | None:
        """A run while it runs."""
        return self._runs.get(run)

    async def remove(self, run: str) -> None:
        """Cancel a run if it runs, and forget it with all its records."""
        running = self.find(run)
        if running is not None:
            await running.cancel()
        await self.journal.remove(run)

    async def reset(self, labels: tuple[tuple[str, str], ...] = ()) -> int:
        """Remove all runs, or those with all these labels. Returns how many."""
        raise NotImplementedError

    async def redeliver(self, delivery: str) -> AttemptRecord:
        """Make one more attempt of an ended delivery: the same bytes, now, without retries. Returns it, answered.

        Raises RedeliveryError for a delivery that has not ended, or whose request is no longer known in full.
        """
        raise NotImplementedError

    async def resume(self) -> list[Run]:
        """Carry on the runs that the journal has as unfinished. To be called once, before any other run starts."""
        raise NotImplementedError

    async def stop(self, grace_s: float) -> None:
        """Make no new attempts, give those in flight so many seconds, and store everything.

        Runs of a lasting journal stay unfinished in it, for `resume`.
        """
        raise NotImplementedError

    def ended(self, run: str) -> None:
        """Let go of a run whose task is over."""
        self._runs.pop(run, None)

    def _lost(self, run: str, attempts: int) -> None:
        if run in self._runs:
            self._runs[run].lost(attempts)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(run.cancel() for run in list(self._runs.values())))
        await self.sender.close()
        await self.journal.close()
