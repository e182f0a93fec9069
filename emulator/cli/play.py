"""`play`: scenario files, one after the other, and what came of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from emulator.cli.engine import Sending, open_emulator, run_to_end, sending_options
from emulator.cli.exits import Exit, worst
from emulator.cli.loading import load_all, overrides, scenario_options, tell_own_providers, warn
from emulator.cli.options import json_option, parsed
from emulator.cli.output import note, put, put_json
from emulator.cli.progress import shown
from emulator.cli.reporting import Reports, report_option, reporting
from emulator.cli.verb import Verb
from emulator.cli.waiting import silent_targets
from emulator.duration import MANUAL, format_duration, parse_duration
from emulator.emulator import Emulator, Run
from emulator.errors import ClockError, InvalidInput, JournalError, Problem, on_one_line
from emulator.record import RunRecord, RunState, Verdict
from emulator.report.document import run_document
from emulator.scenario.model import Scenario
from emulator.value import value

if TYPE_CHECKING:
    from rich.console import Console

_EXITS = {Verdict.PASSED: Exit.PASSED, Verdict.FAILED: Exit.FAILED, Verdict.INCOMPLETE: Exit.INCOMPLETE}
_WIDTH = 200
"""Columns of the table where the output is no terminal."""


@click.command(
    cls=Verb,
    examples=[
        "webhook-emulator play entuitive/refused-then-accepted --target http://localhost:3000/webhooks",
        "webhook-emulator play entuitive/burst compliancely/burst --speed 60x --json",
    ],
)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@scenario_options
@click.option(
    "--wait-target",
    type=parsed(parse_duration),
    metavar="DURATION",
    help="Wait so long until the target listens.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing.")
@json_option("Print each run with all its records as one JSON object a line.")
@report_option
@click.option("--quiet", "-q", is_flag=True, help="Show no progress.")
@sending_options
def play(
    files: tuple[str, ...],
    *,
    wait_target: int | None,
    dry_run: bool,
    as_json: bool,
    reports: tuple[str, ...],
    quiet: bool,
    sending: Sending,
    **given: Any,
) -> Exit:
    """Play scenarios one after the other: files, all files below a folder, or shipped ones by name.

    Prints every attempt and the verdict. When a file is wrong, nothing is sent. Of a scenario with routes or api, what
    is scheduled is played; calls are taken by serve alone.
    """
    if dry_run and (as_json or reports):
        other = "--json" if as_json else "--report"
        raise click.UsageError(f"--dry-run prints a plan for people; it cannot be given with {other}.")
    laid_on = overrides(
        **given, labels={}
    )  # so that a template that asks for one is told before anything is sent
    scenarios = load_all(files, laid_on)
    _check_playable(scenarios)
    warn(scenarios, laid_on)
    tell_own_providers(scenarios)
    if dry_run:
        return _show_plans(scenarios)
    telling = Telling(as_json=as_json, quiet=quiet, reports=reports)
    return play_all(scenarios, sending, telling, wait_target=wait_target)


def _check_playable(scenarios: Sequence[Scenario]) -> None:
    """Raises InvalidInput for those that would wait for calls for ever: nobody can call the command line."""
    told = (
        "nothing of this scenario is due by itself: it waits for calls to the provider's API,"
        " so begin it with `webhook-emulator serve` and POST /api/v1/runs"
    )
    waiting = [
        Problem(message=told, path=scenario.path)
        for scenario in scenarios
        if scenario.open and not _plays_by_itself(scenario)
    ]
    if waiting:
        raise InvalidInput(waiting)


def _plays_by_itself(scenario: Scenario) -> bool:
    """Whether an event is due, be it after others, that waits for no call."""
    waiting = {event.name for event in scenario.events if not event.scheduled}
    later = [event for event in scenario.events if event.scheduled]
    while more := {event.name for event in later if event.after and event.after.event in waiting} - waiting:
        waiting |= more
    return any(event.name not in waiting for event in scenario.events)


def _show_plans(scenarios: Sequence[Scenario]) -> Exit:
    from emulator.report.plan import plan_lines

    now = time.time_ns() // 1_000
    for scenario in scenarios:
        for line in plan_lines(scenario, start=now, seed=0):
            put(line)
    return Exit.PASSED


@value(frozen=True, slots=True, kw_only=True)
class Telling:
    """How what came of the runs is told. `reports` are as the command line has them."""

    as_json: bool
    quiet: bool
    reports: Sequence[str] = ()


def play_all(
    scenarios: Sequence[Scenario], sending: Sending, telling: Telling, *, wait_target: int | None = None
) -> Exit:
    """Play scenarios one after the other, and tell what came of each. Raises InvalidInput for wrong reports."""
    with reporting(telling.reports, [each.path for each in scenarios if each.path]) as reports:
        code = run_to_end(_play_all(scenarios, sending, telling, reports, wait_target))
    return worst([code, Exit.INCOMPLETE]) if reports.failed else code


async def _play_all(
    scenarios: Sequence[Scenario],
    sending: Sending,
    telling: Telling,
    reports: Reports,
    wait_target: int | None,
) -> Exit:
    if wait_target is not None:
        silent = await silent_targets(scenarios, sending.policy, wait_target)
        if silent:
            note(
                f"nothing listens at {', '.join(silent)} after {format_duration(wait_target)}; nothing was sent"
            )
            return Exit.INCOMPLETE
    exits: list[Exit] = []
    while len(exits) < len(scenarios) and Exit.INTERRUPTED not in exits:
        try:
            await _play_on(scenarios, sending, exits, telling, reports)
        except JournalError as error:  # it ends for good, but another one may have room
            name = scenarios[min(len(exits), len(scenarios) - 1)].name
            note(on_one_line(f"{name}: the journal failed: {error}"))
            exits.append(Exit.INCOMPLETE)
    return worst(exits)


async def _play_on(
    scenarios: Sequence[Scenario], sending: Sending, exits: list[Exit], telling: Telling, reports: Reports
) -> None:
    """Play the scenarios that have no exit yet, with one journal. Raises JournalError when it fails."""
    async with open_emulator(sending) as emulator:
        for scenario in scenarios[len(exits) :]:
            if exits and not telling.as_json:
                put()
            exits.append(await _play(emulator, scenario, telling, reports))
            if exits[-1] is Exit.INTERRUPTED:
                return


async def _play(emulator: Emulator, scenario: Scenario, telling: Telling, reports: Reports) -> Exit:
    run = emulator.start(scenario)
    if run.open:  # nobody can call the provider's API here, so what is scheduled is all there is
        run.finish()
    try:
        interrupted = await _interrupted(run, quiet=telling.quiet)
    except Exception as error:
        record = _broken(run, error)
        await reports.add_alone(record)
        _print_alone(record, as_json=telling.as_json)
        raise
    interrupted |= await _whole(reports.add(emulator.journal, run.record()))
    interrupted |= await _whole(_print(emulator, run, as_json=telling.as_json))
    record = run.record()
    if interrupted:
        return Exit.INTERRUPTED
    return _EXITS[record.verdict or Verdict.INCOMPLETE]


async def _interrupted(run: Run, *, quiet: bool) -> bool:
    """Wait for the end of a run; a cancelling from outside ends it, with what was recorded kept."""
    try:
        async with shown(run, quiet=quiet), _stepped(run):
            await run.settled()
    except asyncio.CancelledError:
        forget_cancelling()
        await run.cancel()
        return True
    return False


async def _whole(telling: Coroutine[Any, Any, None]) -> bool:
    """Tell to the end, since half of a JSON object is of use to nobody; whether a cancelling came meanwhile."""
    task, cancelled = asyncio.create_task(telling, name="telling"), False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
            cancelled = True
            forget_cancelling()
    task.result()
    return cancelled


def forget_cancelling() -> None:
    """Go on after a cancelling that was answered."""
    current = asyncio.current_task()
    if current is not None:
        current.uncancel()


async def _print(emulator: Emulator, run: Run, *, as_json: bool) -> None:
    if as_json:
        async for piece in run_document(emulator.journal, run.record()):
            sys.stdout.write(piece)
        sys.stdout.flush()
        return
    from emulator.report.table import print_run

    await print_run(_console(), emulator.journal, run.record())


def _broken(run: Run, error: Exception) -> RunRecord:
    """A run whose records cannot be had, for want of room or by a mistake of ours: it claims nothing."""
    told = run.record().error or str(error) or type(error).__name__
    return replace(run.record(), state=RunState.ERROR, verdict=Verdict.INCOMPLETE, error=told)


def _print_alone(record: RunRecord, *, as_json: bool) -> None:
    if as_json:
        put_json({"run": record.to_json()}, line=True)
        return
    from emulator.report.table import verdict_line

    _console().print(verdict_line(record), highlight=False, soft_wrap=True)


def _console() -> Console:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else _WIDTH)


@asynccontextmanager
async def _stepped(run: Run) -> AsyncIterator[None]:
    """Let each Enter move a manual clock to the next due moment; the end of the input moves it to the end."""
    if run.scenario.speed != MANUAL:
        yield
        return
    note("manual: Enter steps to the next due moment, the end of the input (Ctrl-D) plays to the end")
    moves: asyncio.Queue[str] = asyncio.Queue()
    _read_moves(moves)
    task = asyncio.create_task(_move(run, moves), name="steps")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _move(run: Run, moves: asyncio.Queue[str]) -> None:
    while True:
        move = await moves.get()
        await run.ready()
        with contextlib.suppress(ClockError):  # the run has ended meanwhile
            run.advance(to=move)


def _read_moves(moves: asyncio.Queue[str]) -> None:
    """Read stdin in a thread that nobody waits for: a read from a terminal cannot be cancelled.

    It reads past Python's buffers, whose locks the thread would still hold when the process ends.
    """
    loop = asyncio.get_running_loop()

    def put_move(move: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nothing is left to move
            loop.call_soon_threadsafe(moves.put_nowait, move)

    def read() -> None:
        try:
            while typed := os.read(sys.stdin.fileno(), 4096):
                for _ in range(typed.count(b"\n")):
                    put_move("next")
        except (OSError, ValueError):  # there is nothing to read from
            pass
        finally:
            put_move("end")

    threading.Thread(target=read, name="enter", daemon=True).start()
