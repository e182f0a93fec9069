"""Registered endpoints: kept by a journal that lasts, in order and in their last form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.endpoint import Endpoint, Source, Unregistered
from emulator.journal import SqliteJournal
from tests.helpers.journals import opened


def endpoint(id: str, secret: str = "key") -> Endpoint:
    return Endpoint(
        id=id, provider="entuitive", url="http://localhost/", secret=secret, created_wall=1, source=Source.API
    )


@pytest.fixture
async def lasting(tmp_path: Path) -> AsyncIterator[SqliteJournal]:
    async with opened("file", tmp_path) as journal:
        yield journal


async def test_only_a_journal_that_lasts_keeps_them(journal: SqliteJournal) -> None:
    journal.put(endpoint("end_1"))
    assert await journal.endpoints() == ([endpoint("end_1")] if journal.lasting else [])
    journal.put(Unregistered("end_1"), Unregistered("end_2"))
    assert await journal.endpoints() == []


@pytest.mark.parametrize("between", [False, True], ids=["in one group", "in two groups"])
async def test_the_last_form_counts_and_the_order_stays(lasting: SqliteJournal, between: bool) -> None:
    rotated = replace(endpoint("end_2"), types=("a",), description="\ud83d \0 é").rotated("new", until=9)
    lasting.put(endpoint("end_2"), endpoint("end_1"), endpoint("end_3"))
    if between:
        await lasting.flush()
    lasting.put(rotated, Unregistered("end_3"))
    assert await lasting.endpoints() == [rotated, endpoint("end_1")]


async def test_one_that_is_removed_and_made_again_in_one_group_stays(lasting: SqliteJournal) -> None:
    lasting.put(endpoint("end_1"), Unregistered("end_1"), endpoint("end_1", "another"))
    assert await lasting.endpoints() == [endpoint("end_1", "another")]
