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
from emulator.record import AttemptRecord, ErrorKind
from emulator.scenario.load import load_text
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides

_NOBODY = (ErrorKind.CONNECT, ErrorKind.DNS, ErrorKind.BLOCKED)
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

    Where nobody can be reached, the first finding says so and the others are not asked.
    """
    unreachable: str | None = None
    for probe, scenario in scenarios:
        if isinstance(scenario, str) or unreachable is not None:
            yield skipped(probe, scenario if isinstance(scenario, str) else unreachable or "")
            continue
        found = await _ask(emulator, probe, scenario)
        if _is_nobody(found.attempts):
            unreachable = "the target cannot be reached"
            error = found.attempts[0].error
            told = unreachable if error is None else f"{unreachable}: {error.message}"
            found = replace(found, status=Status.INCOMPLETE, reasons=(told,))
        yield found


async def _ask(emulator: Emulator, probe: Probe, scenario: Scenario) -> Finding:
    run = emulator.start(scenario)
    record = await run.settled()
    attempts: list[AttemptRecord] = []
    async for attempt in all_attempts(emulator.journal, AttemptFilter(run=record.id)):
        if len(attempts) < MOST_ATTEMPTS:
            attempts.append(attempt)
    return finding(probe, record, attempts)


def _is_nobody(attempts: Sequence[AttemptRecord]) -> bool:
    return bool(attempts) and all(each.error is not None and each.error.kind in _NOBODY for each in attempts)
