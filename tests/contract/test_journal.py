"""Every form of the journal: order, reading what was put, replacing, waiting and closing."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from emulator.errors import JournalError
from emulator.journal import NotificationFilter, Page, PageOf, SqliteJournal
from emulator.record import (
    Counts,
    DeliveryState,
)
from tests.helpers.journals import ALL, ids, opened, put
from tests.helpers.records import attempt, delivery, notification, run, settled


async def test_attempts_come_in_the_order_of_putting(journal: SqliteJournal) -> None:
    put(journal, *(attempt(number) for number in (5, 3, 9, 1)))
    page = await journal.attempts(ALL, PageOf())
    assert ids(page) == ["att_1_5_1", "att_1_3_1", "att_1_9_1", "att_1_1_1"]
    assert page.next is None


async def test_what_is_put_together_comes_in_order(journal: SqliteJournal) -> None:
    journal.put(run(), delivery(1), attempt(2), attempt(1))
    journal.put()
    assert ids(await journal.attempts(ALL, PageOf())) == ["att_1_2_1", "att_1_1_1"]
    assert await journal.delivery("dlv_1_1") == delivery(1)
    assert await journal.run("run_1") == run()


async def test_every_read_sees_what_was_put_before(journal: SqliteJournal) -> None:
    put(journal, run())
    assert await journal.run("run_1") == run()
    put(journal, delivery())
    assert await journal.delivery("dlv_1_1") == delivery()
    put(journal, attempt())
    assert await journal.attempt("att_1_1_1") == attempt()
    put(journal, attempt(2))
    assert await journal.count(ALL) == 2
    put(journal, attempt(3))
    assert (await journal.attempts(ALL, PageOf())).items[-1] == attempt(3)
    put(journal, notification())
    assert (await journal.notifications(NotificationFilter(), PageOf())).items == [notification()]
    put(journal, attempt(4))
    assert (await journal.explanations(["dlv_1_4"])) == {"dlv_1_4": ["attempt 4"]}


async def test_reads_from_many_tasks_each_see_their_own_putting(journal: SqliteJournal) -> None:
    async def write_and_read(number: int) -> bool:
        journal.put(attempt(number))
        await asyncio.sleep(0)
        return await journal.attempt(f"att_1_{number}_1") == attempt(number)

    assert all(await asyncio.gather(*map(write_and_read, range(200))))


async def test_what_is_unknown_is_none_or_empty(journal: SqliteJournal) -> None:
    assert await journal.run("run_x") is None
    assert await journal.delivery("dlv_x") is None
    assert await journal.attempt("att_x") is None
    assert await journal.attempts(ALL, PageOf()) == Page([], None)
    assert await journal.attempt_text("att_x") is None
    assert await journal.attempt_texts(ALL, PageOf()) == Page([], None)
    assert await journal.runs(PageOf()) == Page([], None)
    assert await journal.deliveries("run_x", PageOf()) == Page([], None)
    assert await journal.notifications(NotificationFilter(run="run_x"), PageOf()) == Page([], None)
    assert await journal.explanations(["dlv_x"]) == {"dlv_x": []}
    assert await journal.count(ALL) == 0
    assert not await journal.evicted("run_x")


@pytest.mark.parametrize("between", [False, True], ids=["in one group", "in two groups"])
async def test_a_later_form_replaces_the_older_one_in_its_place(
    journal: SqliteJournal, between: bool
) -> None:
    put(journal, run("run_1"), run("run_2"), delivery(1), delivery(2), notification(1), notification(2))
    if between:
        await journal.flush()
    last_run = settled("run_1", labels={"team": "a"}, counts=Counts(attempts=3))
    last_delivery = delivery(
        1, state=DeliveryState.EXHAUSTED, attempts=5, next_due_at=None, ending="given up"
    )
    last_notification = notification(1, sent=True)
    put(journal, last_run, last_delivery, last_notification)
    assert (await journal.runs(PageOf())).items == [last_run, run("run_2")]
    assert (await journal.deliveries("run_1", PageOf())).items == [last_delivery, delivery(2)]
    assert (await journal.notifications(NotificationFilter(), PageOf())).items == [
        last_notification,
        notification(2),
    ]


async def test_labels_are_replaced_with_their_run(journal: SqliteJournal) -> None:
    put(journal, run(labels={"team": "a", "job": "1"}))
    await journal.flush()
    put(journal, run(labels=MappingProxyType({"team": "b"})))
    assert ids(await journal.runs(PageOf(), (("team", "b"),))) == ["run_1"]
    assert ids(await journal.runs(PageOf(), (("team", "a"),))) == []
    assert ids(await journal.runs(PageOf(), (("job", "1"),))) == []


async def test_deliveries_are_those_of_their_run(journal: SqliteJournal) -> None:
    put(journal, delivery(1, "run_1"), delivery(1, "run_2"), delivery(2, "run_1"))
    assert ids(await journal.deliveries("run_1", PageOf())) == ["dlv_1_1", "dlv_1_2"]
    assert ids(await journal.deliveries("run_2", PageOf())) == ["dlv_2_1"]


async def test_notifications_are_those_of_one_run_or_of_all(journal: SqliteJournal) -> None:
    put(journal, notification(1, "run_1"), notification(1, "run_2"), notification(2, "run_1"))
    assert ids(await journal.notifications(NotificationFilter(run="run_1"), PageOf())) == [
        "ntf_1_1",
        "ntf_1_2",
    ]
    assert ids(await journal.notifications(NotificationFilter(), PageOf())) == [
        "ntf_1_1",
        "ntf_2_1",
        "ntf_1_2",
    ]


async def test_explanations_are_by_delivery_in_the_order_of_attempts(journal: SqliteJournal) -> None:
    for number in range(1, 4):
        for of in (1, 2):
            line = f"{of}: attempt {number}"
            journal.put(replace(attempt(of), id=f"att_{of}_{number}", number=number, explanation=line))
    lines = await journal.explanations(["dlv_1_2", "dlv_1_1", "dlv_1_3"])
    assert list(lines) == ["dlv_1_2", "dlv_1_1", "dlv_1_3"]
    assert lines["dlv_1_1"] == ["1: attempt 1", "1: attempt 2", "1: attempt 3"]
    assert lines["dlv_1_3"] == []


async def test_explanations_of_more_deliveries_than_a_statement_takes(journal: SqliteJournal) -> None:
    put(journal, *(attempt(number) for number in range(1_100)))
    lines = await journal.explanations([f"dlv_1_{number}" for number in range(1_100)])
    assert lines == {f"dlv_1_{number}": [f"attempt {number}"] for number in range(1_100)}


async def test_of_attempts_with_one_id_the_latest_is_given_and_all_are_listed(journal: SqliteJournal) -> None:
    put(journal, attempt(1), attempt(1, remade=True))
    assert await journal.attempt("att_1_1_1") == attempt(1, remade=True)
    assert await journal.count(ALL) == 2


async def test_a_journal_is_crowded_until_it_has_stored(journal: SqliteJournal) -> None:
    crowded = [journal.crowded]
    for many in ([attempt(number) for number in range(4_000)], [attempt(body=b"x" * (8 << 20))] * 3):
        put(journal, *many)
        crowded.append(journal.crowded)
        await journal.flush()
        crowded.append(journal.crowded)
    assert crowded == [False, True, False, True, False]


async def test_flushing_nothing_returns_at_once(journal: SqliteJournal) -> None:
    await journal.flush()
    put(journal, attempt())
    await asyncio.gather(*(journal.flush() for _ in range(50)))
    await journal.flush()


async def test_what_nobody_waits_for_is_stored_all_the_same(journal: SqliteJournal) -> None:
    put(journal, attempt())
    while journal._writer._inbox.done == 0:  # noqa: ASYNC110, SLF001 - all else would hurry it
        await asyncio.sleep(0)
    assert await journal.count(ALL) == 1


async def test_a_cancelled_reader_disturbs_nobody(journal: SqliteJournal) -> None:
    put(journal, *(attempt(number) for number in range(2_000)))
    readers = [asyncio.create_task(journal.attempts(ALL, PageOf(limit=1_000))) for _ in range(20)]
    removal = asyncio.create_task(journal.remove("run_x"))
    flush = asyncio.create_task(journal.flush())
    await asyncio.sleep(0)
    for task in (*readers[::2], removal, flush):
        task.cancel()
    results = await asyncio.gather(*readers, removal, flush, return_exceptions=True)
    assert [type(result) for result in results[:20]] == [asyncio.CancelledError, Page] * 10
    assert await journal.count(ALL) == 2_000
    await journal.flush()


async def test_a_closed_journal_refuses(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path) as journal:
        pass
    await journal.close()
    with pytest.raises(JournalError, match="is closed"):
        journal.put(attempt())
    with pytest.raises(JournalError, match="is closed"):
        await journal.count(ALL)
    with pytest.raises(JournalError, match="is closed"):
        await journal.remove("run_1")
    await journal.flush()


async def test_closing_while_others_read_and_remove_leaves_nobody_waiting(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path) as journal:
        put(journal, run(), *(attempt(number) for number in range(3_000)))
        counts = [asyncio.create_task(journal.count(ALL)) for _ in range(10)]
        others = [asyncio.create_task(journal.remove("run_1")), asyncio.create_task(journal.flush())]
        await asyncio.sleep(0)
        await asyncio.gather(journal.close(), journal.close())
        results = await asyncio.gather(*counts, *others, return_exceptions=True)
    assert {type(result) for result in results} <= {int, type(None), JournalError}


async def test_closing_ends_the_threads(form: str, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    async with opened(form, tmp_path):
        assert {thread.name for thread in set(threading.enumerate()) - before} <= {
            "journal-writer",
            "journal-reader",
        }
    assert set(threading.enumerate()) == before
