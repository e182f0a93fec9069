"""The plans of unfinished runs: kept by a journal that lasts, and only as long as they are of use."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from emulator.journal import Limits, SqliteJournal
from emulator.record import Plan, RunState
from tests.helpers.journals import opened
from tests.helpers.records import attempt, run, settled


def plan(name: str, document: str = "scenario: a") -> Plan:
    return Plan(name, document)


async def test_only_a_journal_that_lasts_keeps_them(journal: SqliteJournal) -> None:
    journal.put(run(), plan("run_1"))
    assert await journal.plans() == ([plan("run_1")] if journal.lasting else [])
    journal.put(settled())
    assert await journal.plans() == []


@pytest.fixture
async def lasting(tmp_path: Path) -> AsyncIterator[SqliteJournal]:
    async with opened("file", tmp_path) as journal:
        yield journal


async def test_they_come_in_the_order_in_which_their_runs_started(lasting: SqliteJournal) -> None:
    lasting.put(run("run_2"), plan("run_2"))
    lasting.put(plan("run_3"), run("run_3"))
    lasting.put(run("run_1"))
    lasting.put(plan("run_1", "\ud83d \0 é"))
    lasting.put(run("run_2"))
    assert await lasting.plans() == [plan("run_2"), plan("run_3"), plan("run_1", "\ud83d \0 é")]


async def test_a_later_form_replaces_the_older_one(lasting: SqliteJournal) -> None:
    lasting.put(run(), plan("run_1"))
    await lasting.flush()
    lasting.put(plan("run_1", "another"))
    assert await lasting.plans() == [plan("run_1", "another")]


@pytest.mark.parametrize("state", [RunState.SETTLED, RunState.CANCELLED, RunState.ERROR])
@pytest.mark.parametrize("between", [False, True], ids=["in one group", "in two groups"])
async def test_it_goes_when_its_run_has_ended_in_whatever_way(
    lasting: SqliteJournal, state: RunState, between: bool
) -> None:
    lasting.put(run("run_1"), plan("run_1"))
    lasting.put(run("run_2"), plan("run_2"))
    if between:
        await lasting.flush()
    lasting.put(run("run_1", state=state))
    assert await lasting.plans() == [plan("run_2")]


async def test_none_is_kept_for_a_run_that_has_ended_or_that_nobody_put(lasting: SqliteJournal) -> None:
    lasting.put(settled("run_1"))
    await lasting.flush()
    lasting.put(plan("run_1"), plan("run_2"))
    assert await lasting.plans() == []


async def test_it_goes_with_its_run_when_that_is_removed(lasting: SqliteJournal) -> None:
    lasting.put(run("run_1"), plan("run_1"), attempt())
    lasting.put(run("run_2"), plan("run_2"))
    await lasting.remove("run_1")
    assert await lasting.plans() == [plan("run_2")]


async def test_an_evicted_run_has_none(tmp_path: Path) -> None:
    async with opened("file", tmp_path, Limits(attempts=1)) as journal:
        journal.put(run("run_1"), plan("run_1"), attempt(1, "run_1"))
        journal.put(settled("run_1"))
        journal.put(run("run_2"), plan("run_2"), attempt(1, "run_2"))
        assert await journal.evicted("run_1")
        journal.put(plan("run_1"))
        assert await journal.plans() == [plan("run_2")]
