"""The real command line as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command came to."""

    code: int
    out: str
    messages: str

    @property
    def runs(self) -> list[dict[str, Any]]:
        """The runs that `play --json` printed."""
        return [json.loads(line) for line in self.out.splitlines()]


def environment(**more: str) -> dict[str, str]:
    """Ours without settings of the emulator's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WEBHOOK_EMULATOR_")}
    return kept | {"COLUMNS": "200", "NO_COLOR": "1"} | more


@asynccontextmanager
async def started(*words: str | Path, **env: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command while it runs; it is killed if it still does when the block ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "emulator", *map(str, words)),
        env=environment(**env),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=1 << 24,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def finished(process: asyncio.subprocess.Process, stdin: bytes = b"") -> Finished:
    """Wait for its end."""
    out, messages = await process.communicate(stdin if process.stdin else None)
    assert process.returncode is not None
    return Finished(process.returncode, out.decode(), messages.decode())


async def command(*words: str | Path, stdin: bytes = b"", **env: str) -> Finished:
    """Run it to its end."""
    async with started(*words, **env) as process:
        return await finished(process, stdin)


_MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(done.returncode)
"""


async def measured(*words: str | Path) -> tuple[Finished, int]:
    """Run it to its end in a process that has no other child; what it came to, and its largest size in KiB."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _MEASURED, sys.executable, "-m", "emulator", *map(str, words)),
        env=environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    done = await finished(process)
    return done, int(done.messages.splitlines()[-1])
