"""What was flushed is there again, however the process ended."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.journal import AttemptFilter, PageOf, open_journal
from emulator.record import DeliveryState
from tests.helpers.journals import put, walk_attempts
from tests.helpers.records import attempt, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")

WRITES = """
import asyncio, itertools, pathlib, random, sys
from emulator.journal import Limits, open_journal
from emulator.record import DeliveryState
from tests.helpers.records import attempt, delivery, run

async def write(path, chance):
    journal = await open_journal(path)
    journal.put(run())
    number = int(sys.argv[3])
    while True:
        for _ in range(chance.choice((1, 1, 3, 50, 600))):
            journal.put(delivery(number))
            done = delivery(number, state=DeliveryState.DELIVERED, attempts=1)
            journal.put(attempt(number, body=b"x" * chance.randrange(3_000)), done)
            number += 1
        await journal.flush()
        print(number, flush=True)

asyncio.run(write(pathlib.Path(sys.argv[1]), random.Random(int(sys.argv[2]))))
"""


def killed(path: Path, first: int, chance: random.Random) -> int:
    """Have a process write from the attempt of this number on, and kill it. Returns how many it had flushed."""
    command = [sys.executable, "-c", WRITES, str(path), str(chance.randrange(10**6)), str(first)]
    flushed = first
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(chance.randrange(1, 12)):
            flushed = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
    complete = [line for line in rest.splitlines(keepends=True) if line.endswith("\\n")]
    return int(complete[-1]) if complete else flushed


async def _kill_again_and_again(path: Path, times: int) -> None:
    chance = random.Random()
    first = 0
    for _ in range(times):
        flushed = killed(path, first, chance)
        journal = await open_journal(path)
        found = await walk_attempts(journal, limit=1_000)
        assert found == [f"att_1_{number}_1" for number in range(len(found))]
        assert len(found) >= flushed > first
        await _all_whole(journal, len(found))
        first = len(found)
        await journal.close()


async def _all_whole(journal, many: int) -> None:
    """No attempt without its delivery, and none delivered without its attempt: they were put with one call."""
    page = await journal.deliveries("run_1", PageOf(limit=1_000_000))
    done = [each.id for each in page.items if each.state is DeliveryState.DELIVERED]
    assert done == [f"dlv_1_{number}" for number in range(many)]
    assert await journal.run("run_1") == run()
    assert await journal.count(AttemptFilter(run="run_1")) == many


async def test_what_was_flushed_survives_a_kill(tmp_path: Path) -> None:
    await _kill_again_and_again(tmp_path / "journal.db", 5)


@pytest.mark.slow
async def test_what_was_flushed_survives_many_kills(tmp_path: Path) -> None:
    await _kill_again_and_again(tmp_path / "journal.db", 60)


DIES = """
import asyncio, os, pathlib, sys
from emulator.journal import open_journal
from tests.helpers.records import attempt

async def die():
    journal = await open_journal(None, folder=pathlib.Path(sys.argv[1]))
    assert journal.kind == "temporary"
    for number in range(3_000):
        journal.put(attempt(number))
    await journal.flush()
    os.kill(os.getpid(), 9)

asyncio.run(die())
"""


def test_a_temporary_journal_leaves_nothing_even_when_killed(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], check=False)
    assert list(tmp_path.iterdir()) == []


FULL = """
import asyncio, pathlib, resource, sys
from emulator.errors import JournalError
from emulator.journal import open_journal
from tests.helpers.records import attempt

async def fill(path):
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    journal = await open_journal(path)
    try:
        for number in range(10_000):
            journal.put(attempt(number))
            if number % 10 == 9:
                await journal.flush()
                print(number + 1, flush=True)
    except JournalError as error:
        print(error)
    assert (await journal.attempt("att_1_0_1")) == attempt(0)
    try:
        await journal.close()
    except JournalError as error:
        print(error)

asyncio.run(fill(pathlib.Path(sys.argv[1])))
"""


async def test_what_was_flushed_survives_a_disk_that_takes_no_more(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    done = subprocess.run(  # noqa: ASYNC221
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    *flushed, failed, closed = done.stdout.splitlines()
    assert failed == closed
    assert failed.startswith(f"the journal {path} cannot record any more: ")
    journal = await open_journal(path)
    found = await walk_attempts(journal, limit=1_000)
    assert found == [f"att_1_{number}_1" for number in range(len(found))]
    assert len(found) >= int(flushed[-1])
    put(journal, attempt(99_999))
    await journal.close()
