"""Journals of every form, and short ways to fill and read them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from emulator.journal import AttemptFilter, Limits, Page, PageOf, SqliteJournal, open_journal
from emulator.record import Record

FORMS = ["file", "temporary", "memory"]
ALL = AttemptFilter()


async def open_form(form: str, folder: Path, limits: Limits | None = None) -> SqliteJournal:
    """A journal of this form. Memory is what remains where no folder can be written."""
    path = folder / "journal.db" if form == "file" else None
    journal = await open_journal(path, limits, folder=folder / "missing" if form == "memory" else folder)
    assert journal.kind == form
    return journal


@asynccontextmanager
async def opened(form: str, folder: Path, limits: Limits | None = None) -> AsyncIterator[SqliteJournal]:
    """The same, closed at the end."""
    journal = await open_form(form, folder, limits)
    try:
        yield journal
    finally:
        await journal.close()


def put(journal: SqliteJournal, *records: Record) -> None:
    """Put each of them."""
    for record in records:
        journal.put(record)


def ids(page: Page[Any]) -> list[str]:
    """The ids on a page."""
    return [item.id for item in page.items]


async def walk(read: Callable[[PageOf], Awaitable[Page[Any]]], page: PageOf | None = None) -> list[str]:
    """The ids on all pages, from this one on."""
    page = page or PageOf()
    found: list[str] = []
    while True:
        part = await read(page)
        assert len(part.items) <= page.limit
        found += ids(part)
        if part.next is None:
            return found
        page = replace(page, after=part.next)


async def walk_attempts(journal: SqliteJournal, limit: int = 100) -> list[str]:
    """The ids of all attempts."""
    return await walk(lambda page: journal.attempts(ALL, page), PageOf(limit=limit))
