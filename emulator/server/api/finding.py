"""Finding what an id names, or saying why there is nothing."""

from __future__ import annotations

from emulator.document.place import shortened
from emulator.record import AttemptRecord, DeliveryRecord, RunRecord
from emulator.server.context import Context
from emulator.server.errors import ApiError

_KINDS = {
    "run": "a run",
    "dlv": "a delivery",
    "att": "an attempt",
    "evt": "an event",
    "ntf": "a notification",
    "req": "a request",
    "end": "an endpoint",
}


async def find_run(context: Context, id: str) -> RunRecord:
    """The run as it stands. Raises ApiError 404."""
    running = context.emulator.find(id)
    record = running.record() if running else await context.emulator.journal.run(id)
    if record is None:
        raise unknown("run", id)
    return record


async def find_delivery(context: Context, id: str) -> DeliveryRecord:
    """Raises ApiError 404, or 410 when its run's records had to go."""
    record = await context.emulator.journal.delivery(id)
    if record is None:
        await check_kept(context, run_of(id))
        raise unknown("dlv", id)
    return record


async def find_attempt(context: Context, id: str) -> AttemptRecord:
    """Raises ApiError 404, or 410 when its run's records had to go."""
    record = await context.emulator.journal.attempt(id)
    if record is None:
        raise await no_attempt(context, id)
    return record


async def no_attempt(context: Context, id: str) -> ApiError:
    """Why there is no attempt of this id: 404, or 410 when its run's records had to go."""
    await check_kept(context, run_of(id))
    return unknown("att", id)


async def check_kept(context: Context, run: str | None) -> None:
    """Raise ApiError 410 if the run's records had to go."""
    if run is None or context.emulator.find(run) is not None:
        return
    if await context.emulator.journal.evicted(run):
        told = f"the records of {run} had to make room for newer ones; GET /api/v1/runs/{run} has its verdict"
        raise ApiError(410, told)


def run_of(id: str) -> str | None:
    """The run to which a delivery or attempt of this id would belong."""
    parts = id.split("_", 2)
    return f"run_{parts[1]}" if len(parts) == 3 else None


def unknown(kind: str, id: str) -> ApiError:
    """Why there is nothing of this kind by this id: 404."""
    wanted, given = _KINDS[kind], id.partition("_")[0]
    if given != kind and given in _KINDS:
        told = f"expected the id of {wanted}, which begins with {kind}_, found {shortened(id)!r}"
        return ApiError(404, f"{told}, that of {_KINDS[given]}")
    return ApiError(404, f"there is no {wanted.split()[1]} {shortened(id)!r}")
