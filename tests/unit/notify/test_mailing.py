"""The e-mails of runs: sent beside the deliveries, recorded twice, waited for in the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.emulator import Emulator, Run
from emulator.errors import JournalError
from emulator.journal import Limits, NotificationFilter, PageOf, open_journal
from emulator.record import NotificationRecord, RunState, Verdict
from emulator.sender import MemorySender
from tests.helpers.journal import ListJournal
from tests.helpers.notifier import ListNotifier
from tests.helpers.playing import Endpoint, scenario

EXHAUSTED = {"expect": {"outcome": "exhausted"}}
OTHER = "http://127.0.0.1:9/other"


@asynccontextmanager
async def emulating(
    notifier: ListNotifier | None, journal: Any = None, endpoint: Endpoint | None = None, **more: Any
) -> AsyncIterator[Emulator]:
    sender = MemorySender(endpoint or Endpoint(503))
    journal = journal or ListJournal()
    async with asyncio.timeout(30), Emulator(journal, sender, notifier=notifier, **more) as emulator:
        yield emulator


async def mails_of(emulator: Emulator, run: Run | str) -> list[NotificationRecord]:
    page = await emulator.journal.notifications(
        NotificationFilter(run=run if isinstance(run, str) else run.id), PageOf()
    )
    return list(page.items)


async def passes(good: Callable[[], bool]) -> None:
    while not good():  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0)


async def test_a_mail_is_recorded_with_the_end_of_its_delivery_and_again_when_it_was_sent() -> None:
    notifier, journal = ListNotifier(), ListJournal()
    async with emulating(notifier, journal, wall_ns=lambda: 1_800_000_000_000_000_000) as emulator:
        run = emulator.start(scenario(EXHAUSTED, expect={"notifications": 1}))
        record = await run.settled()
    before, after = journal.notified
    assert (before.sent, before.error) == (False, None)
    assert (after.sent, after.error) == (True, None)
    assert after.id == before.id
    assert notifier.came == [before]
    assert notifier.walls[0] == pytest.approx(1_800_000_000_000_000, abs=30_000_000)
    assert (record.state, record.verdict) == (RunState.SETTLED, Verdict.PASSED)


async def test_a_mail_that_cannot_be_sent_is_recorded_and_changes_no_verdict() -> None:
    journal = ListJournal()
    async with emulating(ListNotifier("the mail server said no"), journal) as emulator:
        record = await emulator.start(scenario(EXHAUSTED, expect={"notifications": 1})).settled()
    assert [(mail.sent, mail.error) for mail in journal.notified] == [
        (False, None),
        (False, "the mail server said no"),
    ]
    assert (record.state, record.verdict) == (RunState.SETTLED, Verdict.PASSED)


async def test_without_a_mail_server_a_mail_stays_on_record_as_it_was() -> None:
    journal = ListJournal()
    async with emulating(None, journal) as emulator:
        await emulator.start(scenario(EXHAUSTED)).settled()
    assert [(mail.sent, mail.error) for mail in journal.notified] == [(False, None)]


async def test_a_run_has_settled_only_when_its_mails_are_sent() -> None:
    notifier, journal = ListNotifier(), ListJournal()
    notifier.hold()
    async with emulating(notifier, journal) as emulator:
        run = emulator.start(scenario(EXHAUSTED))
        await notifier.arrived.wait()
        for _ in range(50):
            await asyncio.sleep(0)
        assert run.record().state is RunState.RUNNING
        notifier.release()
        assert (await run.settled()).state is RunState.SETTLED
    assert journal.notified[-1].sent
    assert journal.records.index(journal.notified[-1]) < journal.records.index(journal.played[-1])


async def test_a_slow_mail_server_holds_up_no_delivery() -> None:
    notifier, journal = ListNotifier(), ListJournal()
    notifier.hold()
    later = {"name": "later", "target": OTHER, "at": "1h", "repeat": {"times": 20, "every": "1m"}}
    async with emulating(notifier, journal, Endpoint(503, other=(200,))) as emulator:
        run = emulator.start(scenario(EXHAUSTED, later))
        await passes(lambda: sum(made.event_name == "later" for made in journal.made) == 20)
        assert run.record().state is RunState.RUNNING
        notifier.release()
        await run.settled()


async def test_a_manual_clock_is_ready_when_the_mails_of_its_move_are_sent() -> None:
    notifier = ListNotifier()
    notifier.hold()
    later = {"name": "later", "at": "1h"}
    async with emulating(notifier) as emulator:
        run = emulator.start(scenario(EXHAUSTED, later, speed="manual"))
        await run.ready()
        run.advance(by_us=300_000_000)
        await notifier.arrived.wait()
        for _ in range(50):
            await asyncio.sleep(0)
        assert run.record().clock_state == "advancing"
        notifier.release()
        await run.ready()
        assert run.record().clock_state == "ready"
        assert run.record().state is RunState.RUNNING


async def test_a_cancelled_run_cuts_its_mails_at_once_and_says_so() -> None:
    notifier, journal = ListNotifier(), ListJournal()
    notifier.hold()
    async with emulating(notifier, journal) as emulator:
        run = emulator.start(scenario(EXHAUSTED))
        await notifier.arrived.wait()
        record = await run.cancel()
    assert record.state is RunState.CANCELLED
    assert [(mail.sent, mail.error) for mail in journal.notified] == [
        (False, None),
        (False, "the run was cancelled while the e-mail was being sent"),
    ]


async def test_a_journal_that_fails_at_the_outcome_ends_the_run_with_an_error() -> None:
    notifier, journal = ListNotifier(), ListJournal()
    notifier.hold()
    async with emulating(notifier, journal) as emulator:
        run = emulator.start(scenario(EXHAUSTED))
        await notifier.arrived.wait()
        journal.fails = JournalError("the disk is full")
        notifier.release()
        with pytest.raises(JournalError):
            await run.settled()
        assert run.record().state is RunState.ERROR
        journal.fails = None


async def test_removing_a_run_removes_the_mail_that_is_being_sent() -> None:
    notifier = ListNotifier()
    notifier.hold()
    async with emulating(notifier, await open_journal(None, Limits())) as emulator:
        run = emulator.start(scenario(EXHAUSTED))
        await notifier.arrived.wait()
        await emulator.remove(run.id)
        assert await mails_of(emulator, run) == []


async def cut_off(database: Path) -> str:
    """A run that stops while its e-mail is being sent."""
    notifier = ListNotifier()
    notifier.hold()
    async with emulating(notifier, await open_journal(database, Limits())) as emulator:
        run = emulator.start(scenario(EXHAUSTED))
        await notifier.arrived.wait()
        await emulator.stop(0.01)
        (mail,) = await mails_of(emulator, run)
        assert (mail.sent, mail.error) == (False, None)
    assert run.record().state is RunState.RUNNING
    return run.id


async def test_a_mail_that_is_neither_sent_nor_failed_is_sent_when_the_run_goes_on(tmp_path: Path) -> None:
    id = await cut_off(tmp_path / "journal.db")
    notifier = ListNotifier()
    async with emulating(notifier, await open_journal(tmp_path / "journal.db", Limits())) as emulator:
        (run,) = await emulator.resume()
        record = await run.settled()
        (mail,) = await mails_of(emulator, id)
    assert [each.id for each in notifier.came] == [mail.id]
    assert mail.sent
    assert (record.state, record.verdict) == (RunState.SETTLED, Verdict.PASSED)


@pytest.mark.parametrize("error", [None, "the mail server said no"])
async def test_a_mail_that_was_sent_or_failed_is_not_sent_again(tmp_path: Path, error: str | None) -> None:
    database, notifier, other = (
        tmp_path / "journal.db",
        ListNotifier(error),
        {"name": "other", "target": OTHER},
    )
    endpoint = Endpoint(503)
    endpoint.hold("other")
    async with emulating(notifier, await open_journal(database, Limits()), endpoint) as emulator:
        run = emulator.start(scenario(EXHAUSTED, {**other, "at": "1h"}))
        await endpoint.arrived["other"].wait()
        while not (mails := await mails_of(emulator, run)) or not (mails[0].sent or mails[0].error):
            pass
        await emulator.stop(0.01)
    again = ListNotifier()
    async with emulating(again, await open_journal(database, Limits()), Endpoint(200)) as emulator:
        (run,) = await emulator.resume()
        await run.settled()
    assert again.came == []


async def test_stopping_gives_a_mail_its_time(tmp_path: Path) -> None:
    notifier = ListNotifier()
    notifier.hold()
    async with emulating(notifier, await open_journal(tmp_path / "journal.db", Limits())) as emulator:
        run = emulator.start(scenario(EXHAUSTED))
        await notifier.arrived.wait()
        stopping = asyncio.create_task(emulator.stop(20))
        await asyncio.sleep(0)
        notifier.release()
        await stopping
        (mail,) = await mails_of(emulator, run)
    assert mail.sent
    assert run.record().state is RunState.SETTLED
