"""Progress on stderr while a run waits: a line that is rewritten on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from emulator.duration import plain_seconds
from emulator.emulator import Progress, Run

_LOOK_S = 0.1
_FIRST_S, _QUIET_S = 1.0, 10.0
"""Away from a terminal, so many real seconds pass before the first line, and between two."""


@asynccontextmanager
async def shown(run: Run, *, quiet: bool, label: str = "") -> AsyncIterator[None]:
    """Show the progress of a run until the block ends, behind a label."""
    if quiet:
        yield
        return
    task = asyncio.create_task(_watch(run, label, terminal=sys.stderr.isatty()), name="progress")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _watch(run: Run, label: str, *, terminal: bool) -> None:
    pause = _LOOK_S if terminal else _FIRST_S
    try:
        while True:
            await asyncio.sleep(pause)
            pause = _LOOK_S if terminal else _QUIET_S
            line = f"{label}{progress_line(run.progress())}"
            sys.stderr.write(f"\r\x1b[2K{line}" if terminal else f"{line}\n")
            sys.stderr.flush()
    finally:
        if terminal:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


def progress_line(progress: Progress) -> str:
    """Such as `12 attempts, 1 in flight; next at 180 s, in 42 s`."""
    attempts = progress.counts.attempts
    parts = [f"{attempts:,} {'attempt' if attempts == 1 else 'attempts'}"]
    if progress.in_flight:
        parts.append(f"{progress.in_flight:,} in flight")
    line = ", ".join(parts)
    if progress.next_us is None:
        return line
    left = "" if not progress.wait_ns else f", in {plain_seconds(progress.wait_ns // 1_000, 0)} s"
    return f"{line}; now {plain_seconds(progress.now_us, 0)} s, next at {plain_seconds(progress.next_us)} s{left}"
