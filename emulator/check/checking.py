"""Asking the probes, one after the other, through an emulator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from typing import Any

from emulator.check.finding import Finding, Status, cut_short, finding, skipped
from emulator.check.probe import UNSIGNED, Probe, Subject
from emulator.emulator import Emulator, Run
from emulator.journal.pages import all_attempts
from emulator.journal.seam import AttemptFilter
from emulator.record import AttemptRecord, ErrorKind, Result
from emulator.scenario.load import load_text
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides

_NOBODY = (ErrorKind.CONNECT, ErrorKind.DNS, ErrorKind.TLS, ErrorKind.BLOCKED)
_AWAY = "the target cannot be reached"
_GONE = "the target can no longer be reached"
MOST_ATTEMPTS = 100
"""So many attempts of a probe are kept for reports."""

LONGEST_S = 300.0
"""A check takes no longer than so many real seconds, however slow the endpoint is."""

Watch = Callable[[Probe, Run], AbstractAsyncContextManager[None]]


def scenario_of(
    probe: Probe, subject: Subject, laid_on: Overrides, files: Mapping[str, bytes], near: Any
) -> Scenario:
    """The scenario of a probe, ready to play. Raises InvalidInput where the provider makes it impossible."""
    return load_text(probe.scenario(subject), files, overrides=laid_on, environment={}, near=near)


async def check(
    emulator: Emulator,
    scenarios: Iterable[tuple[Probe, Scenario | str]],
    *,
    watch: Watch = lambda *_: nullcontext(),
    longest_s: float = LONGEST_S,
) -> AsyncIterator[Finding]:
    """The findings, as they come. In the place of its scenario a probe may have the reason why it is not asked.

    One that only lacks the secret is told as incomplete: what it would show is not known.

    Where nobody can be reached, the first finding says so and the others are not asked; so it is where no genuine
    webhook is accepted, since refusals show nothing then. An endpoint that was there is looked for in the end.
    What is left after `longest_s` is told as incomplete. `watch` is entered while a probe waits for its end.
    """
    clock = asyncio.get_running_loop().time
    deadline, late = clock() + longest_s, f"the check was cut short after {longest_s:g} s"
    reached, gone = False, False
    futile: str | None = None
    for probe, scenario in scenarios:
        if isinstance(scenario, str):
            yield cut_short(probe, scenario) if scenario == UNSIGNED else skipped(probe, scenario)
        elif futile is not None and not (gone and probe.always):
            yield skipped(probe, futile)
        elif clock() >= deadline:
            yield cut_short(probe, late)
        else:
            found = await _ask(emulator, probe, scenario, watch, deadline)
            if found.status is Status.INCOMPLETE and clock() >= deadline:
                found = replace(found, reasons=(late,))
            elif not _is_nobody(found.attempts):
                reached = True
                futile = futile or _useless(found)
            elif not (reached and probe.always):
                gone, futile = reached, _GONE if reached else _AWAY
                found = replace(found, status=Status.INCOMPLETE, reasons=(_told(futile, found.attempts),))
            yield found


async def _ask(
    emulator: Emulator, probe: Probe, scenario: Scenario, watch: Watch, deadline: float
) -> Finding:
    run = emulator.start(scenario)
    try:
        async with watch(probe, run), asyncio.timeout_at(deadline):
            record = await run.settled()
    except TimeoutError:
        record = await run.cancel()
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
