"""Secrets of unfinished runs are in the journal's files; once no run goes on, they are nowhere in them."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.journal import SqliteJournal, open_journal
from emulator.record import Plan
from tests.helpers.journals import opened
from tests.helpers.records import attempt, delivery, run, settled

SECRET = "whsec_dGhlIHNlY3JldA"


def shown(folder: Path) -> set[str]:
    """The names of the files in which the secret stands."""
    return {file.name for file in folder.iterdir() if SECRET.encode() in file.read_bytes()}


async def concealed(folder: Path) -> None:
    while shown(folder):  # noqa: ASYNC110 - that it goes is all that there is to be seen
        await asyncio.sleep(0.01)


def start(journal: SqliteJournal, name: str, size: int = 0) -> None:
    journal.put(run(name), Plan(name, f"{'x' * size}\nsecret: {SECRET}\n{'y' * size}"))


async def test_the_secret_of_a_run_is_gone_after_its_end(tmp_path: Path) -> None:
    async with opened("file", tmp_path) as journal:
        start(journal, "run_1")
        await journal.flush()
        assert shown(tmp_path)
        journal.put(settled("run_1"))
        await concealed(tmp_path)
        start(journal, "run_2")
        await journal.flush()
        assert shown(tmp_path)
        await journal.remove("run_2")
        await concealed(tmp_path)


async def test_so_are_those_of_many_runs_that_end_in_any_order(tmp_path: Path) -> None:
    chance = random.Random(7)
    async with opened("file", tmp_path) as journal:
        for number in range(300):
            name = f"run_{number}"
            start(journal, name, chance.choice((0, 50, 900, 5_000, 40_000)))
            journal.put(attempt(1, name), delivery(1, name))
            if number % 7 == 0:
                await journal.flush()
        names = [f"run_{number}" for number in range(300)]
        chance.shuffle(names)
        for count, name in enumerate(names):
            journal.put(settled(name))
            if count % 5 == 0:
                await journal.flush()
        await concealed(tmp_path)


async def test_a_reader_in_the_way_holds_up_nobody_and_is_waited_for(tmp_path: Path) -> None:
    async with opened("file", tmp_path) as journal:
        start(journal, "run_1")
        await journal.flush()
        with contextlib.closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as person:
            person.execute("BEGIN")
            person.execute("SELECT * FROM runs").fetchall()
            journal.put(settled("run_1"))
            await journal.flush()
            while journal._writer._inbox._asleep:  # noqa: ASYNC110, SLF001 - until it has tried in vain
                await asyncio.sleep(0)
            journal.put(attempt())
            await asyncio.wait_for(journal.flush(), 2)
            assert shown(tmp_path)
            person.execute("COMMIT")
            await concealed(tmp_path)


async def test_a_journal_that_is_closed_in_time_conceals_what_a_reader_keeps_open(tmp_path: Path) -> None:
    journal = await open_journal(tmp_path / "journal.db")
    start(journal, "run_1")
    await journal.flush()
    with contextlib.closing(sqlite3.connect(tmp_path / "journal.db")) as person:
        person.execute("SELECT * FROM runs").fetchall()
        journal.put(settled("run_1"))
        await journal.close()
        assert shown(tmp_path) == set()


ENDS = """
import asyncio, os, pathlib, sys
from emulator.journal import open_journal
from emulator.record import Plan
from tests.helpers.records import run, settled

async def end():
    journal = await open_journal(pathlib.Path(sys.argv[1]))
    journal.put(run(), Plan("run_1", sys.argv[2]))
    await journal.flush()
    journal.put(settled())
    await journal.flush()
    os.kill(os.getpid(), 9)

asyncio.run(end())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
async def test_what_a_killed_process_left_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ENDS, str(tmp_path / "journal.db"), SECRET]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL  # noqa: ASYNC221
    assert shown(tmp_path)
    async with opened("file", tmp_path):
        await concealed(tmp_path)
