"""The memory of the process does not grow with what is recorded."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from emulator.journal import PageOf, SqliteJournal, open_journal
from tests.helpers.journals import ALL
from tests.helpers.records import attempt, delivery


async def _record(journal: SqliteJournal, numbers: range) -> None:
    for number in numbers:
        journal.put(delivery(number))
        journal.put(attempt(number, body=b"x" * 600))
        if journal.crowded:
            await journal.flush()
    await journal.flush()


async def test_it_does_not_grow_with_attempts(tmp_path: Path) -> None:
    journal = await open_journal(None, folder=tmp_path)
    await _record(journal, range(1_000))
    tracemalloc.start()
    try:
        await _record(journal, range(1_000, 2_000))
        before, _ = tracemalloc.get_traced_memory()
        await _record(journal, range(2_000, 8_000))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 1_000_000  # of 9 MB recorded; the last group may still be on its way out
    await journal.close()


async def test_reading_all_of_it_holds_one_page_at_a_time(tmp_path: Path) -> None:
    journal = await open_journal(None, folder=tmp_path)
    await _record(journal, range(5_000))
    tracemalloc.start()
    try:
        page, seen = PageOf(limit=100), 0
        while True:
            part = await journal.attempts(ALL, page)
            seen += len(part.items)
            if part.next is None:
                break
            page = PageOf(limit=100, after=part.next)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seen == 5_000
    assert peak < 2_000_000
    await journal.close()
