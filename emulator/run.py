"""One run: a scenario being played, what it is now, and what can be done with it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from emulator.answering.seam import Reply
from emulator.clock import Clock, ManualClock, clock_for
from emulator.delivery.expected import expected_of
from emulator.delivery.past import Past
from emulator.delivery.playing import Playing
from emulator.delivery.resumed import Resumed
from emulator.duration import SECOND
from emulator.errors import ClockError, FinishedError, JournalError
from emulator.machine import Machine
from emulator.player import Player
from emulator.record import Counts, Failure, Plan, Record, Request, RunRecord, RunState, Verdict
from emulator.scenario.api import PROVIDERS
from emulator.scenario.model import Scenario
from emulator.sender import masked, wire_request
from emulator.value import value

if TYPE_CHECKING:
    from emulator.delivery.desk import Following, Taken
    from emulator.reception import Asked, Reception

HEARTBEAT_S = 0.25
"""How often a journal that outlives the process is told where the clock of a compressed run stands."""

P = TypeVar("P", bound=Playing)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TO_THE_END = 1 << 62
_MOST_SEED_BITS = 32
_CHANCE = random.Random()
"""An id is to be new, and no secret. To ask the system each time would let go of the interpreter's lock."""


@value(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is. `now_us` and `next_us` are microseconds of its emulated time."""

    now_us: int
    next_us: int | None
    in_flight: int
    counts: Counts
    wait_ns: int | None


def on_wire(request: Request) -> tuple[Request, Request]:
    """What really goes on the wire, and what of it is recorded."""
    sent = wire_request(request)
    return sent, masked(sent)


def _playing(kind: type[P], scenario: Scenario, record: RunRecord, clock: Clock) -> P:
    return kind(
        scenario,
        run=record.id,
        seed=record.seed,
        start=record.start,
        labels=record.labels,
        measures=clock.measures,
        wire=on_wire,
    )


def _reception(playing: Playing, machine: Machine) -> Reception:
    from emulator.reception import Reception  # noqa: PLC0415 - few runs need it, and it imports much

    return Reception(playing, machine.registered, lasting=machine.journal.lasting)


def _horizon(clock: Clock) -> int | None:
    if not isinstance(clock, ManualClock):
        return None
    return _TO_THE_END if clock.horizon_us == float("inf") else int(clock.horizon_us)


class Run:
    """A run that plays. `begin` starts a new one, `resume` goes on with one that was cut off."""

    def __init__(
        self, machine: Machine, scenario: Scenario, playing: Playing, clock: Clock, first: RunRecord
    ) -> None:
        self.id = first.id
        self.scenario = scenario
        self.playing = playing
        self._machine = machine
        self._clock = clock
        self._first = first
        self._settled_wall: int | None = None
        self._ended_us: int | None = None
        self._state = RunState.RUNNING
        self._outcome: tuple[Verdict | None, tuple[Failure, ...]] = (None, ())
        self._error: str | None = None
        self._ready = asyncio.Event()
        self._open = first.open
        self._calls = 0
        self._called = False
        self._reception = _reception(playing, machine) if scenario.open else None
        self._player = Player(playing, clock, machine, self._arrived, self._lingers)
        self.task: asyncio.Task[None]
        self._halted = False
        self._amended = False
        self._heart: asyncio.TimerHandle | None = None

    @classmethod
    def begin(cls, machine: Machine, scenario: Scenario, labels: Mapping[str, str]) -> Run:
        """Begin to play a scenario."""
        started_wall = machine.now()
        first = RunRecord(
            id=f"run_{''.join(_CHANCE.choices(_ALPHABET, k=10))}",
            scenario=scenario.name,
            state=RunState.RUNNING,
            speed=str(scenario.speed),
            seed=_CHANCE.getrandbits(_MOST_SEED_BITS) if scenario.seed is None else scenario.seed,
            start=started_wall if scenario.start is None else scenario.start,
            now=started_wall if scenario.start is None else scenario.start,
            open=scenario.open,
            started_wall=started_wall,
            labels=dict(labels),
            warnings=scenario.warnings,
            expects=tuple(expected_of(scenario)),
        )
        clock = clock_for(scenario.speed, machine.ticks)
        playing = _playing(Playing, scenario, first, clock)
        run = cls(machine, scenario, playing, clock, first)
        plan: list[Record] = []
        if machine.journal.lasting and scenario.origin is not None:
            plan.append(Plan(run.id, scenario.origin.document()))
        machine.put(run.record(), *plan)
        run._play_on()
        return run

    @classmethod
    def resume(
        cls, machine: Machine, scenario: Scenario, record: RunRecord, past: Past, calls: Sequence[str]
    ) -> Run:
        """Go on with a run that has not ended. `scenario` is that of its plan, `calls` are those that it took."""
        reached_us = max(record.now, past.reached_at or 0) - record.start
        if scenario.speed.kind == "real":  # the time that the emulator was down counts
            reached_us = max(reached_us, machine.now() - record.started_wall)
        clock = clock_for(scenario.speed, machine.ticks, at_us=reached_us)
        if isinstance(clock, ManualClock) and record.horizon is not None:
            clock.allow(float("inf") if record.horizon == _TO_THE_END else max(reached_us, record.horizon))
        playing = _playing(Resumed, scenario, record, clock)
        run = cls(machine, scenario, playing, clock, replace(record, settled_wall=None))
        if run._reception is not None:
            run._reception.again(calls)
            run._called = bool(calls)
        if not record.open:
            playing.close()
        missing = list(playing.recall(past))
        playing.tally.lost(record.counts.lost)
        machine.put(run.record(), *missing)
        run._player.mailing.begin(past.unsent)
        run._play_on()
        return run

    def _play_on(self) -> None:
        self.task = asyncio.create_task(self._play(), name=self.id)
        self._beat()

    def _beat(self) -> None:
        """A compressed clock stands still while the emulator is down, so where it stands is written down."""
        speed = self.scenario.speed
        if not self._machine.journal.lasting or speed.kind != "scaled":
            return
        if self._heart is not None and self.running:
            self._machine.put(self.record())
        self._heart = asyncio.get_running_loop().call_later(HEARTBEAT_S, self._beat)

    async def _play(self) -> None:
        try:
            state = await self._played()
            if state is not RunState.RUNNING:
                self._finish(state)
            await self._machine.journal.flush()
            if self._amended:
                await self._machine.journal.flush()
        except Exception as error:
            self._error = str(error) or type(error).__name__
            self.playing.tally.cut_short()
            self._finish(RunState.ERROR)
            raise
        finally:
            if self._heart is not None:
                self._heart.cancel()

    async def _played(self) -> RunState:
        try:
            await self._player.play()
        except asyncio.CancelledError:
            if self._halted:
                return RunState.RUNNING
            self._machine.put(*self.playing.cancel())
        if self.playing.cancelled:
            self._open = False
            return RunState.CANCELLED
        unfinished = self._open or self._player.in_flight or self.playing.next_due() is not None
        return RunState.RUNNING if unfinished else RunState.SETTLED

    def _finish(self, state: RunState) -> None:
        self._state = state
        self._outcome = self.playing.tally.verdict()
        self._settled_wall = self._machine.now()
        self._ended_us = self._clock.now_us()
        self._ready.set()
        with contextlib.suppress(JournalError) if state is RunState.ERROR else contextlib.nullcontext():
            self._machine.put(self.record())

    def lost(self, attempts: int) -> None:
        """Take note that attempts of this run had to make room. A verdict that does not know of them yet is amended."""
        self.playing.tally.lost(attempts)
        if self._state in (RunState.SETTLED, RunState.CANCELLED) and not self._open:
            self._outcome, self._amended = self.playing.tally.verdict(), True
            self._machine.put(self.record())

    @property
    def labels(self) -> Mapping[str, str]:
        """What it was labelled with."""
        return self._first.labels

    @property
    def running(self) -> bool:
        """Something is in flight or due."""
        return self._state is RunState.RUNNING

    def answers(self, provider: str) -> bool:
        """Whether calls to the provider's API belong here: it is open, and has routes for it."""
        routed = any(route.provider == provider for route in self.scenario.routes)
        return self._open and (routed or (self.scenario.api is not None and provider in PROVIDERS))

    @contextlib.asynccontextmanager
    async def taking(self, provider: str, asked: Asked) -> AsyncIterator[Reply]:
        """The answer to a call of the application, which is on record. Not to be cancelled.

        What follows from the call begins when this is left: once the answer is written, or nobody is left to read it.
        Raises FinishedError if the run is open no more, or ends before the call is answered.
        """
        if self._reception is None or not self._open:
            why = "is finished, and takes no requests any more" if self.scenario.open else "has no routes"
            raise FinishedError(f"the run {self.id} {why}")
        self._calls += 1
        self._called = True
        taken = None
        try:
            taken = await self._taken(self._reception, provider, asked)
            yield taken.reply
        finally:
            self._calls -= 1
            if taken is not None and taken.following and self._ended_us is None:
                self._follow(self._reception, taken.following)
            if not self.open:
                self._player.wake()

    async def _taken(self, reception: Reception, provider: str, asked: Asked) -> Taken:
        at, wall = self._first.start + self._clock.now_us(), self._machine.now()
        async with reception.prepared(provider, asked, at=at, wall=wall) as prepared:
            if self._ended_us is not None:
                raise FinishedError(f"the run {self.id} has ended, and takes no requests any more")
            taken = reception.take(prepared)
            self._machine.put(self.record(), *taken.records)
        if self._machine.journal.lasting:
            await self._machine.journal.flush()
        return taken

    def _follow(self, reception: Reception, following: Following) -> None:
        reception.follow(following)
        self._settled_wall, self._state = None, RunState.RUNNING
        self._ready.clear()
        self._machine.put(self.record())
        self._player.wake()

    def delay_s(self, delay_us: int) -> float:
        """How long the machine waits for a stretch of this run's emulated time, in seconds; only moving clocks do."""
        speed = self.scenario.speed
        return delay_us / SECOND / float(speed.factor) if speed.kind in ("real", "scaled") else 0.0

    def _lingers(self) -> bool:
        """More may come: it is open, or a call that came before the end is not answered yet."""
        return self._open or self._calls > 0

    @property
    def open(self) -> bool:
        """It takes requests, and settles only for now."""
        return self._open

    def finish(self) -> None:
        """Take no more requests: the run is judged for good as soon as nothing is in flight or due.

        Raises FinishedError where it takes none already.
        """
        if not self._open:
            raise FinishedError("this run is not open: it has no routes, or is finished already")
        self._open = False
        self._state, self._settled_wall = RunState.RUNNING, None
        self.playing.close()
        self._ready.clear()
        self._machine.put(self.record())
        self._player.wake()

    def record(self) -> RunRecord:
        """The run as it stands."""
        verdict, failures = self._outcome
        return replace(
            self._first,
            state=self._state,
            open=self._open,
            verdict=verdict,
            failures=failures,
            now=self._first.start + (self._clock.now_us() if self._ended_us is None else self._ended_us),
            clock_state="advancing" if self.running and not self._ready.is_set() else "ready",
            counts=self.playing.tally.counts,
            settled_wall=self._settled_wall,
            error=self._error,
            horizon=_horizon(self._clock),
        )

    def progress(self) -> Progress:
        """How far it is."""
        next_us = self.playing.next_due()
        return Progress(
            now_us=self._clock.now_us(),
            next_us=next_us,
            in_flight=self._player.in_flight,
            counts=self.playing.tally.counts,
            wait_ns=None if next_us is None else self._clock.until_ns(next_us),
        )

    def plays(self, name: str) -> bool:
        """Whether one of its events has this name, be it one that waits for a call."""
        return any(event.name == name for event in (*self.scenario.events, *self.scenario.api_events))

    @property
    def awaits(self) -> str | None:
        """What it needs to go on; None while it does by itself."""
        if not self._ready.is_set():
            return None
        if isinstance(self._clock, ManualClock) and self.playing.next_due() is not None:
            return "its manual clock stands; move it to the end"
        if not self._open:
            return None
        unasked = "" if self._called else "; nothing has been asked of the provider yet"
        return f"it is open, so more may come{unasked}; finish it"

    async def settled(self) -> RunRecord:
        """Wait for the end, whatever it is. Cancelling the wait stops nothing.

        Raises JournalError if recording failed.
        """
        await asyncio.shield(self.task)
        return self.record()

    async def cancel(self) -> RunRecord:
        """Stop at once: what is in flight is cut and recorded as cancelled. An ended run is left as it is."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        return self.record()

    async def halt(self, grace_s: float) -> None:
        """Let no attempt begin any more, and give those in flight so many seconds. The run stays unfinished."""
        self._halted = True
        self._player.halt()
        await asyncio.wait([self.task], timeout=grace_s)
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def ready(self) -> None:
        """Wait until a manual clock has arrived, an open run has settled for now, or the run has ended."""
        await self._ready.wait()

    def advance(self, *, by_us: int | None = None, to_us: int | None = None, to: str | None = None) -> None:
        """Move a manual clock by a duration, to a moment of the run, `to="next"` or `to="end"`.

        Raises ClockError for another speed, while it moves already, for an ended run, and for a move backwards.
        """
        clock = self._manual()
        if to == "next":
            next_us = self.playing.next_due()
            horizon: float = clock.now_us() if next_us is None else next_us
        elif to == "end":
            horizon = float("inf")
        else:
            horizon = to_us if to_us is not None else clock.now_us() + (by_us or 0)
        clock.allow(horizon)
        self._ready.clear()
        if self._machine.journal.lasting:
            self._machine.put(self.record())
        self._player.wake()

    def _manual(self) -> ManualClock:
        if not isinstance(self._clock, ManualClock):
            raise ClockError(
                f"the speed is {self.scenario.speed}; only the clock of a manual run can be moved"
            )
        if not self.running and not self._open:
            raise ClockError(f"this run is {self._state.value}; its clock stands")
        if not self._ready.is_set():
            raise ClockError("the clock is moving already; wait until it is ready")
        return self._clock

    def _arrived(self) -> None:
        if self._calls and not self._open:
            return  # more may follow from a call that came before the end
        if isinstance(self._clock, ManualClock) and self._clock.horizon_us != float("inf"):
            self._clock.arrive(int(self._clock.horizon_us))
        if not self._ready.is_set():
            self._ready.set()
            if self._open and self.playing.next_due() is None:
                self._state, self._settled_wall = RunState.SETTLED, self._machine.now()
            self._machine.put(self.record())
