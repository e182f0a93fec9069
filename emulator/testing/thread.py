"""An emulator inside the process of the tests: the real server, on an event loop of its own, in a thread."""

from __future__ import annotations

import asyncio
import logging
import os
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from emulator.cli.environment import Environment
from emulator.server.log import Log
from emulator.server.serving import serving
from emulator.server.settings import Settings

_LOGGER = logging.getLogger("emulator.testing")


class EmulatorThread:
    """The emulator while this is open, on a free port of 127.0.0.1, at `url`. Its records go with it.

    `scenarios` is a folder of scenario files, as `serve --scenarios` takes it. What `${VAR}` and the secrets of
    providers are is looked up in this process's environment when a run begins. The server's log goes, as DEBUG, to the
    logger `emulator.testing`.
    """

    url: str

    def __init__(self, *, scenarios: Path | None = None) -> None:
        self._settings = Settings(port=0, scenarios=scenarios)
        self._ready: Future[str] = Future()
        self._ended: Future[None] = Future()
        self._thread = Thread(target=self._run, name="webhook-emulator", daemon=True)

    def start(self) -> None:
        """Start, and wait until the server answers. Raises InvalidInput with all problems of the scenario files."""
        self._thread.start()
        self.url = self._ready.result()

    def stop(self) -> None:
        """Give attempts in flight two seconds, cancel all runs, and close the server."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._ended.result()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            (self._ended if self._ready.done() else self._ready).set_exception(error)
        else:
            self._ended.set_result(None)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with serving(self._settings, Environment(os.environ), Log(_Debug())) as server:
            self._ready.set_result(server.url)
            await self._stop.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Debug:
    """Lines of the server's log, for those who ask for them."""

    def put(self, line: str) -> None:
        _LOGGER.debug(line)

    def dropped(self) -> int:
        return 0
