"""Asking the probes, one after the other, through an emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from emulator.check.finding import Finding, Status, finding, skipped
from emulator.check.probe import Probe, Subject
from emulator.emulator import Emulator
from emulator.journal.pages import all_attempts
from emulator.journal.seam import AttemptFilter
from emulator.record import AttemptRecord, ErrorKind, Result
from emulator.scenario.load import load_text
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides

_NOBODY = (ErrorKind.CONNECT, ErrorKind.DNS, ErrorKind.BLOCKED)
_AWAY = "the target cannot be reached"
_GONE = "the target can no longer be reached"
MOST_ATTEMPTS = 100
"""So many attempts of a probe are kept for reports."""


def scenario_of(
    probe: Probe, subject: Subject, laid_on: Overrides, files: Mapping[str, bytes], near: Any
) -> Scenario:
    """The scenario of a probe, ready to play. Raises InvalidInput where the provider makes it impossible."""
    return load_text(probe.scenario(subject), files, overrides=laid_on, environment={}, near=near)


async def check(
    emulator: Emulator, scenarios: Iterable[tuple[Probe, Scenario | str]]
) -> AsyncIterator[Finding]:
    """The findings, as they come. In the place of its scenario a probe may have the reason why it is not asked.

    Where nobody can be reached, the first finding says so and the others are not asked; so it is where no genuine
    webhook is accepted, since refusals show nothing then. An endpoint that was there is looked for in the end.
    """
    reached, gone = False, False
    futile: str | None = None
    for probe, scenario in scenarios:
        if isinstance(scenario, str):
            yield skipped(probe, scenario)
        elif futile is not None and not (gone and probe.always):
            yield skipped(probe, futile)
        else:
            found = await _ask(emulator, probe, scenario)
            if not _is_nobody(found.attempts):
                reached = True
                futile = futile or _useless(found)
            elif not (reached and probe.always):
                gone, futile = reached, _GONE if reached else _AWAY
                found = replace(found, status=Status.INCOMPLETE, reasons=(_told(futile, found.attempts),))
            yield found


async def _ask(emulator: Emulator, probe: Probe, scenario: Scenario) -> Finding:
    run = emulator.start(scenario)
    record = await run.settled()
    attempts: list[AttemptRecord] = []
    async for attempt in all_attempts(emulator.journal, AttemptFilter(run=record.id)):
        if len(attempts) < MOST_ATTEMPTS:
            attempts.append(attempt)
    return finding(probe, record, attempts)


def _useless(found: Finding) -> str | None:
    """Why the other probes would show nothing: what they send is refused, forged or not."""
    sent = found.attempts
    if found.probe.id != "valid" or any(each.result is Result.ACCEPTED for each in sent):
        return None
    return "no genuine webhook is accepted, as valid shows"


def _told(futile: str, attempts: Sequence[AttemptRecord]) -> str:
    error = attempts[0].error
    return futile if error is None else f"{futile}: {error.message}"


def _is_nobody(attempts: Sequence[AttemptRecord]) -> bool:
    return bool(attempts) and all(each.error is not None and each.error.kind in _NOBODY for each in attempts)
