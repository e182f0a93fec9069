"""Every form of the journal tells whether it still stores and reads where it should."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from emulator.errors import JournalError
from emulator.journal import SqliteJournal
from emulator.journal.group import Job
from tests.helpers.journals import open_form, opened
from tests.helpers.records import attempt, run


async def test_a_healthy_journal_has_nothing_to_tell(journal: SqliteJournal) -> None:
    await journal.check()
    journal.put(run(), attempt())
    await asyncio.gather(journal.check(), journal.check())
    await journal.flush()
    await journal.check()


async def test_a_journal_that_could_not_store_tells_why(form: str, tmp_path: Path) -> None:
    journal = await open_form(form, tmp_path)
    journal.put(attempt(number=1 << 70))
    with pytest.raises(JournalError, match="cannot record any more"):
        await journal.flush()
    with pytest.raises(JournalError, match="cannot record any more"):
        await journal.check()
    with pytest.raises(JournalError):
        await journal.close()


async def test_a_closed_journal_is_not_healthy(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path) as journal:
        pass
    with pytest.raises(JournalError, match="is closed"):
        await journal.check()


async def test_what_cannot_be_read_is_told(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path) as journal:
        dropped = threading.Event()

        def drop(connection: sqlite3.Connection) -> None:
            connection.execute("DROP TABLE runs")
            dropped.set()

        journal._writer.put_urgently(Job(drop))  # noqa: SLF001
        assert await asyncio.to_thread(dropped.wait, 30)
        with pytest.raises(JournalError, match=r"cannot read the .*journal.*: no such table: runs"):
            await journal.check()


posix = pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be taken away there")


@posix
async def test_a_file_that_was_removed(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with opened("file", tmp_path) as journal:
        path.unlink()
        with pytest.raises(JournalError) as told:
            await journal.check()
        assert str(told.value) == f"the journal {path} is gone: No such file or directory"


@posix
async def test_another_file_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with opened("file", tmp_path) as journal:
        shutil.copy(path, tmp_path / "copy")
        (tmp_path / "copy").replace(path)
        with pytest.raises(JournalError) as told:
            await journal.check()
        assert str(told.value) == f"the journal {path} is gone: another file has taken its place"


@posix
async def test_a_file_that_came_back(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with opened("file", tmp_path) as journal:
        path.rename(tmp_path / "away")
        with pytest.raises(JournalError, match="is gone"):
            await journal.check()
        (tmp_path / "away").rename(path)
        await journal.check()
