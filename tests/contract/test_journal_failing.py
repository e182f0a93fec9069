"""Every form of the journal when it cannot store any more."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from emulator.errors import JournalError
from emulator.journal import SqliteJournal
from emulator.journal.group import Job
from tests.helpers.journals import ALL, open_form, put, walk_attempts
from tests.helpers.records import attempt, run


async def _put_without_end(journal: SqliteJournal) -> None:
    for number in itertools.count(100):
        journal.put(attempt(number))
        await asyncio.sleep(0)


async def _fill(journal: SqliteJournal) -> list[str]:
    """Let the disk be full, and put until the journal refuses. Returns the ids of what was flushed before."""
    put(journal, run(), *(attempt(number) for number in range(100)))
    await journal.flush()

    def full(connection: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]  # clipped to what is used

    journal._writer.put_urgently(Job(full))  # noqa: SLF001 - there is no other way to fill a disk in a test
    with pytest.raises(JournalError, match="cannot record any more: database or disk is full"):
        await _put_without_end(journal)
    return [f"att_1_{number}_1" for number in range(100)]


async def test_a_full_disk_refuses_what_comes_and_keeps_what_was_stored(form: str, tmp_path: Path) -> None:
    journal = await open_form(form, tmp_path)
    flushed = await _fill(journal)
    with pytest.raises(JournalError, match="disk is full"):
        await journal.flush()
    with pytest.raises(JournalError, match="disk is full"):
        await journal.remove("run_1")
    with pytest.raises(JournalError, match="disk is full"):
        await journal.check()
    assert (await walk_attempts(journal))[:100] == flushed
    assert await journal.run("run_1") == run()
    with pytest.raises(JournalError, match="disk is full"):
        await journal.close()
    if form == "file":
        again = await open_form(form, tmp_path)
        assert (await walk_attempts(again))[:100] == flushed
        await again.close()


async def test_those_who_wait_when_storing_fails_are_told(form: str, tmp_path: Path) -> None:
    journal = await open_form(form, tmp_path)
    journal.put(attempt(number=1 << 70))
    waiting = [asyncio.create_task(journal.flush()), asyncio.create_task(journal.remove("run_1"))]
    reading = asyncio.create_task(journal.count(ALL))
    for task in waiting:
        with pytest.raises(JournalError, match="cannot record any more"):
            await task
    assert await reading == 0
    with pytest.raises(JournalError):
        await journal.close()
