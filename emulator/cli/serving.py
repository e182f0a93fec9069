"""Serving until a signal comes: the effects behind `serve`. Importing this brings aiohttp."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable, Mapping

from emulator import __version__
from emulator.cli.engine import event_loop_factory
from emulator.cli.interrupts import interrupts
from emulator.cli.output import put, put_json
from emulator.server.connection import MOST_CONNECTIONS, Limits
from emulator.server.descriptors import most_descriptors
from emulator.server.lines import Lines
from emulator.server.log import Log, libraries_logged
from emulator.server.serving import serving
from emulator.server.settings import Settings

_STDERR = 2


def serve_until_stopped(
    settings: Settings, environment: Mapping[str, str], doubts: Iterable[tuple[str, str]]
) -> None:
    """Serve until Ctrl-C or SIGTERM. `doubts` are variables, each with a warning. Raises what `serving` raises."""
    lines = Lines(_STDERR)
    log = Log(lines, settings.log_format)
    for variable, told in doubts:
        log.warning("doubtful setting", variable=variable, message=told)
    try:
        with libraries_logged(log), asyncio.Runner(loop_factory=event_loop_factory()) as runner:
            runner.run(_serve(settings, environment, log))
    finally:
        lines.close()


async def _serve(settings: Settings, environment: Mapping[str, str], log: Log) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    descriptors = most_descriptors()
    limits = Limits(connections=min(MOST_CONNECTIONS, descriptors // 2), targets=max(16, descriptors // 3))
    with interrupts.answered(lambda: loop.call_soon_threadsafe(stop.set)):
        async with serving(settings, environment, log, limits) as server:
            if settings.log_format == "json":
                put_json({"event": "ready", "url": server.url, "version": __version__}, line=True)
            else:
                put(f"ready on {server.url}")
            gc.freeze()
            gc.enable()
            server.play()
            await stop.wait()
        log.info("stopped")
