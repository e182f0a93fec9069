"""Every form of the journal: what goes when there is too much, and what is removed."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from emulator.journal import AttemptFilter, Limits, NotificationFilter, PageOf, RequestFilter, SqliteJournal
from emulator.record import (
    Counts,
    RunState,
    Verdict,
)
from tests.helpers.journals import ALL, ids, opened, put, walk
from tests.helpers.records import attempt, delivery, notification, request, run, settled


async def test_the_oldest_ended_run_goes_as_a_whole_and_its_verdict_stays(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path, Limits(attempts=6)) as journal:
        put(journal, run("run_0"), attempt(1, "run_0"))
        for name in ("run_1", "run_2"):
            put(
                journal,
                run(name),
                *(attempt(n, name) for n in (1, 2)),
                delivery(1, name),
                notification(1, name),
            )
            journal.put(settled(name))
        assert not await journal.evicted("run_1")
        put(journal, run("run_3"), attempt(1, "run_3"), attempt(2, "run_3"))
        assert await journal.evicted("run_1")
        assert await journal.run("run_1") == settled("run_1")
        assert ids(await journal.runs(PageOf())) == ["run_0", "run_1", "run_2", "run_3"]
        assert ids(await journal.deliveries("run_1", PageOf())) == []
        assert ids(await journal.notifications(NotificationFilter(run="run_1"), PageOf())) == []
        assert await journal.attempt("att_1_1_1") is None
        assert await journal.delivery("dlv_1_1") is None
        assert await journal.count(ALL) == 5
        assert not await journal.evicted("run_0")
        assert not await journal.evicted("run_2")
        assert await journal.run("run_0") == run("run_0")


async def test_requests_count_and_those_of_ended_runs_go_first(form: str, tmp_path: Path) -> None:
    lost: list[tuple[str, int]] = []
    async with opened(form, tmp_path, Limits(size=40_000)) as journal:
        journal.on_lost(lambda *what: lost.append(what))
        put(journal, run("run_1"), request(1, "run_1", body=b"x" * 6_000), settled("run_1"))
        put(journal, run("run_2"), *(request(n, "run_2", body=b"x" * 6_000) for n in (1, 2, 3)))
        await journal.flush()
        assert not await journal.evicted("run_1")
        put(journal, request(4, "run_2", body=b"x" * 6_000))
        await journal.flush()
        assert await journal.evicted("run_1")
        assert lost == []
        assert (await journal.standing("run_1", ())).lost_requests == 1
        assert (await journal.standing("run_2", ())).lost_requests == 0
        put(journal, request(5, "run_2", body=b"x" * 6_000), attempt(1, "run_2"))
        await journal.flush()
        assert ids(await journal.requests(RequestFilter(), PageOf())) == [f"req_2_{n}" for n in (2, 3, 4, 5)]
        assert lost == [("run_2", 1)]
        standing = await journal.standing("run_2", ())
        assert (standing.lost, standing.lost_requests) == (0, 1)
        found = await journal.run("run_2")
        assert found is not None
        assert found.counts.lost == 1
    if form == "file":
        async with opened(form, tmp_path, Limits(size=20_000)) as journal:
            put(journal, attempt(2, "run_2"))
            await journal.flush()
            assert ids(await journal.requests(RequestFilter(), PageOf())) == ["req_2_4", "req_2_5"]


@pytest.mark.parametrize("state", [RunState.SETTLED, RunState.CANCELLED, RunState.ERROR])
async def test_whatever_way_a_run_ended_it_goes_before_a_running_one(
    form: str, tmp_path: Path, state: RunState
) -> None:
    lost: list[tuple[str, int]] = []
    async with opened(form, tmp_path, Limits(attempts=2)) as journal:
        journal.on_lost(lambda *what: lost.append(what))
        put(
            journal,
            run("run_1"),
            attempt(1, "run_1"),
            run("run_2"),
            attempt(1, "run_2"),
            run("run_2", state=state),
        )
        put(journal, attempt(2, "run_1"))
        await journal.flush()
        assert await journal.evicted("run_2")
        assert await journal.count(AttemptFilter(run="run_1")) == 2
        assert lost == []


async def test_running_runs_lose_their_oldest_attempts_last_and_are_told(form: str, tmp_path: Path) -> None:
    lost: list[tuple[str, int, bool]] = []
    here = threading.get_ident()
    async with opened(form, tmp_path, Limits(attempts=3)) as journal:
        journal.on_lost(lambda name, many: lost.append((name, many, threading.get_ident() == here)))
        put(journal, run("run_1"), run("run_2"))
        for number in range(1, 4):
            put(journal, attempt(number, "run_1"), attempt(number, "run_2"))
        await journal.flush()
        await asyncio.sleep(0)
        assert sorted(lost) == [("run_1", 2, True), ("run_2", 1, True)]
        assert ids(await journal.attempts(ALL, PageOf())) == ["att_2_2_1", "att_1_3_1", "att_2_3_1"]
        assert not await journal.evicted("run_1")
        kept = await journal.run("run_1")
        assert kept is not None
        assert kept.counts.lost == 2


async def test_a_loss_is_known_before_the_flush_that_caused_it_returns(form: str, tmp_path: Path) -> None:
    lost: list[str] = []
    async with opened(form, tmp_path, Limits(attempts=1)) as journal:
        journal.on_lost(lambda name, _: lost.append(name))
        put(journal, run(), attempt(1), attempt(2))
        await journal.flush()
        assert lost == ["run_1"]


async def test_a_loss_once_counted_is_not_forgotten_by_a_later_form_of_the_run(
    form: str, tmp_path: Path
) -> None:
    async with opened(form, tmp_path, Limits(attempts=1)) as journal:
        put(journal, run(), attempt(1), attempt(2))
        await journal.flush()
        put(journal, settled(counts=Counts(attempts=2)))
        kept = await journal.run("run_1")
        assert kept is not None
        assert kept.counts == Counts(attempts=2, lost=1)
        put(journal, settled(counts=Counts(attempts=2, lost=4)))
        assert await journal.run("run_1") == settled(counts=Counts(attempts=2, lost=4))


async def test_all_attempts_of_an_evicted_run_are_lost(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path, Limits(attempts=2)) as journal:
        ended = settled("run_1", counts=Counts(events=1, attempts=3, delivered=1))
        put(journal, run("run_1"), *(attempt(n, "run_1") for n in range(3)), ended)
        put(journal, run("run_2"), *(attempt(n, "run_2") for n in range(2)))
        told = settled("run_1", counts=Counts(events=1, attempts=3, delivered=1, lost=3))
        assert await journal.run("run_1") == told
        assert (await journal.runs(PageOf())).items == [told, run("run_2")]


async def test_bytes_are_limited_too(form: str, tmp_path: Path) -> None:
    lost: list[int] = []
    async with opened(form, tmp_path, Limits(attempts=None, size=100_000)) as journal:
        journal.on_lost(lambda _, many: lost.append(many))
        put(journal, run("run_1"), attempt(1, "run_1", body=b"x" * 40_000), settled("run_1"))
        put(journal, run("run_2"), attempt(1, "run_2", body=b"x" * 40_000))
        assert not await journal.evicted("run_1")
        put(journal, attempt(2, "run_2", body=b"x" * 40_000))
        assert await journal.evicted("run_1")
        assert await journal.count(ALL) == 2
        assert lost == []
        put(journal, attempt(3, "run_2", body=b"x" * 200_000))
        assert await journal.count(ALL) == 0
        assert sum(lost) == 3


async def test_an_evicted_run_keeps_nothing_that_comes_late(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path, Limits(attempts=1)) as journal:
        put(journal, run("run_1"), attempt(1, "run_1"), settled("run_1"), run("run_2"), attempt(1, "run_2"))
        assert await journal.evicted("run_1")
        put(journal, attempt(2, "run_1"), delivery(2, "run_1"), settled("run_1", verdict=Verdict.FAILED))
        await journal.flush()
        assert ids(await journal.attempts(ALL, PageOf())) == ["att_2_1_1"]
        assert await journal.delivery("dlv_1_2") is None
        assert await journal.evicted("run_1")
        assert await journal.run("run_1") == settled("run_1", verdict=Verdict.FAILED)


async def test_many_runs_over_a_small_limit(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path, Limits(attempts=50)) as journal:
        for number in range(300):
            name = f"run_{number}"
            put(journal, run(name), *(attempt(n, name) for n in range(10)), settled(name))
            if journal.crowded:
                await journal.flush()
        await journal.flush()
        while await journal.count(ALL) > 50:
            journal.put(settled("run_299"))
            await journal.flush()
        assert [name for name in range(300) if not await journal.evicted(f"run_{name}")] == [
            295,
            296,
            297,
            298,
            299,
        ]
        assert len(await walk(journal.runs)) == 300


async def test_a_big_run_is_evicted_part_by_part(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path, Limits(attempts=10_000)) as journal:
        put(journal, run("run_1"), *(attempt(n, "run_1") for n in range(9_990)), settled("run_1"))
        put(journal, run("run_2"), *(attempt(n, "run_2") for n in range(20)))
        assert await journal.evicted("run_1")
        while await journal.count(ALL) > 20:
            put(journal, run("run_2"))
            await journal.flush()
        assert await journal.count(AttemptFilter(run="run_2")) == 20


async def test_a_removed_run_is_forgotten_and_the_others_are_not(journal: SqliteJournal) -> None:
    for name in ("run_1", "run_2"):
        put(
            journal,
            run(name, labels={"team": "a"}),
            delivery(1, name),
            attempt(1, name),
            notification(1, name),
        )
    await journal.remove("run_1")
    assert await journal.run("run_1") is None
    assert await journal.delivery("dlv_1_1") is None
    assert await journal.attempt("att_1_1_1") is None
    assert ids(await journal.deliveries("run_1", PageOf())) == []
    assert ids(await journal.notifications(NotificationFilter(), PageOf())) == ["ntf_2_1"]
    assert ids(await journal.runs(PageOf(), (("team", "a"),))) == ["run_2"]
    assert ids(await journal.attempts(AttemptFilter(labels=(("team", "a"),)), PageOf())) == ["att_2_1_1"]
    assert not await journal.evicted("run_1")


async def test_a_big_run_is_removed_whole(journal: SqliteJournal) -> None:
    put(
        journal,
        run(),
        *(delivery(n) for n in range(6_000)),
        *(attempt(n) for n in range(6_000)),
        attempt(1, "run_2"),
    )
    await journal.remove("run_1")
    assert await journal.count(ALL) == 1
    assert ids(await journal.deliveries("run_1", PageOf())) == []


async def test_removing_what_is_unknown_evicted_or_removed_already(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path, Limits(attempts=1)) as journal:
        await journal.remove("run_x")
        put(journal, run("run_1"), attempt(1, "run_1"), settled("run_1"), run("run_2"), attempt(1, "run_2"))
        assert await journal.evicted("run_1")
        await asyncio.gather(journal.remove("run_1"), journal.remove("run_1"), journal.remove("run_x"))
        await journal.remove("run_1")
        assert not await journal.evicted("run_1")
        assert await journal.run("run_1") is None


async def test_a_run_may_come_again_after_its_removal(journal: SqliteJournal) -> None:
    put(journal, run(), attempt(1))
    await journal.remove("run_1")
    put(journal, run(), attempt(2))
    assert ids(await journal.attempts(AttemptFilter(run="run_1"), PageOf())) == ["att_1_2_1"]
    assert await journal.run("run_1") == run()


async def test_a_cursor_outlives_the_record_it_stands_behind(journal: SqliteJournal) -> None:
    put(journal, attempt(1, "run_1"), attempt(1, "run_2"), attempt(2, "run_2"))
    cursor = (await journal.attempts(ALL, PageOf(limit=2))).next
    await journal.remove("run_2")
    put(journal, attempt(3, "run_3"))
    assert ids(await journal.attempts(ALL, PageOf(after=cursor))) == ["att_3_3_1"]
