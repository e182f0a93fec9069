"""A journal of any size in a file, soon made: the records of one played run, put again and again under new ids."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from emulator.emulator import Emulator
from emulator.journal import AttemptFilter, Journal, Limits, PageOf, open_journal
from emulator.record import AttemptRecord, DeliveryRecord, Response, RunRecord
from emulator.scenario.load import load_text
from emulator.sender import MemorySender
from tests.bench.load import scenario

RUN = 1_000
"""Attempts of each run."""

_UNLIMITED = Limits(attempts=None, size=None)
_OK = Response(status=200, headers=(("Content-Type", "text/plain"), ("Content-Length", "2")), body=b"ok")


async def fill(path: Path, *, runs: int) -> None:
    """Make a journal of so many runs, `run_0` and so on."""
    run, deliveries, attempts = await _played()
    journal = await open_journal(path, _UNLIMITED)
    for number in range(runs):
        new = f"run_{number}"
        journal.put(replace(run, id=new))
        for delivery in deliveries:
            journal.put(replace(delivery, run=new, id=f"dlv_{number}_{delivery.index}"))
        for attempt in attempts:
            journal.put(
                replace(
                    attempt,
                    run=new,
                    id=f"att_{number}_{attempt.index}",
                    delivery=f"dlv_{number}_{attempt.index}",
                    event=f"evt_{number}_{attempt.index}",
                )
            )
        await journal.flush()
    await journal.close()


async def _played() -> tuple[RunRecord, list[DeliveryRecord], list[AttemptRecord]]:
    loaded = load_text(scenario("http://127.0.0.1:9/webhooks", times=RUN), environment={})
    journal: Journal = await open_journal(None, _UNLIMITED)
    async with Emulator(journal, MemorySender(lambda _: _OK)) as emulator:
        run = await emulator.start(loaded).settled()
        deliveries = await journal.deliveries(run.id, PageOf(limit=RUN))
        attempts = await journal.attempts(AttemptFilter(), PageOf(limit=RUN))
        return run, [*deliveries.items], [*attempts.items]
