"""Our side: whole runs through the public facade, from a scenario's text to a settled and closed journal."""

from __future__ import annotations

from collections import Counter
from time import monotonic_ns

from emulator.emulator import Emulator
from emulator.journal import Limits, open_journal
from emulator.journal.seam import AttemptFilter, PageOf
from emulator.record import Request, Response, RunRecord, Verdict
from emulator.scenario.load import load_text
from emulator.scenario.model import Scenario
from emulator.sender import MemorySender, Sender
from emulator.sender.http import HttpSender
from tests.bench.load import CONNECTIONS, scenario

_OK = Response(status=200, headers=(("Content-Type", "text/plain"), ("Content-Length", "2")), body=b"ok")
_BUSY = Response(status=503, headers=(("Content-Type", "text/plain"), ("Content-Length", "4")), body=b"busy")


async def deliver(url: str, *, times: int, attempts: int = 1) -> None:
    """Deliver over HTTP in an instant, each event at its last attempt."""
    loaded = load_text(scenario(url, times=times, attempts=attempts), environment={})
    await _played(loaded, HttpSender(connections=CONNECTIONS))


async def simulate(url: str, *, times: int, attempts: int = 1) -> None:
    """Deliver to a receiver inside the process."""
    made: Counter[bytes] = Counter()

    def answer(request: Request) -> Response:
        if attempts == 1:
            return _OK
        made[request.body] += 1
        return _OK if made[request.body] == attempts else _BUSY

    loaded = load_text(scenario(url, times=times, attempts=attempts), environment={})
    await _played(loaded, MemorySender(answer))


async def timed(url: str, *, times: int, lead_s: float, every_s: float) -> list[int]:
    """Deliver in real time; the moments at which each was due, in nanoseconds of the monotonic clock."""
    text = scenario(url, times=times, speed="real", at=f"{lead_s}s", every=f"{every_s}s")
    loaded = load_text(text, environment={})
    journal = await open_journal(None, Limits(attempts=None))
    due_ns: dict[int, int] = {}
    async with Emulator(journal, HttpSender(connections=CONNECTIONS), wall_ns=monotonic_ns) as emulator:
        _check(await emulator.start(loaded).settled(), times)
        after = None
        while len(due_ns) < times:
            page = await journal.attempts(AttemptFilter(), PageOf(limit=1000, after=after))
            due_ns.update({attempt.index: attempt.planned_wall * 1_000 for attempt in page.items})
            after = page.next
    return [due_ns[index] for index in range(times)]


async def _played(loaded: Scenario, sender: Sender) -> None:
    journal = await open_journal(None, Limits(attempts=None))
    async with Emulator(journal, sender) as emulator:
        _check(await emulator.start(loaded).settled(), loaded.events[0].repeat.times)


def _check(record: RunRecord, times: int) -> None:
    """A benchmark of a run that went wrong would measure something else."""
    if record.verdict is not Verdict.PASSED or record.counts.delivered != times:
        told = [failure.message for failure in record.failures[:3]]
        raise RuntimeError(f"the run came to {record.verdict}, {record.counts}: {told}")
