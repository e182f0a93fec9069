"""The runs that a journal has as unfinished, with all that is needed to go on with them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from emulator.delivery.past import Past
from emulator.errors import InvalidInput
from emulator.journal.pages import all_attempts, all_deliveries, all_notifications
from emulator.journal.seam import AttemptFilter, Journal
from emulator.machine import Machine
from emulator.record import RunRecord, RunState, Verdict
from emulator.record.run import MOST_BYTES, MOST_CALLS
from emulator.scenario.load import load_document
from emulator.scenario.model import Scenario

_TOO_MANY = (
    f"the run cannot go on, since it took more calls than are kept to be answered again: {MOST_CALLS:,},"
    f" or {MOST_BYTES >> 20} MiB of them"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A run that goes on: what it plays, how it stands, what it did, and the calls that it took."""

    scenario: Scenario
    record: RunRecord
    past: Past
    calls: Sequence[str]


async def unfinished(machine: Machine) -> AsyncIterator[Unfinished]:
    """Each unfinished run. One whose plan cannot be read any more is recorded as an error."""
    for run, parts in groupby(await machine.journal.plans(), lambda plan: plan.run):
        record = await machine.journal.run(run)
        if record is None or record.ended:
            continue
        document, *calls = [plan.document for plan in parts]
        if not document:
            machine.put(_ended(record, _TOO_MANY, machine.now()))
            continue
        try:
            scenario = load_document(document)
        except InvalidInput as error:
            told = f"the run cannot go on, since its plan can no longer be read: {error.problems[0].message}"
            machine.put(_ended(record, told, machine.now()))
            continue
        yield Unfinished(
            scenario=scenario, record=record, past=await _past(machine.journal, run), calls=calls
        )


async def _past(journal: Journal, run: str) -> Past:
    past = Past(
        [delivery async for delivery in all_deliveries(journal, run)],
        [mail async for mail in all_notifications(journal, run) if not mail.sent and mail.error is None],
    )
    async for attempt in all_attempts(journal, AttemptFilter(run=run)):
        past.add(attempt)
    return past


def _ended(record: RunRecord, error: str, now: int) -> RunRecord:
    return replace(
        record,
        state=RunState.ERROR,
        verdict=Verdict.INCOMPLETE,
        settled_wall=now,
        error=error,
    )
