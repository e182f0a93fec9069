"""Our server over a journal without limits, for more attempts than `serve` would keep: its routes, and nothing else."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from emulator.emulator import Emulator
from emulator.journal import Limits, open_journal
from emulator.sender.http import HttpSender
from emulator.server.app import application
from emulator.server.catalog import Catalog
from emulator.server.context import Context
from emulator.server.settings import Settings
from tests.bench.bare import listen
from tests.bench.loop import new_event_loop


async def _main(path: Path) -> None:
    journal = await open_journal(path, Limits(attempts=None, size=None))
    async with Emulator(journal, HttpSender()) as emulator:
        catalog = Catalog(None, {})
        catalog.load()
        await listen(
            application(Context(emulator=emulator, catalog=catalog, settings=Settings(), environment={}))
        )


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_main(Path(sys.argv[1])))
