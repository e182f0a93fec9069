"""The beginning of runs, whatever asks for one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from emulator.emulator import Run
from emulator.errors import JournalError
from emulator.record import RunRecord
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import UNSET, Overrides
from emulator.server.answer import Answer, json_answer
from emulator.server.call import Call
from emulator.server.context import Context
from emulator.server.errors import ApiError
from emulator.server.limits import AGAIN, LARGE_BYTES, MOST_RUNNING

_LOGGER = logging.getLogger("emulator.server")


async def started(call: Call, load: Callable[[Overrides], Scenario], *, big: bool) -> Answer:
    """Load a scenario and begin a run of it; answered when it has arrived, if the call waits for that."""
    context, wait_us = call.context, call.query.get("wait", 0)
    if not wait_us:
        return _created((await _begin(call, load, big=big)).record())
    with context.waiting.place():
        run = await _begin(call, load, big=big)
        await arrived(context, run, wait_us)
    return _created(await durable(context, run))


async def durable(context: Context, run: Run) -> RunRecord:
    """The run as it stands, when that is stored: what is answered here is never taken back by a restart."""
    journal = context.emulator.journal
    if journal.lasting or not run.running:
        with contextlib.suppress(JournalError):  # the run's own record tells
            await journal.flush()
    return run.record()


async def arrived(context: Context, run: Run, wait_us: int) -> None:
    """Wait until a run has settled, or its manual clock is ready. Raises JournalError if it cannot be recorded."""
    rests = run.open or run.scenario.speed.kind == "manual"
    await context.waiting.until(run.ready if rests else partial(asyncio.wait, [run.task]), wait_us)
    if run.task.done() and not run.task.cancelled() and isinstance(run.task.exception(), JournalError):
        await run.settled()


async def _begin(call: Call, load: Callable[[Overrides], Scenario], *, big: bool) -> Run:
    context, overrides = call.context, _overrides(call)
    _check_room(context)
    if context.emulator.journal.lasting:
        await context.emulator.journal.check()
    if big:
        scenario = await context.in_thread(partial(load, overrides), large=call.size > LARGE_BYTES)
    else:
        scenario = load(overrides)
    _check_room(context)
    run = context.emulator.start(scenario, labels=overrides.labels)
    for warning in scenario.warnings:
        _LOGGER.warning(warning, extra={"fields": {"run": run.id}})
    if context.emulator.journal.lasting:
        await context.emulator.journal.flush()
    return run


def _check_room(context: Context) -> None:
    if context.closing.is_set():
        raise ApiError(503, "the server is stopping")
    if context.emulator.running >= MOST_RUNNING:
        raise ApiError(429, f"{MOST_RUNNING} runs are running already", headers=AGAIN)


def _overrides(call: Call) -> Overrides:
    """What the body says in place of the scenario, and the server where neither says anything."""
    body: Mapping[str, Any] = call.body
    return Overrides(
        target=body.get("target"),
        secret=body.get("secret", UNSET),
        speed=body.get("speed"),
        start=body.get("start"),
        seed=body.get("seed"),
        variables=body.get("variables") or {},
        labels=body.get("labels") or {},
        endpoints=call.context.emulator.endpoints.active(),
        fallback_target=call.context.settings.target,
        fallback_speed=call.context.settings.speed,
    )


def _created(run: RunRecord) -> Answer:
    return json_answer(run.to_json(), 201, {"Location": f"/api/v1/runs/{run.id}"})
